"""Shards for tests of merging: a session that visits made-up pages, as a crawl does, without a network."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from miacrawl.errors import ExitCode
from miacrawl.exchange import Exchange
from miacrawl.extract.extractor import read_page
from miacrawl.page import Page
from miacrawl.store.session import Session
from miacrawl.visit import Discovery, Visit

_AUTHORS = ("Ann Walker", "Ben Carter", "Cleo Marsh")


def page(site: str, number: int, *, changed: bool, others: str) -> bytes:
    """A story that recommends the next one, and one elsewhere."""
    topic = "rewritten" if changed else "plain"
    paragraphs = "".join(
        f"<p>Paragraph {part} of story {number} on {site.partition('.')[0]}, {topic}: people who keep at it week after"
        f" week tell of better days and of nights in which they sleep {number} hours more than before.</p>"
        for part in range(1, 6)
    )
    links = (
        f'<li><a href="https://{site}/story-{number + 1}">Story {number + 1} of {site}, and what came of it</a></li>'
    )
    links += f'<li><a href="{others}">What others have to say of all of this</a></li>' if others else ""
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>Story {number}</title>"
        f'<meta name=author content="{_AUTHORS[number % 3]}">'
        f'<meta property="article:published_time" content="2026-03-{number % 27 + 1:02}T08:00:00Z"></head><body><main>'
        f"<article><h1>Story {number} of {site}</h1>{paragraphs}</article></main>"
        f'<section class="related"><h2>Related Articles</h2><ul>{links}</ul></section></body></html>'
    ).encode()


def crawled(
    folder: Path,
    site: str,
    numbers: Iterable[int],
    *,
    changed: Collection[int] = (),
    others: str = "",
    cut_off: bool = False,
) -> Path:
    """A run in `folder` that has visited these stories of `site`; `cut_off`: the process ended before the run did."""
    wanted = [f"https://{site}/story-{number}" for number in numbers]
    session = Session.open(folder, "articles", [f"https://{site}/"], "crawl")
    session.discover([Discovery(f"https://{site}/", "listing", "start")])
    session.discover(Discovery(url, source="listing", referrer=f"https://{site}/") for url in wanted)
    if others:
        session.discover([Discovery(others, source="related", referrer=wanted[0], unwanted="off-site")])
    session.begin_crawl()
    at = datetime.now(UTC) - timedelta(minutes=5)
    fetched = 0
    while entries := session.take(site, 10):
        for entry in entries:
            at += timedelta(seconds=1)
            name = entry.url.rpartition("-")[2]
            if not name.isdigit() or int(name) not in numbers:
                session.record(Visit(entry, "followed", None, entry.url, 200))
                continue
            body = page(site, int(name), changed=int(name) in changed, others=others)
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            exchange = Exchange(entry.url, at, 200, b"GET / HTTP/1.1\r\n\r\n", head, body, "192.0.2.1")
            found = read_page(Page(body, entry.url, "text/html"), None)
            session.record(Visit(entry, "archived", None, entry.url, 200, article=found, exchanges=(exchange,)))
            fetched += 1
    if cut_off:
        session.db.conn.close()
        session._held.pop_all()  # the lock stays with this object, and goes with it
        session.captures._writer = None
    else:
        session.close("finished", ExitCode.OK, fetched)
    return folder
