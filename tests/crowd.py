"""An archive with several sites, names of every kind and many recommendations, for pages of sites, authors, links."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from miacrawl.serve.configuration import write_configuration
from miacrawl.store.connection import open_database
from tests import shelf

SITES = ("alpha.example", "beta.example:8080", "gamma.example", "北方.example")
NAMES = ("Ida Holm", "ida b. wells", "王小明", "Анна Петрова", 'A/B "C" 100% who? #1 & <i>', "O’Neil, Pat")
MANY = 130
"""Articles of alpha.example; article 1 is recommended by all of them."""
_TODAY = datetime.now(UTC).date()
MONDAY = _TODAY - timedelta(days=_TODAY.weekday())
"""Of this week: the newest article is of it."""


def build(folder: Path) -> Path:
    """The archive, with its configuration, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_configuration(folder)
    db = open_database(folder / "archive.db")
    with db.conn:
        db.table("runs").insert(shelf.run())
        for number in range(1, MANY + 1):
            _add(db, number, SITES[0], MONDAY - timedelta(days=number - 1), NAMES[number % 2 : number % 2 + 1])
        _add(db, 201, SITES[1], MONDAY - timedelta(days=3), (NAMES[0], NAMES[4]))
        _add(db, 202, SITES[2], MONDAY - timedelta(days=400), NAMES[2:4])
        _add(db, 203, SITES[3], None, NAMES[5:])
        _add(db, 204, SITES[2], date(2199, 1, 2), ())
        _recommend(db)
        _ledger(db)
    db.conn.close()
    return folder


def _add(db: Database, number: int, site: str, day: date | None, names: tuple[str, ...]) -> None:
    url = f"https://{site}/a/{number}"
    shelf.add(
        db,
        number,
        url=url,
        url_key=url,
        fetched_url=url,
        site=site,
        site_name=site.partition(".")[0].title(),
        title=f"Story {number}",
        section="News" if number % 2 else "Sport",
        published=f"{day}T08:00:00+00:00" if day else None,
        month=str(day)[:7] if day else None,
        authors=json.dumps(names, ensure_ascii=False),
        first_seen=f"{day or MONDAY}T09:00:00+00:00",
    )


def link(db: Database, article: int, position: int, target: int | None, address: str = "") -> None:
    """A recommendation of an archived article, or of an address that is not."""
    url = address or db.execute("SELECT url FROM articles WHERE id = ?", [target]).fetchone()[0]
    db.table("related_links").insert(
        {
            "article_id": article,
            "position": position,
            "heading": "Read next" if position < 3 else "Most read",
            "location": "end" if position < 3 else "aside",
            "url": url,
            "url_key": url.removeprefix("https://"),
            "title": f"Card of {target or address}",
            "blurb": "A teaser.",
            "target_id": target,
        }
    )


def _recommend(db: Database) -> None:
    for number in range(2, MANY + 1):
        link(db, number, 1, 1)
    link(db, 2, 2, 1)  # a second time on the same page
    link(db, 2, 3, 3)
    link(db, 201, 1, 1)
    link(db, 1, 1, 2)
    link(db, 1, 2, 201)
    link(db, 1, 3, None, "https://alpha.example/lost")
    link(db, 1, 4, None, "https://unheard.example/of")
    link(db, 3, 2, None, "https://alpha.example/lost")


def _ledger(db: Database) -> None:
    lost = {**shelf._entry("https://alpha.example/lost"), "url_key": "alpha.example/lost", "article_id": None}
    db.table("urls").insert({**lost, "state": "gone", "reason": "not found (HTTP 404)"})
    never = {**shelf._entry("https://delta.example/x"), "article_id": None}
    db.table("urls").insert({**never, "state": "skipped", "reason": "forbidden by robots.txt"})
    db.table("hosts").insert(
        {
            "origin": "https://alpha.example",
            "robots_txt": "User-agent: *\nCrawl-delay: 2.5",
            "robots_status": 200,
            "robots_fetched_at": "2026-03-30T08:00:00+00:00",
            "crawl_delay": 2.5,
            "hold_until": "2026-03-31T08:00:00+00:00",
            "hold_reason": "answered 429",
        }
    )
    usual = {"run_id": 1, "last_seen_run": 1, "cohort": "new", "expected": 0.1, "observed": 0.9, "chance": 0.0}
    for site, kind in ((SITES[0], "blurb"), (SITES[0], "author"), (SITES[1], "blurb")):
        alarm = {"site": site, "kind": "field", "measure": kind, "explanation": "missing", "raised": "2026-03-30"}
        db.table("alarms").insert({**usual, **alarm})
    db.execute("UPDATE alarms SET resolved = '2026-03-31' WHERE site = ?", [SITES[1]])
