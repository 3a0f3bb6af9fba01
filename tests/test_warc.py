"""Records hold what came over the wire, read back as it was, and any tool can read them."""

from __future__ import annotations

import gzip
import os
import sys
import zlib
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path

import brotli
import pytest
from backports import zstd
from warcio.bufferedreaders import BufferedReader
from warcio.cli import main as warcio

from miacrawl.errors import StorageError
from miacrawl.warc import member
from miacrawl.warc.mending import cut, left_open, put_in_place, whole_records
from miacrawl.warc.reading import is_sound, read
from miacrawl.warc.record import (
    NOT_MODIFIED,
    SAME_PAYLOAD,
    conversion_of,
    dated,
    digest_of,
    new_id,
    request_of,
    response_of,
    revisit_of,
)
from miacrawl.warc.writer import Place, Writer, path_of
from tests.kept import BEGAN, exchange, records_in

PAGE = b"<!doctype html><title>A story</title><h1>A story</h1>" + b"<p>One more line of it.</p>" * 60
HEADS = {
    "lines end in LF alone": b"HTTP/1.1 200 OK\nContent-Type: text/html\nX-A: b\n\n",
    "names in any case, twice": b"HTTP/1.1 200 OK\r\ncontent-TYPE:text/html\r\nX-Dup: 1\r\nx-dup:   2\r\n\r\n",
    "bytes that are no text": b"HTTP/1.1 200 Sch\xf6n\r\nX-A: \xe9t\xe9 \xff\x00\r\n\r\n",
    "a line that goes on": b"HTTP/1.1 200 OK\r\nX-A: b\r\n  c\r\n\td\r\nContent-Type: text/html\r\n\r\n",
    "a line that is no header": b"HTTP/1.1 200 OK\r\nno header here\r\nContent-Type: text/html\r\n\r\n",
    "a CR inside": b"HTTP/1.1 200 OK\r\nX-A: b\rc\r\nContent-Type: text/html\r\n\r\n",
    "no reason": b"HTTP/1.1 200\r\nContent-Type: text/html\r\n\r\n",
    "an old protocol in small letters": b"http/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n",
    "no headers": b"HTTP/1.1 200 OK\r\n\r\n",
}
LOOK_EMPTY = [b"  ", b"\t", b"\x0c", b"\r", b"\x85", b"\xa0", "\u00a0\u2003".encode(), b"\x1c \x1d"]


def write(folder: Path, *made: object) -> list[Place]:
    writer = Writer(folder, "t", {"software": "test"})
    places = writer.append(made)  # type: ignore[arg-type]
    writer.finish()
    return places


@pytest.mark.parametrize("head", HEADS.values(), ids=list(HEADS))
def test_a_head_is_kept_byte_for_byte_and_its_body_is_found_behind_it(tmp_path: Path, head: bytes) -> None:
    came = exchange(head=head, body=PAGE)
    (place,) = write(tmp_path, response_of(came, digest_of(PAGE)))
    assert records_in(tmp_path / place.file)[1][1] == head + PAGE
    stored = read(tmp_path, place)
    assert (stored.status, stored.body, is_sound(stored)) == (200, PAGE, True)


@pytest.mark.parametrize("line", LOOK_EMPTY)
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_line_that_only_looks_empty_does_not_end_the_head(tmp_path: Path, line: bytes, end: bytes) -> None:
    if line + end == b"\r\n":
        return  # it is empty
    head = end.join([b"HTTP/1.1 200 OK", b"X-A: b", line, b"Content-Type: text/html", b"", b""])
    (place,) = write(tmp_path, response_of(exchange(head=head, body=PAGE), digest_of(PAGE)))
    stored = read(tmp_path, place)
    assert (stored.body, stored.header("content-type")) == (PAGE, "text/html")
    assert check(tmp_path / place.file)


