"""What an archive keeps so that others can follow it: who it is, and which rows have changed since when.

`miacrawl merge` brings an archive's rows into another one at the cost of what is new. New rows are found by their
numbers; triggers note which of the others were changed, each in one small row however often. A state begins with each
run, re-extraction and merge: what it was merged up to is told by the state's number, and its mark tells whether that is
still the same one.
"""

from __future__ import annotations

from sqlite_utils import Database

from miacrawl.store import tallies

FOLLOWED = ("articles", "urls", "captures", "runs")
"""Tables whose changed rows are noted; of the others rows are only added, or there are few."""
_STATE = "INSERT INTO states (mark, began) VALUES (lower(hex(randomblob(8))), strftime('%Y-%m-%dT%H:%M:%SZ'))"
_NOT_MERGING = "NOT EXISTS (SELECT 1 FROM merging)"


def begin(db: Database) -> None:
    """Give an archive its name and first state, once; the caller holds the transaction."""
    name = "INSERT INTO identity (id, since) SELECT lower(hex(randomblob(16))), strftime('%Y-%m-%dT%H:%M:%SZ')"
    db.execute(f"{name} WHERE NOT EXISTS (SELECT 1 FROM identity)")
    begin_state(db)


def identity(db: Database) -> str:
    """The name of an archive among others, which its copies have, too."""
    return str(db.execute("SELECT id FROM identity").fetchone()[0])


def begin_state(db: Database) -> None:
    """What changes from here on is told apart from what did before; the caller holds the transaction."""
    db.execute(_STATE)


def triggers() -> dict[str, str]:
    """The statement that makes each trigger, by its name: those that note changes."""
    made = {}
    for table in FOLLOWED:
        made[f"{table}_changed"] = f"CREATE TRIGGER {table}_changed AFTER UPDATE ON {table} BEGIN {_note(table)} END"
    for table in ("runs", "extractions"):
        made[f"{table}_begun"] = f"CREATE TRIGGER {table}_begun AFTER INSERT ON {table} BEGIN {_STATE}; END"
    version = _note("articles", "new.article_id")
    made["versions_changed"] = f"CREATE TRIGGER versions_changed AFTER UPDATE ON article_versions BEGIN {version} END"
    return made


def _note(subject: str, row: str = "new.id") -> str:
    return (
        f"INSERT INTO changes (subject, row_id, state) SELECT '{subject}', {row}, max(id) FROM states WHERE true"
        " ON CONFLICT DO UPDATE SET state = excluded.state WHERE state <> excluded.state;"
    )


def leave_to_merge(db: Database) -> None:
    """Make anew the triggers that count and index, so that they leave that to a merge while it says so.

    The full-text index is left alone, too, where a change concerns none of its columns.
    """
    # Columns by name: "rowid" can't be qualified alike in all of them.
    columns = ("title", "blurb", "body")
    names = ", ".join(columns)
    differs = " OR ".join(f"old.{name} IS NOT new.{name}" for name in columns)
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("old", "new"))
    out = f"INSERT INTO articles_fts (articles_fts, rowid, {names}) VALUES ('delete', old.id, {old});"
    into = f"INSERT INTO articles_fts (rowid, {names}) VALUES (new.id, {new});"
    due = "INSERT OR IGNORE INTO duplicates_due (article_id) VALUES (new.id);"
    made = {
        "articles_ai": f"AFTER INSERT ON articles WHEN {_NOT_MERGING} BEGIN {into} END",
        "articles_au": f"AFTER UPDATE OF {names} ON articles WHEN {differs} BEGIN {out} {into} END",
        "articles_new_due": f"AFTER INSERT ON articles WHEN {_NOT_MERGING} BEGIN {due} END",
    }
    for name, text in made.items():
        db.execute(f"DROP TRIGGER {name}")
        db.execute(f"CREATE TRIGGER {name} {text}")
    for name in ("articles_counted_in", "urls_counted_in"):
        db.execute(f"DROP TRIGGER {name}")
        db.execute(tallies.triggers()[name].replace(" BEGIN ", f" WHEN {_NOT_MERGING} BEGIN ", 1))
