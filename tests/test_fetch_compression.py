"""Compressed bodies are unpacked within bounds of size, growth and layers."""

from __future__ import annotations

import gzip
import sqlite3
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from scrapy.http import HtmlResponse, Request, Response
from scrapy.utils._compression import zstd
from scrapy.utils.test import get_crawler

from miacrawl.errors import ExitCode
from miacrawl.fetch.compression import BoundedCompression
from miacrawl.fetch.failure import BrokenAnswer, Refused
from tests.conftest import Run
from tests.site import FakeSite, article, listing

MB = 2**20
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=5),
    "zstd": zstd.compress,
}


def unpacked(body: bytes, encoding: str, maximum: int = 32 * MB, **meta: int) -> Response:
    """What the middleware makes of an answer."""
    settings = {"MIACRAWL_MAX_RATIO": 300, "DOWNLOAD_MAXSIZE": maximum}
    middleware = BoundedCompression(get_crawler(settings_dict=settings))
    request = Request("https://a.org/", meta=meta)
    response = Response(request.url, headers={"Content-Encoding": encoding, "Content-Type": "text/html"}, body=body)
    response.request = request
    made = middleware.process_response(request, response)
    assert isinstance(made, Response)
    return made


@pytest.mark.parametrize("encoding", PACKERS)
def test_pages_are_unpacked_and_their_received_length_is_kept(encoding: str) -> None:
    page = article("A story")
    made = unpacked(PACKERS[encoding](page), encoding)
    assert made.body == page and isinstance(made, HtmlResponse)
    assert made.meta == {"wire_bytes": len(PACKERS[encoding](page))}


@pytest.mark.parametrize("encoding", PACKERS)
def test_bombs_are_refused_before_they_fill_the_memory(encoding: str) -> None:
    bomb = PACKERS[encoding](bytes(200 * MB))
    tracemalloc.start()
    with pytest.raises(Refused, match=r"refused: grows more than [\d,]+-fold when unpacked \(decompression bomb\)"):
        unpacked(bomb, encoding)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 70 * MB, f"{used / MB:.0f} MB"


@pytest.mark.parametrize("encoding", PACKERS)
def test_what_is_too_large_unpacked_is_refused(encoding: str) -> None:
    lines = b"".join(b"%d of the lines of a page\n" % number for number in range(150_000))
    with pytest.raises(Refused, match="refused: over 2 MB when unpacked"):
        unpacked(PACKERS[encoding](lines), encoding, maximum=2 * MB)


def test_a_request_may_allow_more() -> None:
    lines = b"".join(b"%d of the lines of a page\n" % number for number in range(150_000))
    made = unpacked(gzip.compress(lines), "gzip", maximum=2 * MB, download_maxsize=50 * MB)
    assert made.body == lines and made.meta["download_maxsize"] == 50 * MB


def test_two_layers_are_taken_and_more_are_not() -> None:
    page = article("A story")
    assert unpacked(gzip.compress(gzip.compress(page)), "gzip, gzip").body == page
    with pytest.raises(Refused, match="refused: packed 3 times over"):
        unpacked(gzip.compress(gzip.compress(gzip.compress(page))), "gzip, gzip, gzip")
    with pytest.raises(Refused, match="refused: packed 5,000 times over"):
        unpacked(b"x", "gzip," * 5000)


def test_a_bomb_within_a_layer_is_a_bomb() -> None:
    with pytest.raises(Refused, match="decompression bomb"):
        unpacked(gzip.compress(gzip.compress(bytes(200 * MB))), "gzip, gzip")


def test_a_short_page_may_grow_freely() -> None:
    assert len(unpacked(gzip.compress(b" " * 900_000), "gzip").body) == 900_000


@pytest.mark.parametrize("encoding", PACKERS)
def test_damaged_bodies_say_so(encoding: str) -> None:
    with pytest.raises(BrokenAnswer, match=f"can't be unpacked \\({encoding}\\)"):
        unpacked(b"<html>never packed at all</html>", encoding)


@pytest.mark.parametrize("encoding", ["identity", "utf-8", "none", "", "gzip, identity", "UTF-8, GZIP"])
def test_words_that_name_no_compression_do_no_harm(encoding: str) -> None:
    page = article("A story")
    assert unpacked(gzip.compress(page) if "gzip" in encoding.lower() else page, encoding).body == page


def test_a_compression_nobody_asked_for_says_so() -> None:
    with pytest.raises(BrokenAnswer, match="not asked for"):
        unpacked(b"\x1f\x9d\x90", "compress")


def test_empty_bodies_are_left_alone() -> None:
    assert unpacked(b"", "br").body == b""


def test_bombs_end_as_rows_of_the_ledger(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    html = {"Content-Type": "text/html"}
    bombs = {f"/bomb-{name}": (200, {**html, "Content-Encoding": name}, pack(bytes(100 * MB)))
             for name, pack in PACKERS.items()}  # fmt: skip
    page = (200, {**html, "Content-Encoding": "gzip"}, gzip.compress(article("A sound story")))
    site.pages = {"/": listing("/a-sound-story", *bombs), "/a-sound-story": page, **bombs}
    done = crawl(site.url)
    assert done.returncode == ExitCode.OK and "Traceback" not in done.stderr + done.stdout
    with sqlite3.connect(tmp_path / "archive" / "archive.db") as db:
        rows = dict(db.execute("SELECT url, reason FROM urls WHERE state = 'skipped'").fetchall())
    assert len([reason for url, reason in rows.items() if "bomb-" in url and "decompression bomb" in reason]) == 4
