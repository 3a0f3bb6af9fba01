"""What was appended is known, what is known is there: whenever a process dies, and whatever the disk does."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from miacrawl.errors import StorageError
from miacrawl.exchange import Exchange
from miacrawl.store import runs
from miacrawl.store.archive import open_archive
from miacrawl.store.capture_rows import place_of
from miacrawl.store.captures import Captures
from miacrawl.store.connection import rows
from miacrawl.store.recovery import Recovery
from miacrawl.store.rereading import page_in
from miacrawl.warc.member import pack
from miacrawl.warc.mending import left_open, warc_files
from miacrawl.warc.reading import is_sound, read
from miacrawl.warc.writer import OPEN_SUFFIX, path_of
from tests.kept import exchange, records_in

URL = "http://a.example/story"
LONG = b"<h1>A story</h1>" + b"<p>It goes on like this.</p>" * 50
NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\n\r\n"


@pytest.fixture
def captures(tmp_path: Path) -> Iterator[Captures]:
    opened = opening(tmp_path)
    yield opened
    opened.db.conn.close()


def opening(folder: Path, **options: Any) -> Captures:
    """The captures of a new run of the archive in `folder`."""
    db = open_archive(folder)
    return Captures(db, folder, runs.begin(db, "test", [URL], "crawl"), **options)


def keep(captures: Captures, *exchanges: Exchange) -> list[int]:
    """Keep and tell exchanges in a transaction; ids of their rows."""
    kept = [captures.keep(one) for one in exchanges]
    with captures.db.atomic():
        captures.tell()
    captures.told()
    return [one.id or 0 for one in kept]


def table(db: Database) -> list[dict[str, Any]]:
    return rows(db, "SELECT c.*, w.name FROM captures c JOIN warcs w ON w.id = c.warc_id ORDER BY c.id")


def judge(captures: Captures) -> None:
    """Every row has its record, every record its row, and no file holds anything else."""
    assert left_open(captures.warcs) == []
    known = {(row["name"], row["offset"]): row for row in table(captures.db)}
    found = 0
    for path in warc_files(captures.warcs):
        assert records_in(path)[0][0]["WARC-Type"] == "warcinfo"
        found += sum(told["WARC-Type"] in ("response", "revisit", "conversion") for told, _ in records_in(path))
    assert found == len(known)
    for row in known.values():
        place = place_of(captures.db, row["id"])
        assert place is not None
        stored = read(captures.warcs, place)
        assert stored.url == row["url"] and stored.kind == row["kind"] and stored.status == row["status"]
        assert is_sound(stored) in (True, None)
    assert captures.db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert captures.db.execute("SELECT count(*) FROM warcs WHERE finished IS NULL").fetchone() == (0,)


# --- what is kept ---


def test_a_body_that_is_known_is_not_stored_again(captures: Captures) -> None:
    first, second, third = keep(
        captures,
        exchange(URL, LONG),
        exchange("http://a.example/two", LONG),
        exchange("http://a.example/small", b"small"),
    )
    captures.close()
    told = {row["id"]: (row["kind"], row["refers_to"], row["size"]) for row in table(captures.db)}
    assert told[second] == ("revisit", first, len(LONG)) and told[third][:2] == ("response", None)
    assert page_in(captures.db, captures.warcs, second).body == LONG
    judge(captures)


def test_a_revisit_is_read_by_what_came_with_it(captures: Captures) -> None:
    body = ("<h1>Caf\u00e9</h1>" + "<p>Un caf\u00e9.</p>" * 90).encode()
    wrong, right = keep(
        captures,
        exchange(URL, body, b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=latin-1\r\n\r\n"),
        exchange(URL, body, b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"),
    )
    assert page_in(captures.db, captures.warcs, wrong).content_type.endswith("latin-1")
    assert page_in(captures.db, captures.warcs, right).content_type.endswith("utf-8")


def test_a_304_answer_is_tied_to_the_body_that_it_speaks_of(captures: Captures) -> None:
    tagged = b'HTTP/1.1 200 OK\r\nETag: "a"\r\nContent-Type: text/html\r\n\r\n'
    asks = b'GET / HTTP/1.1\r\nIf-None-Match: "%b"\r\n\r\n'
    (first,) = keep(captures, exchange(URL, LONG, tagged))
    (same,) = keep(captures, exchange(URL, b"", NOT_MODIFIED, status=304, request=asks % b"a"))
    # By what a visit got that was not kept: its body is not here.
    (other,) = keep(captures, exchange(URL, b"", NOT_MODIFIED, status=304, request=asks % b"b"))
    told = {row["id"]: (row["kind"], row["refers_to"]) for row in table(captures.db)}
    assert told[same] == ("revisit", first) and told[other] == ("response", None)
    page = page_in(captures.db, captures.warcs, same)
    assert (page.body, page.content_type) == (LONG, "text/html")


def test_a_revisit_whose_page_is_lost_is_no_page(captures: Captures) -> None:
    first, second = keep(captures, exchange(URL, LONG), exchange("http://a.example/two", LONG))
    captures.db.execute("UPDATE captures SET refers_to = NULL WHERE id = ?", [second])
    told = r"a\.example/two of .* says that its page is that of an earlier one"
    with pytest.raises(StorageError, match=told):
        page_in(captures.db, captures.warcs, second)
    assert page_in(captures.db, captures.warcs, first).body == LONG


def test_what_a_failed_transaction_told_is_told_in_the_next(captures: Captures) -> None:
    captures.keep(exchange(URL, LONG))
    captures.keep(exchange(f"{URL}/two"))
    captures.db.execute(
        "CREATE TRIGGER full BEFORE INSERT ON captures WHEN NEW.url LIKE '%two' BEGIN SELECT raise(ABORT, 'full'); END"
    )
    with pytest.raises(sqlite3.Error, match="full"):
        captures.close()
    assert left_open(captures.warcs), "what is untold keeps its file open"
    captures.db.execute("DROP TRIGGER full")
    captures.close()
    assert [row["url"] for row in table(captures.db)] == [URL, f"{URL}/two"]
    judge(captures)


def test_what_is_untold_when_a_file_is_full_is_told_before_it_gets_its_name(tmp_path: Path) -> None:
    captures = opening(tmp_path, max_bytes=1_500)
    for number in range(8):
        captures.keep(exchange(f"{URL}/{number}", os.urandom(700)))
        for path in warc_files(captures.warcs):
            told = {row["url"] for row in table(captures.db)}
            assert {head["WARC-Target-URI"] for head, _ in records_in(path)[1:]} <= told
    captures.close()
    judge(captures)
    assert len(table(captures.db)) == 8 and len(list(warc_files(captures.warcs))) > 2


# --- a process that was killed ---


def _half_told(folder: Path) -> tuple[Captures, Path, list[int], list[dict[str, Any]]]:
    """An archive whose process died: one capture told, the others not; where their records end, and their rows."""
    captures = opening(folder)
    keep(captures, exchange(URL, LONG))
    made = [
        captures.keep(exchange("http://a.example/two", LONG)),
        captures.keep(exchange(URL, b"", NOT_MODIFIED, status=304)),
        page := captures.keep(exchange("http://a.example/three", b"<p>" + os.urandom(40).hex().encode())),
        captures.keep_rendered(page, "http://a.example/three", exchange(), b"<p>rendered"),
    ]
    captures.db.conn.execute("BEGIN")
    captures.tell()
    told = table(captures.db)
    captures.db.conn.rollback()
    captures.untell()
    (path,) = captures.warcs.glob(f"*{OPEN_SUFFIX}")
    return captures, path, [one.place.offset + one.place.length for one in made], told


def test_a_file_cut_at_any_byte_is_mended_and_what_is_whole_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures, path, ends, told = _half_told(tmp_path)
    # What is on the disk is not looked at here, and takes its time.
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    captures.db.execute("PRAGMA synchronous = OFF")
    data, last = path.read_bytes(), told[0]
    columns = ("url", "url_key", "kind", "fetched_at", "status", "content_type", "digest", "size", "offset", "length")
    columns += ("refers_to", "ip", "run_id", "headers")
    name = path.name.removesuffix(OPEN_SUFFIX)
    for size in range(last["offset"] + last["length"], len(data) + 1):
        path.write_bytes(data[:size])
        captures.db.conn.execute("BEGIN")
        Recovery(captures.db, tmp_path, last["run_id"]).recover()
        found = table(captures.db)
        whole = [told[0], *(row for row, end in zip(told[1:], ends, strict=True) if end <= size)]
        assert [[row[key] for key in columns] for row in found] == [[row[key] for key in columns] for row in whole]
        (captures.warcs / name).unlink()
        captures.db.conn.rollback()


def test_a_file_shorter_than_what_is_known_of_it_is_fetched_again(tmp_path: Path) -> None:
    captures, path, _, _ = _half_told(tmp_path)
    keep(captures)
    data = path.read_bytes()
    (first, *others) = table(captures.db)
    captures.db.execute(
        "INSERT INTO urls (url, url_key, site, kind, state, source, etag, discovered_at)"
        " VALUES (?, ?, 'a.example', 'page', 'archived', 'start', 'x', '2026')",
        ["http://a.example/two", "a.example/two"],
    )
    captures.db.conn.commit()
    for size in (0, 1, first["offset"], first["offset"] + 9, others[0]["offset"] + 1, others[3]["offset"], len(data)):
        path.write_bytes(data[:size])
        captures.db.conn.execute("BEGIN")
        Recovery(captures.db, tmp_path, 1).recover()
        judge(captures)
        left = [row["id"] for row in table(captures.db)]
        assert left == [row["id"] for row in (first, *others) if row["offset"] + row["length"] <= size]
        lost = others[0]["id"] not in left
        assert captures.db.execute("SELECT due, etag FROM urls").fetchone() == ((1, None) if lost else (0, "x"))
        captures.db.conn.rollback()
        for file in captures.warcs.iterdir():
            file.unlink()


def test_a_file_that_the_disk_never_wrote_out_is_not_taken_for_whole(tmp_path: Path) -> None:
    captures, path, _, _ = _half_told(tmp_path)
    keep(captures)
    data = path.read_bytes()
    second = table(captures.db)[1]
    path.write_bytes(data[: second["offset"]] + bytes(len(data) - second["offset"]))
    Recovery(captures.db, tmp_path, 1).recover()
    judge(captures)
    assert len(table(captures.db)) == 1


def test_a_file_that_is_gone_while_it_was_written_takes_its_captures_with_it(tmp_path: Path) -> None:
    captures, path, _, _ = _half_told(tmp_path)
    keep(captures)
    path.unlink()
    Recovery(captures.db, tmp_path, 1).recover()
    assert table(captures.db) == []
    judge(captures)


def test_mending_twice_changes_nothing(tmp_path: Path) -> None:
    captures, path, _, _ = _half_told(tmp_path)
    with path.open("ab") as file:
        file.write(pack(b"torn" * 100)[:-1])
    again = opening(tmp_path)
    assert Recovery(again.db, again.folder, again.run_id).recover() > 0
    before, files = table(again.db), [path.read_bytes() for path in warc_files(again.warcs)]
    assert Recovery(again.db, again.folder, again.run_id).recover() == 0
    assert table(again.db) == before and [path.read_bytes() for path in warc_files(again.warcs)] == files
    assert {row["run_id"] for row in before} == {captures.run_id}, "what was found is of the run that fetched it"
    judge(again)


def test_a_process_that_died_before_the_file_got_its_name_is_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures = opening(tmp_path)
    keep(captures, exchange(URL, LONG))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", _dies)
        with pytest.raises(OSError, match="died here"):
            captures.close()
    assert left_open(captures.warcs)
    again = opening(tmp_path)
    assert Recovery(again.db, again.folder, again.run_id).recover() == 0
    judge(again)
    assert len(table(again.db)) == 1


def _dies(*_: object) -> None:
    raise OSError("died here")


def test_what_is_no_record_does_not_keep_an_archive_from_being_opened(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _, path, _, _ = _half_told(tmp_path)
    with path.open("ab") as file:
        file.write(pack(b"this is no record"))
    again = opening(tmp_path)
    Recovery(again.db, again.folder, again.run_id).recover()
    assert len(table(again.db)) == 5 and "passed over" in caplog.text
    (tmp_path / "warc" / "other.warc.gz.open").write_bytes(b"no gzip at all")
    Recovery(again.db, again.folder, again.run_id).recover()
    assert left_open(again.warcs) == []


def test_what_a_browser_made_finds_its_page_in_the_file_before(tmp_path: Path) -> None:
    captures = opening(tmp_path, max_bytes=1)
    page = captures.keep(exchange(URL, b"shell"))
    captures.keep_rendered(page, URL, exchange(), b"<p>rendered")
    again = opening(tmp_path)
    Recovery(again.db, again.folder, again.run_id).recover()
    shell, rendered = table(again.db)
    assert rendered["refers_to"] == shell["id"] and rendered["name"] != shell["name"]


def _appends(folder: Path, seed: int, kept: Any) -> None:
    """Keeps captures until it is killed, and counts them: some in a transaction each, some with a later one."""
    chance = random.Random(seed)
    captures = opening(folder, max_bytes=60_000)
    Recovery(captures.db, captures.folder, captures.run_id).recover()
    bodies = [b"<h1>%d</h1>" % number + chance.randbytes(chance.choice((10, 300, 5_000))) for number in range(40)]
    for number in range(100_000):
        captures.keep(exchange(f"{URL}/{seed}/{number}", chance.choice(bodies)))
        if chance.random() < 0.5:
            keep(captures)
        kept.value = number


def _killed(folder: Path, seed: int, count: int, after: float) -> None:
    """Kill one that keeps captures: `after` seconds after it has kept `count`."""
    kept = get_context("fork").RawValue("q", -1)
    process = get_context("fork").Process(target=_appends, args=(folder, seed, kept))
    process.start()
    until = time.monotonic() + 120
    while kept.value < count and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(after)
    assert process.exitcode is None, "it ended by itself"
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_kills_at_any_moment_lose_no_record_and_leave_none_unknown(tmp_path: Path) -> None:
    chance = random.Random(7)
    open_archive(tmp_path).conn.close()
    for number in range(16):
        _killed(tmp_path, number, chance.choice((-1, 0, 10, 40, 80)), after=chance.uniform(0, 0.02))
        if number % 3:  # two runs in a row are killed now and then
            captures = opening(tmp_path)
            Recovery(captures.db, captures.folder, captures.run_id).recover()
            judge(captures)
            captures.db.conn.close()
    captures = opening(tmp_path)
    Recovery(captures.db, captures.folder, captures.run_id).recover()
    judge(captures)
    assert len(table(captures.db)) > 100 and len(list(warc_files(captures.warcs))) > 10


# --- the disk ---


def _fills(folder: Path) -> None:
    captures = opening(folder)
    first = captures.keep(exchange(URL, os.urandom(20_000)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (first.place.length + 5_000, resource.RLIM_INFINITY))
    try:
        captures.keep(exchange(f"{URL}/2", os.urandom(20_000)))
    except OSError as error:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert "too large" in str(error)
        captures.keep(exchange(f"{URL}/3", os.urandom(20_000)))
        captures.close()
        os._exit(3)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_disk_that_takes_no_more_tears_no_record_and_the_next_stands_behind_the_last(tmp_path: Path) -> None:
    process = get_context("fork").Process(target=_fills, args=[tmp_path])
    process.start()
    process.join()
    assert process.exitcode == 3
    captures = opening(tmp_path)
    judge(captures)
    assert [row["url"] for row in table(captures.db)] == [URL, f"{URL}/3"]


def test_headers_are_told_as_they_came(captures: Captures) -> None:
    head = b"HTTP/1.1 200 OK\r\nX-A: b\r\n  c\r\nx-a:d\r\nno header\r\n\r\n"
    keep(captures, exchange(URL, head=head))
    assert json.loads(table(captures.db)[0]["headers"]) == [["X-A", "b c"], ["x-a", "d"]]


def test_a_redirect_to_itself_in_the_same_second_is_not_taken_for_the_page(tmp_path: Path) -> None:
    captures = opening(tmp_path)
    moved = exchange(URL, b"", b"HTTP/1.1 302 Found\r\nLocation: /story\r\n\r\n", status=302)
    _, page = keep(captures, moved, exchange(URL, LONG))
    captures.keep(replace(exchange(URL, LONG), url="http://a.example/two"))
    again = opening(tmp_path)
    Recovery(again.db, again.folder, again.run_id).recover()
    assert table(again.db)[-1]["refers_to"] == page
    assert path_of(again.warcs, table(again.db)[-1]["name"]).exists()
