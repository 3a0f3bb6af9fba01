"""An archive with real captures, made without crawling, for tests of what reads them again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from miacrawl.errors import ExitCode
from miacrawl.exchange import Exchange
from miacrawl.extract.extractor import read_article
from miacrawl.spiders.reading import why_no_article
from miacrawl.store.session import Session
from miacrawl.visit import Discovery, Visit

HOST = "walks.example"
_BEGAN = datetime.fromisoformat("2026-05-01T08:00:00+00:00")
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def keep(folder: Path, pages: Mapping[str, bytes], day: int = 0) -> Path:
    """A run that fetched `pages`, {path: markup}, on a day counted from 2026-05-01."""
    session = Session.open(folder, "articles", [f"https://{HOST}/"])
    session.begin_crawl()
    session.discover([Discovery(f"https://{HOST}{path}") for path in pages])
    moment = _BEGAN + timedelta(days=day)
    entries = {entry.url: entry for entry in session.take(HOST, 10_000)}
    for number, (path, markup) in enumerate(pages.items()):
        url = f"https://{HOST}{path}"
        at = moment + timedelta(seconds=number)
        exchange = Exchange(url, at, 200, b"GET / HTTP/1.1\r\n\r\n", _HEAD, markup)
        article = read_article(markup, url)
        missing = why_no_article(article)
        state, kept = ("skipped", None) if missing else ("archived", article)
        flags = article.flags if missing else ()
        visit = Visit(entries[url], state, missing, url, 200, kept, flags=flags, exchanges=(exchange,))  # type: ignore[arg-type]
        session.record(visit)
    session.close("finished", ExitCode.OK, len(pages))
    return folder