def test_chunks_are_undone_and_what_said_so_is_renamed(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-encoding : Chunked\r\ncontent-length: 3\r\nTrailer: X-T\r\nA: b\r\n\r\n"
    (place,) = write(tmp_path, response_of(exchange(head=head, body=PAGE), digest_of(PAGE)))
    told = b"HTTP/1.1 200 OK\r\nX-Crawler-Transfer-Encoding : Chunked\r\nTrailer: X-T\r\nA: b\r\n"
    length = b"Content-Length: %d\r\n\r\n" % len(PAGE)
    assert records_in(tmp_path / place.file)[1][1] == told + length + PAGE


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0)),
        ("gzip", gzip.compress(PAGE[:100], mtime=0) + gzip.compress(PAGE[100:], mtime=0) + b"rest"),
        ("x-gzip", gzip.compress(PAGE, mtime=0)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("br", brotli.compress(PAGE)),
        ("zstd", zstd.compress(PAGE)),
        ("gzip, br", brotli.compress(gzip.compress(PAGE, mtime=0))),
        ("utf-8", PAGE),
    ],
)
def test_codings_stay_as_they_came_and_are_undone_on_reading(tmp_path: Path, coding: str, packed: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n".encode()
    (place,) = write(tmp_path, response_of(exchange(head=head, body=packed), digest_of(packed)))
    stored = read(tmp_path, place)
    assert stored.body == packed and stored.content() == PAGE


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress), ("zstd", zstd.compress)],
)
def test_a_bomb_is_not_unpacked(tmp_path: Path, coding: str, pack: object) -> None:
    packed = pack(bytes(5 * 2**20))  # type: ignore[operator]
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n".encode()
    (place,) = write(tmp_path, response_of(exchange(head=head, body=packed), digest_of(packed)))
    with pytest.raises(StorageError, match="over 1 MB when unpacked"):
        read(tmp_path, place).content(2**20)


