"""Pages read beside the crawl: the same as by the crawl itself, and safe from pages that end a process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from miacrawl.host import Reservations
from miacrawl.spiders import readers as readers_module
from miacrawl.spiders.readers import Load, Readers, ReadingFailed, read_beside
from miacrawl.spiders.reading import Answer
from miacrawl.spiders.rules import Rules
from miacrawl.visit import Entry, Visit
from tests.conftest import Run
from tests.site import FakeSite, article, listing

_MANY = 140
"""Pages, so that reading them is what takes the time."""


def rules(archive: Path) -> Rules:
    return Rules(archive, frozenset({"paper.example"}), {"": 25}, {"": frozenset()})


def entry(name: str) -> Entry:
    url = f"https://paper.example/{name}"
    return Entry(1, url, url.removeprefix("https://"), "paper.example", "page", "listing", 1, 0)


def answer(name: str) -> Answer:
    return Answer(f"https://paper.example/{name}", 200, "text/html", article(f"A long walk to {name}"))


def deadly(one: Entry, given: Answer, said: Reservations | None) -> Visit:
    """Ends the process that reads a page called deadly."""
    if "deadly" in one.url:
        os.kill(os.getpid(), signal.SIGKILL)
    return read_beside(one, given, said)


class Busy(Load):
    """Says that reading takes all the time."""

    @property
    def is_high(self) -> bool:
        return True


def with_readers(tmp_path: Path, use: Callable[[Readers], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        readers = Readers(rules(tmp_path), 2, deadly)
        readers.load = Busy()
        try:
            await use(readers)
        finally:
            readers.close()

    asyncio.run(all_of_it())


def test_load_is_high_when_reading_takes_much_of_the_time_of_late() -> None:
    load = Load(sample=4, share=0.4)
    for number in range(4):  # a tenth of each second
        load.note(number, number + 0.1)
        assert not load.is_high
    for number in range(4, 8):
        load.note(number, number + 0.9)
    assert load.is_high
    for number in range(8, 12):
        load.note(number, number + 0.1)
    assert not load.is_high


def test_a_page_that_ends_every_process_is_told_and_costs_no_other_its_reading(tmp_path: Path) -> None:
    async def use(readers: Readers) -> None:
        names = ["one", "deadly", "two", "three", "four"]
        told = await asyncio.gather(
            *(readers.read(entry(name), answer(name)) for name in names), return_exceptions=True
        )
        failed = told.pop(1)
        assert isinstance(failed, ReadingFailed)
        assert "brought the process down" in str(failed)
        assert [visit.state for visit in told if isinstance(visit, Visit)] == ["archived"] * 4
        again = await readers.read(entry("five"), answer("five"))  # a new pool
        assert again.article is not None
        assert again.article.title == "A long walk to five"

    with_readers(tmp_path, use)


def refuse(_: Rules) -> None:
    os._exit(3)


def test_where_no_process_can_be_begun_the_crawl_reads_pages_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(readers_module, "_begin", refuse)

    async def use(readers: Readers) -> None:
        names = ["one", "deadly", "two"]
        told = await asyncio.gather(*(readers.read(entry(name), answer(name)) for name in names))
        assert [visit.state for visit in told] == ["archived"] * 3 and readers.jobs == 1

    with_readers(tmp_path, use)
    assert caplog.text.count("end as soon as they begin") == 1


def test_closing_cancels_what_is_being_read(tmp_path: Path) -> None:
    async def use(readers: Readers) -> None:
        under_way = [asyncio.ensure_future(readers.read(entry(str(n)), answer(str(n)))) for n in range(30)]
        await asyncio.sleep(0)
        readers.close()
        told = await asyncio.wait_for(asyncio.gather(*under_way, return_exceptions=True), 120)
        assert any(isinstance(one, asyncio.CancelledError) for one in told)
        assert all(isinstance(one, asyncio.CancelledError | Visit) for one in told)

    with_readers(tmp_path, use)


def archived(archive: Path) -> list[dict[str, object]]:
    """All that was found on the pages, and what the ledger says of them."""
    db = sqlite3.connect(archive / "archive.db")
    db.row_factory = sqlite3.Row
    articles = "SELECT a.*, (SELECT json_group_array(url) FROM related_links r WHERE r.article_id = a.id) AS related"
    left_out = ("id", "first_seen", "last_seen", "changed_at", "capture_id", "run_id")
    found = [
        {name: row[name] for name in row.keys() if name not in left_out}  # noqa: SIM118 a row is no mapping
        for row in db.execute(f"{articles} FROM articles a ORDER BY url")
    ]
    ledger = db.execute("SELECT url_key, state, reason, kind FROM urls ORDER BY url_key").fetchall()
    db.close()
    return [*found, *map(dict, ledger)]


@pytest.fixture
def many(site: FakeSite) -> FakeSite:
    paths = [f"/story/a-long-walk-to-place-{number}" for number in range(_MANY)]
    site.pages["/"] = listing(*paths)
    related = "".join(
        f'<div class=card><a href="/story/a-long-walk-to-place-{number}">A long walk to place {number}</a></div>'
        for number in range(9)
    )
    for number, path in enumerate(paths):
        links = f"<aside><h2>Related Articles</h2>{related}</aside>"
        site.pages[path] = article(f"A long walk to place {number}", links=links, topic=f"walk {number}")
    return site


def test_an_archive_is_the_same_whoever_reads(many: FakeSite, crawl: Run, tmp_path: Path) -> None:
    fast = ("-s", "CONCURRENT_REQUESTS_PER_DOMAIN=16", many.url)
    alone = crawl("--archive", "alone", "-s", "MIACRAWL_JOBS=1", *fast)
    beside = crawl("--archive", "beside", "-s", "MIACRAWL_JOBS=2", *fast)
    assert alone.returncode == beside.returncode == 0, beside.stderr
    assert "beside the crawl" not in alone.stderr
    assert "up to 2 processes do it beside the crawl" in beside.stderr
    rows = archived(tmp_path / "beside")
    assert rows == archived(tmp_path / "alone")
    assert len(rows) >= 2 * _MANY
    assert json.loads(str(rows[0]["related"]))
