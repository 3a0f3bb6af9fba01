"""An archive to read, for tests of what Datasette shows: thirty short articles on two sites, made up for this."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlite_utils import Database

from miacrawl.serve.configuration import write_configuration
from miacrawl.store.connection import open_database

SITES = (("gardennotes.example", "Garden Notes"), ("kitchenweekly.example", "Kitchen Weekly"))
SECTIONS = (("Soil", "Seeds", "Tools"), ("Bread", "Soup", "Storage"))
AUTHORS = (["Ida Holm"], ["Tomás Rey", "Ida Holm"], [], ["Wen Li"])
TITLES = (
    ("Why worms like your compost", "A heap that breathes is a heap that works, and worms are the proof of it."),
    ("Bread on a Tuesday night", "Flour, water, salt and an evening: the loaf for people who have jobs."),
    ("Sowing beans before the last frost", "Most seeds wait for May. Broad beans do not mind the cold at all."),
    ("A soup from what is left", "Half an onion, two carrots and the heel of a cheese make dinner."),
    ("Sharpening a spade in ten minutes", "A blunt spade is hard work; a file and a vice are all it takes."),
    ("How to keep onions until spring", "Dry, dark and far from the potatoes, they last for seven months."),
    ("Clay soil is not your enemy", "It holds water and food; what it lacks is air, and you can give it that."),
    ("The sourdough that forgave us", "We forgot it twice, and it rose anyway. Notes on a patient starter."),
    ("Saving tomato seeds the slow way", "Let them ferment for three days, and the next summer is in an envelope."),
    ("Barley broth for a cold week", "A pot that asks for two hours and then feeds four people twice."),
    ("The only three tools we still use", "After nine years of buying, the shed holds a fork, a hoe and a knife."),
    ("Freezing herbs in oil", "Cubes of basil in January: what works, and what turns to mud."),
    ("What covid-19 taught our allotment", "Closed gates, open fences, and a hundred new neighbours with seedlings."),
    ("Rye, the patient grain", "Dense, dark and better on the third day: a loaf that teaches waiting."),
    ("Carrots that grow straight", "Stones make them fork; sand, patience and thin sowing keep them true."),
)
BODY = (
    "People often ask how it started, and the honest answer is: with a mistake. {title} came up in a letter from a "
    "reader last spring, and we have been trying things out ever since.\n\n"
    "The first week taught us the most. We wrote down what we did each day, how long it took and what we would do "
    "otherwise, and the notebook is now the most useful thing on the shelf. Water mattered more than we had thought, "
    "and so did the time of day.\n\n"
    "Then came the waiting. Nothing seemed to happen for nine days, and on the tenth everything did. If you take one "
    "thing from this page, let it be that: leave it alone a little longer than feels right.\n\n"
    "What would we change? Less of everything at the start, a bigger bowl, and somebody to talk to while it rests."
)
HTML = (
    "<p>People often ask how it started, and the honest answer is: with a mistake. <em>{title}</em> came up in a "
    'letter from a reader last spring, and we have been <a href="/trying">trying things out</a> ever since.</p>'
    "<h2>The first week</h2><p>It taught us the most. We wrote down what we did each day, how long it took and what we "
    "would do otherwise, and the notebook is now the most useful thing on the shelf.</p>"
    "<ul><li>Water mattered more than we had thought.</li><li>So did the time of day.</li></ul>"
    '<figure><img src="https://pictures.example/heap.jpg" alt="A bowl under a towel"><figcaption>Day nine, still '
    "nothing to see.</figcaption></figure>"
    "<blockquote><p>Leave it alone a little longer than feels right.</p></blockquote>"
    "<h2>What we would change</h2><p>Less of everything at the start, a bigger bowl, and somebody to talk to while it "
    "rests. Then came the waiting: nothing seemed to happen for nine days, and on the tenth everything did.</p>"
)


def build(folder: Path, *, articles: int = 30) -> Path:
    """An archive with its configuration in `folder`; the first article of the second site has no blurb of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        return _build(folder, articles)
    return shutil.copytree(_built(articles).name, folder, dirs_exist_ok=True)


@cache
def _built(articles: int) -> TemporaryDirectory[str]:
    """Such an archive to be copied: made once in a process."""
    made = TemporaryDirectory(prefix="shelf-")
    _build(Path(made.name), articles)
    return made


def _build(folder: Path, articles: int) -> Path:
    write_configuration(folder)
    db = open_database(folder / "archive.db")
    with db.conn:
        db.table("runs").insert(run())
        for number in range(1, articles + 1):
            add(db, number)
        _link(db, articles)
        if articles >= 5:
            _disagree(db)
        _ledger(db, articles)
    db.conn.close()
    return folder


