"""What is kept in memory for a page that is archived: counted, not weighed, so that no other work can disturb it."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from miacrawl.errors import ExitCode
from miacrawl.exchange import Exchange
from miacrawl.spiders.reading import Answer, read
from miacrawl.spiders.rules import Rules
from miacrawl.store.session import Session
from miacrawl.visit import Discovery
from tests.speed.leaflets import Leaflets

_SITE = "leaflets.example"
_PAGES = 150


def _archive(session: Session, leaflets: Leaflets, first: int) -> None:
    """Find, read and store so many pages, as a crawl does."""
    rules = Rules(session.folder, frozenset({_SITE}), {"": 25}, {"": frozenset()})
    discoverer, wishes = rules.discoverer(), rules.wishes()
    numbers = range(first, first + _PAGES)
    session.discover(
        Discovery(leaflets.base + leaflets.path(one), source="sitemap", priority=600 - one) for one in numbers
    )
    for entry in session.take(_SITE, _PAGES):
        made = leaflets.made(entry.url.removeprefix(leaflets.base))
        assert made is not None
        visit = read(entry, Answer(entry.url, 200, made[1], made[0]), discoverer, wishes)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {made[1]}\r\nContent-Length: {len(made[0])}\r\n\r\n".encode()
        request = f"GET {entry.url} HTTP/1.1\r\nHost: {_SITE}\r\n\r\n".encode()
        kept = Exchange(entry.url, datetime.now(UTC), 200, request, head, made[0])
        session.record(replace(visit, exchanges=(kept,)))


def _objects() -> Counter[str]:
    """How many objects there are of each kind, without what is in caches that have a bound."""
    for _, cache in _caches(bounded=True):
        cache.cache_clear()
    gc.collect()
    return Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())


def _caches(*, bounded: bool) -> Iterator[tuple[str, Any]]:
    """The caches of the modules that are loaded, by name: those with a bound, or those without."""
    for name, module in list(sys.modules.items()):
        if name.startswith("miacrawl."):
            for word, value in vars(module).items():
                if hasattr(value, "cache_parameters") and (value.cache_parameters()["maxsize"] is not None) is bounded:
                    yield f"{name}.{word}", value


def _sizes() -> dict[str, int]:
    return {name: cache.cache_info().currsize for name, cache in _caches(bounded=False)}


def test_what_is_kept_does_not_grow_with_the_pages_but_for_families_of_addresses(tmp_path: Path) -> None:
    leaflets = Leaflets(f"https://{_SITE}", 100_000)
    session = Session.open(tmp_path, "articles", [f"https://{_SITE}/"])
    session.traps.open(200)
    with closing(session.db.conn):
        _archive(session, leaflets, 0)
        first, cached = _objects(), _sizes()
        _archive(session, leaflets, _PAGES)
        grown = _objects() - first
        assert session.counts["new"] == 2 * _PAGES
        assert not session.queue.taken
        # One family for a page whose address is like no other; 20,000 are kept at most.
        families = grown.pop("miacrawl.store.traps._Family", 0)
        assert families <= 2 * _PAGES
        assert sum((+grown).values()) < _PAGES / 3, grown.most_common(8)
        more = Counter(_sizes()) - Counter(cached)
        assert not more or max(more.values()) < _PAGES / 10, more
        session.close("measured", ExitCode.OK, 2 * _PAGES)
