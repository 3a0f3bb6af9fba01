"""An update with nothing new loads little, and asks each host when its turn is near."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from twisted.internet.defer import Deferred

from miacrawl.crawl import Options, scrapy_settings
from miacrawl.fetch.hosts import Hosts, HostSlot
from miacrawl.store.session import Session

HOST = "a.example"


def test_a_crawl_begins_without_what_reads_pages_and_without_parts_of_scrapy_that_are_off(tmp_path: Path) -> None:
    asked = (
        "import sys; from pathlib import Path; import miacrawl.crawl as c; from scrapy.utils.misc import load_object\n"
        "held = c.scrapy_settings(Path(sys.argv[1]), c.Options())\n"
        "for name in ('EXTENSIONS', 'DOWNLOADER_MIDDLEWARES'):\n"
        "    for path, order in held.getwithbase(name).items():\n"
        "        order is not None and load_object(path)\n"
        "print([m for m in ('miacrawl.extract.extractor', 'aiohttp', 'tldextract', 'requests') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asked, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_cookies_are_there_for_who_switches_them_on(tmp_path: Path) -> None:
    path = "scrapy.downloadermiddlewares.cookies.CookiesMiddleware"
    off = scrapy_settings(tmp_path, Options())
    on = scrapy_settings(tmp_path, Options(settings={"COOKIES_ENABLED": "true"}))
    assert off.getwithbase("DOWNLOADER_MIDDLEWARES")[path] is None
    assert on.getwithbase("DOWNLOADER_MIDDLEWARES")[path] == 700


@pytest.fixture
def slot(tmp_path: Path) -> Any:
    settings = scrapy_settings(tmp_path, Options(settings={"DOWNLOAD_DELAY": "2", "AUTOTHROTTLE_ENABLED": "false"}))
    crawler: Any = SimpleNamespace(settings=settings, engine=SimpleNamespace(downloader=SimpleNamespace(slots={})))
    hosts = Hosts(crawler)
    return SimpleNamespace(hosts=hosts, one=hosts.slot(HOST))


def test_a_host_that_was_not_asked_yet_need_not_wait(slot: Any) -> None:
    assert slot.hosts.wait_seconds("other.example") == slot.hosts.wait_seconds(HOST) == 0


def test_a_host_waits_for_its_delay_and_for_those_in_line(slot: Any) -> None:
    one: HostSlot = slot.one
    one.lastseen = time.monotonic()
    assert 1.5 < slot.hosts.wait_seconds(HOST) <= 2
    one.queue.append((Request(f"https://{HOST}/"), Deferred()))
    assert 3.5 < slot.hosts.wait_seconds(HOST) <= 4
    one.lastseen -= 10
    assert slot.hosts.wait_seconds(HOST) == 2


def test_an_empty_queue_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session.open(tmp_path, "articles", [f"https://{HOST}/"])
    asked: list[int] = []
    monkeypatch.setattr("miacrawl.store.queue.Queue.take", lambda self, site, limit: asked.append(limit) or [])
    assert session.take(HOST, 8) == []
    assert asked == [8]
    session.db.conn.close()
