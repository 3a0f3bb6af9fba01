"""`miacrawl verify` finds what is wrong with an archive; `--repair` mends what can be rebuilt and loses nothing."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from miacrawl.errors import ArchiveLockedError, ExitCode, StorageError
from miacrawl.exchange import Exchange
from miacrawl.store.archive import writing
from miacrawl.store.captures import Captures
from miacrawl.store.connection import open_database
from miacrawl.verify import captures as reading
from miacrawl.verify.examination import Asked, Result, examine
from miacrawl.verify.repair import intended, remaining, repair
from tests import shelf
from tests.conftest import Run

ALONE = Asked()


def exchange(number: int, body: bytes) -> Exchange:
    url = shelf.row(number)["url"]
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    request = f"GET /{number} HTTP/1.1\r\nHost: {url.split('/')[2]}\r\n\r\n".encode()
    return Exchange(url, datetime(2026, 3, 30, 8, 1, number, tzinfo=UTC), 200, request, head, body, "192.0.2.1")


def page(number: int) -> bytes:
    return f"<h1>Page {number}</h1>{'<p>Seven onions and a heel of bread.' * 40}".encode()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Six articles, each with a version and a capture in one finished file; the last capture is a revisit."""
    folder = shelf.build(tmp_path / "archive", articles=6)
    db = open_database(folder / "archive.db")
    with db.conn:
        db.execute("UPDATE articles SET content_hash = id")
        for table in ("articles", "urls", "related_links"):
            db.execute(f"UPDATE {table} SET url_key = substr(url_key, length('https://') + 1)")
        db.table("runs").insert({**shelf.run(), "id": 2})
        db.execute(
            "INSERT INTO article_versions (article_id, number, first_seen, content_hash)"
            " SELECT id, 1, changed_at, content_hash FROM articles"
        )
    captures = Captures(db, folder, 1)
    for number in (1, 2, 3, 4, 5):
        captures.keep(exchange(number, page(number)))
    captures.keep(exchange(6, page(3)))
    captures.close()
    with db.conn:
        db.execute("UPDATE articles SET capture_id = id")
        db.execute("UPDATE urls SET etag = 'x'")
    db.conn.close()
    return folder


def change(archive: Path, sql: str, *values: object) -> None:
    connection = sqlite3.connect(archive / "archive.db")
    with connection:
        connection.execute(sql, values)
    connection.close()


