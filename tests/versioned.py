"""An archive with articles of several versions, and all that their pages can say of a copy, for tests of these."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from miacrawl.store.connection import open_database
from tests import shelf

FIRST = (
    "Compost wants air and a little water, and we turned ours every nine days.\n\n"
    + "This long paragraph has stayed as it was through all the versions of the article, word for word. " * 4
    + "\n\nThe heap was four feet high.\n\nThis paragraph was taken out later.\n\nNothing more is to be said of it."
)
SECOND = FIRST.replace("nine days", "ten days").replace("\n\nThis paragraph was taken out later.", "")
THIRD = SECOND.replace("four feet high", "two metres high") + "\n\nA correction: the heap was measured in metres."
TEXTS = {1: FIRST, 2: SECOND, 3: THIRD}
TITLES = {1: "Why worms like compost", 2: "Why worms like your compost", 3: "Why worms like your compost"}
RULES = "0.1.0 abcdef012345"
JAPANESE = {1: "庭の土は良い土です。", 2: "庭の土は悪い土です。"}


def build(folder: Path) -> Path:
    """The shelf with six articles.

    Article 1 has three versions (2 was read by other rules than 1), a capture, a twin (3) and a near one (5), says
    what may be done with it and is gone; article 2 has two versions in Japanese; articles 3 to 6 have one each.
    """
    shelf.build(folder, articles=6)
    db = open_database(folder / "archive.db")
    with db.conn:
        _captures(db)
        for number in TEXTS:
            _version(
                db, 1, number, TEXTS, title=TITLES[number], extractor=RULES if number > 1 else "0.0.9 000000000000"
            )
        _current(db, 1, 3, body=THIRD, title=TITLES[3], body_html="", capture_id=3, extractor=RULES)
        for number in JAPANESE:
            _version(db, 2, number, JAPANESE, title="土")
        _current(db, 2, 2, body=JAPANESE[2], title="土", body_html="", language="ja", extractor=RULES)
        for article in (3, 4, 5, 6):
            db.table("article_versions").insert(
                {
                    "article_id": article,
                    "number": 1,
                    "first_seen": "2026-03-30T08:01:00+00:00",
                    "content_hash": "0" * 64,
                }
            )
        said = {"robots": ["noarchive", "max-snippet:50"], "tdm_reserved": True, "sources": ["meta", "ai.txt"]}
        _set(db, 1, directives=json.dumps(said | {"tdm_policy": "https://gardennotes.example/terms"}))
        _set(db, 1, gone_since="2026-04-02T10:00:00+00:00", flags='["paywall", "strange"]')
        for twin, kind, share in ((3, "exact", 1.0), (5, "near", 0.82)):
            pair = {"article_id": 1, "twin_id": twin, "kind": kind, "similarity": share, "found_at": "2026-04-01"}
            db.table("duplicates").insert(pair)
    db.conn.close()
    return folder


def _captures(db: Database) -> None:
    db.table("warcs").insert({"id": 1, "name": "one.warc.gz", "run_id": 1, "started": "2026-03-01T00:00:00Z"})
    for number in TEXTS:
        url = shelf.row(1)["url"]
        db.table("captures").insert(
            {
                **{"id": number, "url": url, "url_key": url, "kind": "response", "digest": "sha1:x", "size": 10},
                **{"fetched_at": f"2026-03-0{number}T11:22:33+00:00", "status": 200, "warc_id": 1, "offset": number},
                **{"length": 10},
            }
        )


def _version(db: Database, article: int, number: int, texts: dict[int, str], **values: Any) -> None:
    """A version, as the store keeps it: the text of the last one stands in articles alone."""
    is_last = number == max(texts)
    row: dict[str, Any] = {
        "article_id": article,
        "number": number,
        "first_seen": f"2026-03-0{number}T12:00:00+00:00",
        "last_seen": None if is_last else f"2026-03-0{number}T18:00:00+00:00",
        "changed": json.dumps([] if number == 1 else ["title", "body"] if number == 2 else ["body"]),
        "content_hash": str(number) * 64,
        "capture_id": number if article == 1 else None,
        "extractor": values.pop("extractor", RULES),
    }
    if not is_last:
        usual = shelf.row(article)
        row |= {name: usual[name] for name in ("blurb", "section", "published", "read_time_text")}
        kept = {"authors": '["Ida Holm"]', "body": texts[number], "word_count": 20, "flags": "[]", "provenance": "{}"}
        row |= {**kept, **values}
    db.table("article_versions").insert(row)


def _current(db: Database, article: int, number: int, **values: Any) -> None:
    _set(db, article, version=number, content_hash=str(number) * 64, **values)


def _set(db: Database, article: int, **values: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE articles SET {names} WHERE id = ?", [*values.values(), article])
