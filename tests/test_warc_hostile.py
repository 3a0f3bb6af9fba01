"""Records and bodies that strangers made to keep whoever reads them busy for ever: read within bounds, or refused."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from miacrawl.errors import StorageError
from miacrawl.serve.content import kind_of
from miacrawl.serve.download import places
from miacrawl.store.rereading import StoredPage
from miacrawl.warc.block import record_headers
from miacrawl.warc.coding import decoded
from miacrawl.warc.reading import record_in

EMPTY = gzip.compress(b"", mtime=0)
HEAD = "WARC/1.0\r\nWARC-Type: response\r\n{more}Content-Type: application/http\r\nContent-Length: {length}\r\n\r\n"


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(StorageError) as caught:
        work()
    return str(caught.value)


def test_pieces_without_end_are_refused_soon() -> None:
    body = EMPTY * 400_000
    began = time.process_time()
    assert "pieces" in refused(lambda: decoded(body, ["gzip"]))
    assert time.process_time() - began < 3, "each piece copied all that was behind it: minutes"


@pytest.mark.parametrize("size", [0, 1, 900, 1024, 1025, 5_000, 3_000_000])
def test_pieces_that_programs_write_are_all_read(size: int) -> None:
    text = bytes(range(256)) * (size // 256 + 1)
    body = b"".join(gzip.compress(part) for part in (text[:size], b"", text)) + b"what follows is no content"
    assert decoded(body, ["gzip"]) == text[:size] + text
    assert decoded(body, ["gzip"], size + len(text)) == text[:size] + text
    assert "over" in refused(lambda: decoded(body, ["gzip"], size + len(text) - 1))


def test_layers_without_end_are_refused() -> None:
    body = b"<p>x"
    for _ in range(6):
        body = gzip.compress(body)
    assert "6 times" in refused(lambda: decoded(body, ["gzip"] * 6))
    assert decoded(gzip.decompress(body), ["gzip, utf-8", "gzip"][1:] * 5) == b"<p>x"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_codings_that_are_not_what_came_are_told(coding: str) -> None:
    assert f"can't be unpacked ({coding})" in refused(lambda: decoded(b"\x07no such thing at all", [coding]))


def test_headers_that_go_on_for_ever_are_read_once() -> None:
    began = time.process_time()
    assert len(record_headers(b"WARC/1.0\r\nA: b\r\n" + b" a\r\n" * 1_000_000 + b"\r\n")["a"]) == 2_000_001
    assert time.process_time() - began < 5, "all that came before was copied for each line: a minute"


@pytest.mark.parametrize(("more", "length"), [("", 49), ("WARC-Target-URI: http://a.example/\r\n", 10**20)])
def test_records_that_trip_the_library_are_no_records(more: str, length: int) -> None:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>x\r\n\r\n"
    data = HEAD.format(more=more, length=length).encode() + block
    assert refused(lambda: record_in(data, "here")).startswith("here: no WARC record")


def test_record_that_unpacks_to_more_than_any_may_is_not_handed_out(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(b"WARC/1.0\r\n\r\n" + bytes(90_000_000), 1))
    row = {"id": 1, "file": "a.warc.gz", "offset": 0, "length": (tmp_path / "a.warc.gz").stat().st_size}
    with pytest.raises(Exception, match="can't be read") as caught:
        places(tmp_path, [row])
    assert "a record of over 80 MB" in caught.value.advice  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!-- a --> <!---->\n<!doctype HTML><p>", "page"),
        (b"<!-- - -- ->x--><body>", "page"),
        (b"<!---->" * 1_400 + b"words", "text"),
        (b"<!--" * 2_500, "text"),
        (b"<!--" + b"-" * 9_000, "text"),
    ],
)
def test_what_has_no_type_is_looked_at_once(body: bytes, kind: str) -> None:
    began = time.process_time()
    assert kind_of(StoredPage("https://a.example/", "", "", body, False, ())) == kind
    assert time.process_time() - began < 0.5, "comments could end in any of many places: years"