def ask(archive: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(archive / "archive.db")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def warc(archive: Path) -> Path:
    (path,) = (archive / "warc").glob("*.warc.gz")
    return path


def place(archive: Path, capture_id: int) -> tuple[int, int]:
    ((offset, length),) = ask(archive, f"SELECT offset, length FROM captures WHERE id = {capture_id}")
    return int(str(offset)), int(str(length))


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x40
    path.write_bytes(data)


def problems(result: Result) -> dict[str, int]:
    return {
        kind: tally.count
        for check in result.checks
        for kind, tally in check.tallies.items()
        if tally.weight == "problem"
    }


def notes(result: Result) -> set[str]:
    return result.kinds() - problems(result).keys()


def mended(archive: Path) -> Result:
    """What a repair found; after it nothing is wrong."""
    found, fixes = repair(archive, ALONE)
    assert fixes and remaining(found, fixes) == 0, fixes
    assert problems(examine(archive, ALONE)) == {}
    return found


def test_a_sound_archive_has_no_problems_and_stays_as_it_is(archive: Path) -> None:
    before = {path: path.read_bytes() for path in archive.rglob("*") if path.is_file()}
    result = examine(archive, ALONE)
    assert result.kinds() == set()
    told = {check.about: check.told for check in result.checks}
    assert told["captures"].startswith("6 read") and "without their request" not in told["captures"]
    assert told["ledger"] == "8 discovered = 6 archived + 1 failed + 1 skipped"
    assert {path: path.read_bytes() for path in before} == before


def test_a_flipped_byte_in_any_record_is_found_and_only_that_capture_is_taken_out(archive: Path) -> None:
    offset, length = place(archive, 2)
    flip(warc(archive), offset + length // 2)
    size = warc(archive).stat().st_size
    assert problems(mended(archive)) == {"capture-lost": 1}
    assert warc(archive).stat().st_size == size
    assert ask(archive, "SELECT id FROM captures") == [(1,), (3,), (4,), (5,), (6,)]
    assert ask(archive, "SELECT url, due, etag FROM urls WHERE due = 1") == [(shelf.row(2)["url"], 1, None)]
    assert ask(archive, "SELECT count(*) FROM articles") == [(6,)]
    assert notes(examine(archive, ALONE)) == {"damage-known"}


def test_every_byte_that_means_something_counts(archive: Path) -> None:
    whole = warc(archive).read_bytes()
    for at in range(0, len(whole), 61):
        flip(warc(archive), at)
        damaged = warc(archive).read_bytes()
        found = problems(examine(archive, ALONE))
        warc(archive).write_bytes(whole)
        assert found or _unpacked(whole) == _unpacked(damaged), f"byte {at} was flipped, and nobody noticed"


def _unpacked(data: bytes) -> bytes:
    """What a gzip header says of time and system, and the bits that fill a last byte, mean nothing to the content."""
    return gzip.decompress(data)


def test_a_flipped_byte_in_a_request_costs_no_capture_and_is_told_once(archive: Path) -> None:
    offset, length = place(archive, 1)
    flip(warc(archive), offset + length + 40)
    assert problems(mended(archive)) == {"damage": 1}
    assert ask(archive, "SELECT count(*) FROM captures") == [(6,)]
    noted = json.loads((archive / "warc" / "damage.json").read_text("utf-8"))
    assert [(one["file"], one["offset"]) for one in noted] == [(warc(archive).name, offset + length)]


def test_a_lost_body_is_asked_for_again_by_every_address_that_had_it(archive: Path) -> None:
    offset, length = place(archive, 3)
    flip(warc(archive), offset + length // 2)
    mended(archive)
    due = ask(archive, "SELECT url FROM urls WHERE due = 1 AND etag IS NULL ORDER BY id")
    assert due == [(shelf.row(3)["url"],), (shelf.row(6)["url"],)]
    assert ask(archive, "SELECT refers_to FROM captures WHERE kind = 'revisit'") == [(None,)]


def test_a_file_that_was_cut_off(archive: Path) -> None:
    offset, length = place(archive, 5)
    warc(archive).write_bytes(warc(archive).read_bytes()[: offset + length - 3])
    found = mended(archive)
    assert problems(found) == {"file-size": 1, "capture-lost": 2}
    assert warc(archive).stat().st_size == offset + length - 3


def test_a_file_that_is_gone(archive: Path) -> None:
    warc(archive).unlink()
    assert problems(mended(archive)) == {"file-missing": 1}
    assert ask(archive, "SELECT count(*) FROM captures") == [(0,)]
    assert ask(archive, "SELECT count(*) FROM urls WHERE due = 1") == [(6,)]
    assert ask(archive, "SELECT count(*) FROM articles WHERE body <> ''") == [(6,)]


def test_a_record_that_no_row_names_is_told_of_again(archive: Path) -> None:
    before = ask(archive, "SELECT url, kind, digest, size, offset, headers, run_id FROM captures WHERE id = 4")
    change(archive, "UPDATE articles SET capture_id = NULL WHERE id = 4")
    change(archive, "DELETE FROM captures WHERE id = 4")
    assert problems(mended(archive)) == {"capture-untold": 1}
    assert ask(archive, "SELECT url, kind, digest, size, offset, headers, run_id FROM captures WHERE id = 7") == before


def test_a_row_that_says_something_else_than_its_record_is_put_right_and_keeps_its_number(archive: Path) -> None:
    before = ask(archive, "SELECT * FROM captures ORDER BY id")
    change(archive, "UPDATE captures SET fetched_at = '2025-01-01T00:00:00Z' WHERE id = 1")
    change(archive, "UPDATE captures SET url = 'https://elsewhere.example/', size = 3 WHERE id = 2")
    change(archive, "UPDATE captures SET digest = 'sha256:00' WHERE id = 4")
    assert problems(mended(archive)) == {"capture-differs": 3}
    assert ask(archive, "SELECT * FROM captures ORDER BY id") == before


def test_a_file_whose_rows_are_all_gone_is_taken_in_again(archive: Path) -> None:
    before = ask(archive, "SELECT url, kind, digest, offset FROM captures ORDER BY offset")
    change(archive, "UPDATE articles SET capture_id = NULL")
    change(archive, "DELETE FROM captures")
    change(archive, "DELETE FROM warcs")
    assert problems(mended(archive)) == {"file-unknown": 1}
    assert ask(archive, "SELECT url, kind, digest, offset FROM captures ORDER BY offset") == before
    assert ask(archive, "SELECT refers_to IS NOT NULL FROM captures WHERE kind = 'revisit'") == [(1,)]


@pytest.mark.parametrize("name", ["notes.txt", "garbage.warc.gz", "miacrawl-00001-x.warc.gz"])
def test_what_is_no_file_of_the_archive_is_put_aside(archive: Path, name: str) -> None:
    (archive / "warc" / name).write_bytes(b"seven onions" * 100)
    assert problems(mended(archive)) == {"file-stray": 1}
    assert (archive / "stray" / name).read_bytes() == b"seven onions" * 100


def test_a_file_that_a_killed_run_left_open_is_a_note_and_is_finished(archive: Path) -> None:
    db = open_database(archive / "archive.db")
    captures = Captures(db, archive, 2)
    for number in (7, 8):
        captures.keep(exchange(number, page(number)))
    with db.atomic():
        captures.tell()
    captures.told()
    captures.keep(exchange(9, page(9)))
    db.conn.close()
    (left,) = (archive / "warc").glob("*.open")
    with left.open("ab") as file:
        file.write(gzip.compress(b"WARC/1.1\r\ntorn")[:-9])
    result = examine(archive, ALONE)
    assert problems(result) == {} and notes(result) == {"file-open"}
    mended(archive)
    assert not left.exists() and ask(archive, "SELECT count(*) FROM captures") == [(9,)]
    assert examine(archive, ALONE).kinds() == set()


def test_files_that_are_being_written_are_none_of_its_business(archive: Path) -> None:
    db = open_database(archive / "archive.db")
    captures = Captures(db, archive, 2)
    with writing(archive):
        captures.keep(exchange(7, page(7)))
        assert examine(archive, ALONE).kinds() == set()
    captures.close()
    db.conn.close()


def test_an_index_of_words_that_is_not_that_of_the_articles_is_made_anew(archive: Path) -> None:
    change(archive, "DELETE FROM articles_fts_data WHERE id > 10")
    assert "search" in problems(mended(archive))
    trigger = ask(archive, "SELECT sql FROM sqlite_master WHERE name = 'articles_au'")[0][0]
    change(archive, "DROP TRIGGER articles_au")
    change(archive, "UPDATE articles SET title = 'Parsnips' WHERE id = 2")
    change(archive, str(trigger))
    assert problems(mended(archive)) == {"search": 1}
    assert ask(archive, "SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'parsnips'") == [(2,)]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE tallies SET n = n + 1 WHERE facet = 'site'",
        "DELETE FROM tallies WHERE facet = 'all'",
        "INSERT INTO tallies VALUES ('', 'section', 'Nowhere', 3)",
        "INSERT INTO bylines VALUES ('Nobody', '', 1, 'a.example')",
        "UPDATE ledger_counts SET n = 0",
    ],
)
def test_counts_that_are_not_those_of_the_articles_are_made_anew(archive: Path, sql: str) -> None:
    change(archive, sql)
    assert "counts" in problems(mended(archive))
    assert examine(archive, ALONE).kinds() == set()


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("UPDATE articles SET run_id = 99 WHERE id = 1", "references-articles-run_id"),
        ("UPDATE related_links SET target_id = 99 WHERE id = 1", "references-related_links-target_id"),
        ("UPDATE related_links SET article_id = 99 WHERE id = 1", "references-related_links-article_id"),
        ("INSERT INTO yields VALUES (44, 'a.example', 'feed', 1, 1)", "references-yields-run_id"),
        ("INSERT INTO attempts (url_id, at, outcome) VALUES (444, 'now', 'new')", "references-attempts-url_id"),
        ("UPDATE urls SET article_id = NULL WHERE id = 3", "ledger-no-article"),
        ("UPDATE urls SET state = 'pending' WHERE id = 3", "ledger-forgotten"),
        ("DELETE FROM urls WHERE id = 2", "article-no-address"),
        ("DELETE FROM article_versions WHERE article_id = 4", "version-missing"),
        ("UPDATE related_links SET target_id = NULL WHERE id = 2", "related-unlinked"),
        ("UPDATE captures SET refers_to = NULL WHERE id = 6", "revisit-unlinked"),
        ("UPDATE captures SET refers_to = 1 WHERE id = 6", "revisit-unlinked"),
        ("UPDATE urls SET discovered_run_id = 1", "run-discovered"),
        ("INSERT INTO attempts (url_id, run_id, at, outcome) VALUES (1, 1, 'now', 'new')", "run-new"),
        (
            "UPDATE articles SET (content_hash, site, body) = (SELECT content_hash, site, body FROM articles"
            " WHERE id = 1) WHERE id = 3",
            "duplicate-untold",
        ),
    ],
)
def test_rows_that_contradict_others_are_found_and_mended(archive: Path, sql: str, kind: str) -> None:
    change(archive, "UPDATE runs SET exit_code = 0")
    assert problems(examine(archive, ALONE)) == {}
    change(archive, sql)
    assert kind in problems(mended(archive))


