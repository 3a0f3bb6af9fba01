"""What duplicates cost and what they find, measured on generated articles: docs/duplicates.md has the figures.

    python -m tests.benchmark.duplicates 10000

COUNT unrelated articles of one small vocabulary are archived, and compared; then 200 copies of each kind are added, as
a run would add them, and it is counted how many of them are linked with their original, and what is linked besides.
Times are of the processor.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from sqlite_utils import Database

from miacrawl.store.archive import DATABASE_NAME
from miacrawl.store.connection import open_database
from miacrawl.store.duplicates import bring_up_to_date
from tests import shelf
from tests.benchmark.edited_texts import COPIES, text_of

COPIED = 200
_AT_ONCE = 500


def main(count: int) -> None:
    """Print the figures for an archive of `count` articles."""
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(Path(folder) / DATABASE_NAME)
        db.table("runs").insert(shelf.run())
        _add(db, range(1, count + 1), text_of)
        size = _bytes(db)
        began = time.process_time()
        bring_up_to_date(db)
        took = time.process_time() - began
        print(f"{count:,} articles: {took / count * 1000:.2f} ms each, {(_bytes(db) - size) / count:,.0f} bytes each")
        print(f"of {size / count:,.0f} bytes without; false links: {_links(db)}\n")
        print("| copies | linked | kind | mean similarity | ms each |\n|---|---|---|---|---|")
        for place, (name, copy) in enumerate(COPIES.items()):
            _copies(db, name, copy, first=count + 1 + place * COPIED, step=max(1, count // COPIED // 2))
        print(f"\nlinks with anything but the original or another copy of it: {_strays(db)}")
        db.conn.close()


def _copies(db: Database, name: str, copy: Callable[[str, int], str], *, first: int, step: int) -> None:
    """Add copies of every `step`th article as new ones, compare them, print what was found."""
    originals = {first + at: 1 + at * step for at in range(COPIED)}
    _add(db, originals, lambda number: copy(text_of(originals[number]), number), originals)
    began = time.process_time()
    bring_up_to_date(db)
    took = time.process_time() - began
    sql = "SELECT kind, similarity FROM duplicates WHERE article_id = ? AND twin_id = ?"
    found = [row for new, old in originals.items() if (row := db.execute(sql, [old, new]).fetchone())]
    kinds = " and ".join(sorted({str(kind) for kind, _ in found})) or "-"
    mean = f"{sum(float(str(share)) for _, share in found) / len(found):.2f}" if found else "-"
    print(f"| {name} | {len(found)} of {COPIED} | {kinds} | {mean} | {took / COPIED * 1000:.1f} |")


def _add(
    db: Database, numbers: Iterable[int], text: Callable[[int], str], originals: dict[int, int] | None = None
) -> None:
    """Archive articles; a copy has the title of its original."""
    rows = []
    for number in numbers:
        rows.append(_row(number, text(number), (originals or {}).get(number, number)))
        if len(rows) == _AT_ONCE:
            _insert(db, rows)
            rows = []
    _insert(db, rows)


def _insert(db: Database, rows: list[dict[str, object]]) -> None:
    with db.atomic():
        db.table("articles").insert_all(rows)


def _row(number: int, body: str, original: int) -> dict[str, object]:
    url = f"https://site-{number % 40}.example/{number}"
    same = {"title": f"Article {original}", "blurb": None, "body": body, "body_html": "", "content_hash": str(number)}
    place = {"id": number, "url": url, "url_key": url, "fetched_url": url, "site": f"site-{number % 40}.example"}
    return {**shelf.row(1), **same, **place}


def _bytes(db: Database) -> int:
    pages, free, size = (
        int(str(db.execute(f"PRAGMA {name}").fetchone()[0])) for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def _links(db: Database) -> int:
    return int(str(db.execute("SELECT count(*) FROM duplicates").fetchone()[0]))


def _strays(db: Database) -> int:
    """Links between articles that are not of one original (which their title names)."""
    sql = (
        "SELECT count(*) FROM duplicates d JOIN articles a ON a.id = d.article_id JOIN articles b ON b.id = d.twin_id"
        " WHERE a.title <> b.title"
    )
    return int(str(db.execute(sql).fetchone()[0]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
