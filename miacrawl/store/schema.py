"""The migrations that build archive.db, step by step. What its columns mean is in `miacrawl.store.tables`."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from miacrawl.store import following, statements, tallies

SEARCH_COLUMNS = ("title", "blurb", "body")

migrations = Migrations("miacrawl")


def newer_steps(db: Database) -> list[str]:
    """Names of the migrations that made `db` what it is and that this version does not know, in their order."""
    known = {step.name for step in migrations.pending(Database(memory=True))}
    return [step.name for step in migrations.applied(db) if step.name not in known]


@migrations(transactional=False)
def m001_write_ahead_log(db: Database) -> None:
    """Readers and the one writer do not block each other; the setting stays with the file."""
    db.enable_wal()


@migrations()
def m002_tables(db: Database) -> None:
    """Runs, articles, related links, ledger."""
    for statement in statements.M002.split(";\n\n"):
        db.execute(statement)


@migrations()
def m003_search(db: Database) -> None:
    """Full-text index over title, blurb and body, kept current by triggers."""
    db.table("articles").enable_fts(
        SEARCH_COLUMNS, create_triggers=True, tokenize="porter unicode61 remove_diacritics 2"
    )


@migrations()
def m004_estimated_read_time(db: Database) -> None:
    """An estimate of our own beside the reading time that the page states; filled when an article is next visited."""
    db.execute("ALTER TABLE articles ADD COLUMN read_minutes_estimated INTEGER")


@migrations()
def m005_evidence(db: Database) -> None:
    """Values that disagree, kept with their sources."""
    for statement in statements.M005.split(";\n\n"):
        db.execute(statement)


@migrations()
def m006_confidence(db: Database) -> None:
    """A row per field, so that the least certain values can be asked for."""
    for statement in statements.M006.split(";\n\n"):
        db.execute(statement)


@migrations()
def m007_frontier(db: Database) -> None:
    """The ledger learns when to come back, and by what to ask; hosts and yields get tables of their own."""
    for statement in statements.M007.split(";\n\n"):
        db.execute(statement)


@migrations()
def m008_directives(db: Database) -> None:
    """What pages and sites say on being archived; equal texts are found by their digest."""
    for statement in statements.M008.split(";\n\n"):
        db.execute(statement)


@migrations()
def m009_traps(db: Database) -> None:
    """What was found to be endless stays known."""
    for statement in statements.M009.split(";\n\n"):
        db.execute(statement)


@migrations()
def m010_drift(db: Database) -> None:
    """What runs see of sites is kept, and what of it is alarming."""
    for statement in statements.M010.split(";\n\n"):
        db.execute(statement)


@migrations()
def m011_captures(db: Database) -> None:
    """Answers are kept as they came, articles have versions, visits a history."""
    for statement in statements.M011.split(";\n\n"):
        db.execute(statement)


@migrations()
def m012_signatures(db: Database) -> None:
    """Duplicates are found by signatures that are kept; what is still to be compared is noted by triggers."""
    for statement in statements.M012.split(";\n\n"):
        db.execute(statement)


@migrations()
def m013_tallies(db: Database) -> None:
    """What pages show of the whole archive is counted as it is written; lists are read from indexes alone."""
    for statement in (*statements.M013.split(";\n\n"), *tallies.TABLES.split(";\n\n")):
        db.execute(statement)
    for trigger in tallies.triggers().values():
        db.execute(trigger)
    tallies.recount(db)


@migrations()
def m014_following(db: Database) -> None:
    """Archives can be merged: each has a name, notes what changes, and knows what came from which shard."""
    for statement in statements.M014.split(";\n\n"):
        db.execute(statement)
    following.leave_to_merge(db)
    for trigger in following.triggers().values():
        db.execute(trigger)
    following.begin(db)