def test_nothing_but_the_reference_is_lost_with_a_run(archive: Path) -> None:
    change(archive, "INSERT INTO yields VALUES (44, 'a.example', 'feed', 1, 1)")
    mended(archive)
    assert ask(archive, "SELECT reason FROM runs WHERE id = 44") == [("its row was lost",)]
    assert ask(archive, "SELECT count(*) FROM yields") == [(1,)]


def test_versions_that_are_lost_are_told_and_can_not_be_mended(archive: Path) -> None:
    change(archive, "UPDATE article_versions SET number = 3 WHERE article_id = 1")
    change(archive, "UPDATE articles SET version = 3 WHERE id = 1")
    found, fixes = repair(archive, ALONE)
    assert problems(found) == {"version-gap": 1} and remaining(found, fixes) == 1
    assert problems(examine(archive, ALONE)) == {"version-gap": 1}


def test_a_damaged_database_is_not_touched(archive: Path) -> None:
    path = archive / "archive.db"
    change(archive, "PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 40_000)
    before = path.read_bytes()
    found, fixes = repair(archive, ALONE)
    assert "database-damaged" in problems(found) and not fixes
    assert path.read_bytes() == before


def test_an_index_that_does_not_agree_with_its_table_is_made_anew(archive: Path) -> None:
    connection = sqlite3.connect(archive / "archive.db")
    connection.execute("PRAGMA writable_schema = ON")
    row = connection.execute("SELECT rootpage, sql FROM sqlite_master WHERE name = 'idx_articles_site'").fetchone()
    with connection:
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, '(site, published', '(section, published') WHERE rootpage = ?",
            row[:1],
        )
    connection.close()
    assert "index-damaged" in problems(mended(archive))