def test_every_kind_of_record_passes_the_check_of_another_tool(tmp_path: Path) -> None:
    page = exchange(body=PAGE)
    answer = response_of(page, digest_of(PAGE))
    twin = revisit_of(replace(page, url="http://a.example/two"), SAME_PAYLOAD, digest_of(PAGE), page.url, dated(BEGAN))
    known = exchange(body=b"", head=b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", status=304)
    same = revisit_of(known, NOT_MODIFIED, digest_of(PAGE), page.url, dated(BEGAN))
    shown = conversion_of(answer.id, page.url, BEGAN, "<p>né".encode())
    empty = response_of(exchange(body=b"", head=b"HTTP/1.1 204 No Content\r\n\r\n", status=204), digest_of(b""))
    (place, *_) = write(tmp_path, answer, request_of(page, answer), twin, same, shown, empty)
    assert check(tmp_path / place.file)
    kinds = [told["WARC-Type"] for told, _ in records_in(tmp_path / place.file)]
    assert kinds == ["warcinfo", "response", "request", "revisit", "revisit", "conversion", "response"]


def test_the_check_of_another_tool_can_fail(tmp_path: Path) -> None:
    answer = response_of(exchange(body=PAGE), digest_of(b"something else"))
    (place,) = write(tmp_path, answer)
    assert not check(tmp_path / place.file)
    assert is_sound(read(tmp_path, place)) is False


def test_a_request_stands_with_its_body_beside_its_answer(tmp_path: Path) -> None:
    sent = b"POST /api HTTP/1.1\r\nHost: a.example\r\nContent-Length: 6\r\n\r\na\r\n\r\nb"
    answer = response_of(came := exchange(request=sent), digest_of(b""))
    places = write(tmp_path, answer, request_of(came, answer))
    told, block = records_in(tmp_path / places[0].file)[2]
    assert block == sent and told["WARC-Concurrent-To"] == answer.id
    assert told["WARC-IP-Address"] == "127.0.0.1" and told["WARC-Target-URI"] == came.url


def test_a_record_that_is_damaged_says_so_and_where(tmp_path: Path) -> None:
    (place,) = write(tmp_path, response_of(exchange(body=PAGE), digest_of(PAGE)))
    path = tmp_path / place.file
    data = bytearray(path.read_bytes())
    data[place.offset + place.length // 2] ^= 0x55
    path.write_bytes(data)
    with pytest.raises(StorageError, match=f"{place.file}, offset {place.offset}"):
        read(tmp_path, place)
    path.write_bytes(data[: place.offset + 20])
    with pytest.raises(StorageError, match="a part of it is lost"):
        read(tmp_path, place)
    path.unlink()
    with pytest.raises(StorageError, match="can't be read: No such file"):
        read(tmp_path, place)


@pytest.mark.parametrize(
    "data", [b"", b"WARC/1.1\r\n\r\n", b"\x00" * 100, b"HTTP/1.1 200 OK\r\n\r\n", b"WARC/1.1\r\nX: y"]
)
def test_a_gzip_member_that_is_no_record_is_refused(tmp_path: Path, data: bytes) -> None:
    packed = member.pack(data)
    (tmp_path / "x.warc.gz").write_bytes(packed)
    with pytest.raises(StorageError, match=r"x\.warc\.gz"):
        read(tmp_path, Place("x.warc.gz", 0, len(packed)))


def test_a_file_cut_at_any_byte_keeps_its_whole_records(tmp_path: Path) -> None:
    writer = Writer(tmp_path, "t", {})
    answers = [response_of(exchange(body=os.urandom(60)), "sha256:0") for _ in range(3)]
    places = writer.append(answers)
    assert writer.name is not None
    name, data = writer.name, path_of(tmp_path, writer.name).read_bytes()
    starts = [places[0].offset, *(place.offset + place.length for place in places)]
    for size in range(len(data) + 1):
        path_of(tmp_path, name).write_bytes(data[:size])
        ends = [place.offset + place.length for place in whole_records(tmp_path, name)]
        assert ends == [start for start in starts if start <= size]


def test_nothing_has_its_name_before_it_is_whole(tmp_path: Path) -> None:
    writer = Writer(tmp_path, "t", {})
    (place,) = writer.append([response_of(exchange(body=PAGE), digest_of(PAGE))])
    assert left_open(tmp_path) == [place.file] and not list(tmp_path.glob("*.gz"))
    assert read(tmp_path, place).body == PAGE, "it can be read meanwhile"
    writer.finish()
    assert left_open(tmp_path) == [] and read(tmp_path, place).body == PAGE


def test_a_new_file_begins_where_the_old_one_is_large_enough(tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []
    writer = Writer(tmp_path, "t", {}, lambda name, size: seen.append((name, size)), max_bytes=3_000)
    bodies = [os.urandom(900) for _ in range(9)]
    places = [writer.append([response_of(exchange(body=body), digest_of(body))])[0] for body in bodies]
    writer.finish()
    writer.finish()
    assert len({place.file for place in places}) == len(seen) == 5
    for name, size in seen:
        assert (tmp_path / name).stat().st_size == size and check(tmp_path / name)
        assert records_in(tmp_path / name)[0][0]["WARC-Filename"] == name


def test_a_write_that_fails_leaves_nothing_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Writer(tmp_path, "t", {})
    first = response_of(exchange(body=PAGE), digest_of(PAGE))
    writer.append([first])
    whole, left = os.pwrite, [700]

    def little(descriptor: int, data: bytes, at: int) -> int:
        if not left[0]:
            raise OSError(28, "No space left on device")
        left[0] -= (written := whole(descriptor, bytes(data)[: left[0]], at))
        return written

    big = response_of(exchange(body=os.urandom(5_000)), "sha256:0")
    with monkeypatch.context() as full:
        full.setattr(os, "pwrite", little)
        with pytest.raises(OSError, match="No space left"):
            writer.append([big])
    (place,) = writer.append([first])
    writer.finish()
    assert [told["WARC-Type"] for told, _ in records_in(tmp_path / place.file)] == ["warcinfo", "response", "response"]


def test_a_file_whose_first_record_can_not_be_written_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, data: bytes, at: int) -> int:
        raise OSError(28, "No space left on device")

    writer = Writer(tmp_path, "t", {})
    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", full)
        with pytest.raises(OSError, match="No space left"):
            writer.append([response_of(exchange(), "sha256:0")])
        writer.finish()
    assert list(tmp_path.iterdir()) == []
    writer.append([response_of(exchange(), "sha256:0")])
    writer.finish()
    assert len(list(tmp_path.glob("*.warc.gz"))) == 1


def test_mending_cuts_what_is_torn_and_names_the_file(tmp_path: Path) -> None:
    writer = Writer(tmp_path, "t", {})
    (place,) = writer.append([response_of(exchange(body=PAGE), digest_of(PAGE))])
    path = path_of(tmp_path, place.file)
    size = path.stat().st_size
    path.write_bytes(path.read_bytes() + member.pack(b"x" * 500)[:-3])
    (*_, last) = whole_records(tmp_path, place.file)
    assert last == place and cut(tmp_path, place.file, size) > 0
    put_in_place(tmp_path, place.file)
    assert check(tmp_path / place.file) and not path.exists()


def test_no_two_records_share_an_id() -> None:
    assert len({new_id() for _ in range(1_000)}) == 1_000


def check(path: Path) -> bool:
    """What `warcio check` says of a file."""
    told = StringIO()
    # It undoes brotli only with another library of the same name as ours (webrecorder/warcio#73), and breaks with it.
    BufferedReader.DECOMPRESSORS.pop("br", None)
    with redirect_stdout(told), pytest.raises(SystemExit) as ended:
        sys.exit(warcio(["check", str(path)]))
    return not ended.value.code and not told.getvalue().strip()