def run() -> dict[str, Any]:
    return {
        "id": 1,
        "spider": "articles",
        "start_urls": '["https://gardennotes.example/"]',
        "started": "2026-03-30T08:00:00+00:00",
        "finished": "2026-03-30T08:02:30+00:00",
        "reason": "finished",
        "new": 30,
        "version": "0.1.0",
    }


def add(db: Database, number: int, **changes: Any) -> None:
    """Article `number`, whose values are usual but for `changes`."""
    db.table("articles").insert({**row(number), **changes})


def row(number: int) -> dict[str, Any]:
    which = (number + 1) % 2
    site, name = SITES[which]
    title, blurb = TITLES[(number - 1) % len(TITLES)]
    title = title if number <= len(TITLES) else f"{title}, a year later"
    month, day = 1 + (number % 3), 1 + number % 28
    url = f"https://{site}/{SECTIONS[which][number % 3].lower()}/article-{number}"
    return {
        "id": number,
        "url": url,
        "url_key": url,
        "fetched_url": url,
        "canonical_url": url,
        "site": site,
        "site_name": name,
        "section": SECTIONS[which][number % 3],
        "title": title,
        "blurb": None if number % 10 == 4 else blurb,
        "body": BODY.format(title=title),
        "body_html": HTML.format(title=title),
        "read_minutes": 2 + number % 5 if number % 4 else None,
        "read_time_text": f"{2 + number % 5} min read" if number % 4 else None,
        "word_count": 160,
        "read_minutes_estimated": 1,
        "authors": json.dumps(AUTHORS[number % 4], ensure_ascii=False),
        "published": None if number == 29 else f"2026-0{month}-{day:02}T09:30:00+00:00",
        "month": None if number == 29 else f"2026-0{month}",
        "published_text": f"{day}.{month}.2026",
        "language": "en",
        "flags": '["short"]' if number == 5 else "[]",
        "provenance": json.dumps(
            {
                "title": "heuristic:h1",
                "authors": "visible:byline",
                "blurb": "meta:og:description" if number % 10 == 6 else "site:standfirst",
            }
        ),
        "content_hash": "0" * 64,
        "first_seen": "2026-03-30T08:01:00+00:00",
        "last_seen": "2026-03-30T08:01:00+00:00",
        "changed_at": "2026-03-30T08:01:00+00:00",
        "run_id": 1,
    }


def _link(db: Database, articles: int) -> None:
    """Each article recommends two that are archived and one that is not."""
    for number in range(1, articles + 1):
        for position in (1, 2, 3):
            target = (number + position * 2 - 1) % articles + 1
            held = row(target)
            missing = f"https://{SITES[number % 2][0]}/gone/{number % 4}"
            db.table("related_links").insert(
                {
                    "article_id": number,
                    "position": position,
                    "heading": "Read next",
                    "location": "end" if position < 3 else "aside",
                    "url": held["url"] if position < 3 else missing,
                    "url_key": held["url"] if position < 3 else missing,
                    "title": held["title"] if position < 3 else "What the neighbours grow",
                    "blurb": held["blurb"] if position < 3 else "Eleven gardens in one street, and what is in them.",
                    "target_id": target if position < 3 else None,
                }
            )


def _disagree(db: Database) -> None:
    """The fifth article's metadata says other things than its page; one of them of a field that has no value."""
    db.table("evidence").insert_all(
        [
            {"article_id": 5, "field": "title", "value": "How to sharpen a spade", "source": "meta:og:title"},
            {"article_id": 5, "field": "authors", "value": "Garden Desk", "source": "meta:author"},
            {"article_id": 5, "field": "modified", "value": "2026-03-09", "source": "json-ld:dateModified"},
        ]
    )
    for field, source, confidence in (("title", "heuristic:h1", 0.65), ("authors", "visible:byline", 0.42)):
        sure = {"article_id": 5, "field": field, "source": source, "confidence": confidence}
        db.table("confidence").insert(sure)


def _ledger(db: Database, articles: int) -> None:
    entries = [{**_entry(row(number)["url"]), "article_id": number} for number in range(1, articles + 1)]
    entries.append({**_entry("https://gardennotes.example/gone/1"), "state": "failed", "reason": "not found (404)"})
    entries.append({**_entry("https://gardennotes.example/tag/soil"), "state": "skipped", "reason": "no article"})
    db.table("urls").insert_all({"article_id": None, **entry} for entry in entries)


def _entry(url: str) -> dict[str, Any]:
    return {
        "url": url,
        "url_key": url,
        "site": url.split("/")[2],
        "kind": "page",
        "state": "archived",
        "reason": "article",
        "source": "sitemap",
        "status": 200,
        "attempts": 1,
        "discovered_at": "2026-03-30T08:00:10+00:00",
    }