def test_an_archive_of_a_newer_version_is_left_alone(archive: Path) -> None:
    change(
        archive, "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('miacrawl', 'm999_x', 'now')"
    )
    found, fixes = repair(archive, ALONE)
    assert problems(found) == {"newer": 1} and not fixes


def test_no_repair_while_somebody_writes(archive: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from miacrawl.store.archive import writing\n"
        "with writing(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(archive)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        with pytest.raises(ArchiveLockedError, match="is being written by process"):
            repair(archive, ALONE)
        assert problems(examine(archive, ALONE)) == {}
    finally:
        holder.kill()
        holder.wait()


def test_a_dry_run_says_what_would_be_done_and_does_nothing(archive: Path) -> None:
    (archive / "warc" / "notes.txt").write_bytes(b"onions")
    change(archive, "DELETE FROM article_versions WHERE article_id = 4")
    told = [fix.told for fix in intended(examine(archive, ALONE))]
    assert told == [
        "1 articles whose current version has no row: make the row from the article",
        "1 things that are none of its WARC files: puts them aside, into the folder stray/",
    ]
    assert (archive / "warc" / "notes.txt").exists() and not (archive / "stray").exists()


def test_a_sample_and_a_day_read_only_what_they_say(archive: Path) -> None:
    assert examine(archive, Asked(sample=2)).seen.captures == 2
    assert examine(archive, Asked(since="2026-03-30T08:01:05Z")).seen.captures == 2
    offset, length = place(archive, 6)
    flip(warc(archive), offset + length // 2)
    assert problems(examine(archive, Asked(since="2026-03-30T08:01:05Z"))) == {"capture-lost": 1}
    assert problems(examine(archive, Asked(sample=6))) == {"capture-lost": 1}


def test_several_processes_see_what_one_sees(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("miacrawl.store.inventory._PIECE", 2)
    offset, length = place(archive, 4)
    flip(warc(archive), offset + length // 2)
    flip(warc(archive), offset + length + 30)
    alone, together = examine(archive, ALONE), examine(archive, Asked(jobs=2))
    assert problems(alone) == problems(together) == {"capture-lost": 1, "damage": 1}
    assert together.seen.captures == 6


def test_a_killed_reader_is_one_clear_line(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures.process import BrokenProcessPool

    def broken(*_: object) -> object:
        raise BrokenProcessPool

    monkeypatch.setattr("miacrawl.store.inventory._PIECE", 2)
    monkeypatch.setattr(reading, "_handed_out", broken)
    with pytest.raises(StorageError, match="--jobs 1"):
        examine(archive, Asked(jobs=2))


def test_on_the_command_line(archive: Path, miacrawl: Run) -> None:
    done = miacrawl("verify")
    assert done.returncode == 0 and done.stdout.endswith("Nothing is wrong.\n"), done.stdout + done.stderr
    change(archive, "DELETE FROM article_versions WHERE article_id = 4")
    done = miacrawl("verify")
    assert done.returncode == ExitCode.STORAGE and "versions       1 problem" in done.stdout
    assert "article-4, version 1" in done.stdout and "make the row from the article" in done.stdout
    told = json.loads(miacrawl("verify", "--json").stdout)
    assert told["problems"] == 1 and told["fixes"] == []
    done = miacrawl("verify", "--repair", "--dry-run")
    assert done.returncode == ExitCode.STORAGE and "would mend:" in done.stdout
    done = miacrawl("verify", "--repair")
    assert done.returncode == 0 and "All that was wrong is mended." in done.stdout
    assert miacrawl("verify", "--quick", "--sample", "3").returncode == 0


def test_without_an_archive(miacrawl: Run) -> None:
    for arguments in ((), ("--repair",)):
        done = miacrawl("verify", *arguments)
        assert done.returncode == ExitCode.STORAGE and "there is no archive" in done.stderr
        assert "Traceback" not in done.stderr
    assert miacrawl("verify", "--dry-run").returncode == ExitCode.USAGE


def test_a_stranger_that_calls_itself_open_is_put_aside_too(archive: Path) -> None:
    (archive / "warc" / "theirs.warc.gz.open").write_bytes(b"seven onions")
    assert problems(mended(archive)) == {"file-stray": 1}
    assert (archive / "stray" / "theirs.warc.gz.open").read_bytes() == b"seven onions"


def test_a_part_of_the_index_that_is_gone_is_told_and_the_rest_is_mended(archive: Path) -> None:
    change(archive, "DROP TABLE articles_fts_docsize")
    change(archive, "DELETE FROM article_versions WHERE article_id = 4")
    found, fixes = repair(archive, ALONE)
    assert {"search", "version-missing"} <= problems(found).keys()
    assert [fix.told.partition(" (")[0] for fix in fixes if not fix.done] == ["the full-text index can't be mended"]
    assert remaining(found, fixes) == 1


def test_a_whole_file_of_somebody_else_is_not_taken_for_one_of_ours(archive: Path) -> None:
    (archive / "warc" / "theirs.warc.gz").write_bytes(warc(archive).read_bytes())
    found, _ = repair(archive, ALONE)
    assert problems(found) == {"file-stray": 1}
    assert ask(archive, "SELECT count(*) FROM captures") == [(6,)]
