"""`miacrawl merge` where shards are not as they should be: a clear line, the others are in, and nothing is lost."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from miacrawl.errors import ExitCode
from miacrawl.merge import files
from miacrawl.merge.merging import Options
from tests import shard
from tests.conftest import Run
from tests.test_merge import ask, merged, same, told, wrong

SITE = "walks.example"


@pytest.fixture
def walks(tmp_path: Path) -> Path:
    """A shard of four articles."""
    return shard.crawled(tmp_path / "walks", SITE, range(4))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive into which a shard of two articles was merged."""
    shard.crawled(tmp_path / "bakes", "bakes.example", range(2))
    merged(tmp_path / "bakes", tmp_path / "archive")
    return tmp_path / "archive"


def altered(folder: Path, *statements: str) -> Path:
    """A shard whose file somebody has been at."""
    connection = sqlite3.connect(folder / "archive.db", isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()
    return folder


def nothing_came(archive: Path) -> bool:
    return ask(archive, "SELECT site, count(*) FROM articles GROUP BY 1") == [("bakes.example", 2)] and not wrong(
        archive
    )


# --- which shard, and of what ---


def test_a_site_comes_from_one_shard(walks: Path, archive: Path, tmp_path: Path) -> None:
    merged(walks, archive)
    other = shard.crawled(tmp_path / "others", SITE, range(9, 12))
    result = merged(other, archive)
    assert result.exit_code == ExitCode.CONFIG
    assert f"{SITE}, which the shard walks has brought: a site is crawled in one shard" in told(result)
    same(walks, archive, SITE)
    assert wrong(archive) == {}


def test_a_site_that_the_archive_has_crawled_itself_comes_from_no_shard(walks: Path, archive: Path) -> None:
    shard.crawled(archive, SITE, range(1))
    result = merged(walks, archive)
    assert result.exit_code == ExitCode.CONFIG and "was crawled into the archive itself" in told(result)


def test_an_archive_that_crawls_can_be_merged_into_and_merged(walks: Path, archive: Path, tmp_path: Path) -> None:
    shard.crawled(archive, "own.example", range(3))
    merged(walks, archive)
    shard.crawled(archive, "own.example", range(5), changed={1})
    shard.crawled(walks, SITE, range(6), changed={2})
    merged(walks, archive)
    assert wrong(archive) == {}
    above = tmp_path / "above"
    assert merged(archive, above).exit_code == ExitCode.OK
    shard.crawled(walks, SITE, [3], changed={3})
    merged(walks, archive)
    assert merged(archive, above).merged[0].changed["articles"] == 1
    for site, folder in ((SITE, walks), ("own.example", archive), ("bakes.example", archive)):
        same(folder, above, site)
    assert wrong(above) == {}


def test_a_copy_of_a_shard_is_that_shard(walks: Path, archive: Path, tmp_path: Path) -> None:
    merged(walks, archive)
    copy = Path(shutil.copytree(walks, tmp_path / "copy"))
    shard.crawled(copy, SITE, range(5))
    assert merged(copy, archive).merged[0].rows["articles"] == 1
    same(copy, archive, SITE)


def test_a_shard_that_went_back_is_told_and_changes_nothing(walks: Path, archive: Path, tmp_path: Path) -> None:
    older = Path(shutil.copytree(walks, tmp_path / "older" / "walks"))
    shard.crawled(walks, SITE, range(6), changed={1})
    merged(walks, archive)
    for further in (False, True):  # as it is, and gone on from there, so that its numbers are those of the other
        if further:
            shard.crawled(older, SITE, range(6), changed={2})
            shard.crawled(older, SITE, range(6), changed={3})
        result = merged(older, archive)
        assert result.exit_code == ExitCode.CONFIG and "it went back to an older copy" in told(result)
        same(walks, archive, SITE)
    taken = merged(older, archive, options=Options(replace=("walks",), duplicates_seconds=5))
    assert taken.exit_code == ExitCode.OK, told(taken)
    same(older, archive, SITE)
    assert wrong(archive) == {}
    assert len(list((archive / "stray").iterdir())) == 2  # files are never deleted


@pytest.mark.parametrize("what", ["nothing", "folder", "file", "itself", "copy"])
def test_what_is_no_shard_is_told(archive: Path, tmp_path: Path, what: str) -> None:
    given = tmp_path / "given"
    if what == "folder":
        given.mkdir()
    elif what == "file":
        given.mkdir()
        (given / "archive.db").write_text("no database at all, but long enough for one" * 50)
    elif what == "copy":
        shutil.copytree(archive, given)
    result = merged(archive if what == "itself" else given, archive)
    assert result.exit_code in (ExitCode.CONFIG, ExitCode.STORAGE) and told(result).count("\n") == 0
    assert nothing_came(archive)


def test_an_older_and_a_newer_shard_say_what_to_do(walks: Path, archive: Path, tmp_path: Path) -> None:
    newer = Path(shutil.copytree(walks, tmp_path / "newer"))
    step = "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('miacrawl', 'm999_future', 'now')"
    result = merged(altered(newer, step), archive)
    assert result.exit_code == ExitCode.STORAGE and "by a newer miacrawl (m999_future)" in told(result)
    older = altered(walks, "DELETE FROM _sqlite_migrations WHERE name = 'm014_following'", "DROP TABLE changes")
    result = merged(older, archive)
    assert result.exit_code == ExitCode.STORAGE and f"with: miacrawl init {older}" in told(result)
    assert nothing_came(archive)


# --- while others are at it ---


def test_a_shard_that_is_written_is_left_and_the_others_are_merged(walks: Path, archive: Path, tmp_path: Path) -> None:
    busy = shard.crawled(tmp_path / "busy", "busy.example", range(1))
    with FileLock(busy / "archive.lock"):
        result = merged(busy, walks, archive)
        assert result.exit_code == ExitCode.PARTIAL and "is being written by" in told(result)
        assert merged(busy, archive).exit_code == ExitCode.LOCKED
    same(walks, archive, SITE)
    assert wrong(archive) == {}


def test_readers_see_whole_articles_meanwhile(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("miacrawl.store.bringing.articles._NEW_AT_ONCE", 7)
    walks = shard.crawled(tmp_path / "walks", SITE, range(60))
    over, seen, failed = threading.Event(), set[int](), list[str]()

    def read() -> None:
        connection = sqlite3.connect(f"file:{archive}/archive.db?mode=ro", uri=True)
        while not over.is_set():
            (row,) = connection.execute(
                "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM article_versions),"
                " (SELECT n FROM tallies WHERE site = '' AND facet = 'all'), (SELECT count(*) FROM bylines),"
                " (SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'paragraph'),"
                " (SELECT count(DISTINCT article_id) FROM related_links)"
            )
            seen.add(row[0])
            if len(set(row)) != 1:
                failed.append(repr(row))
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        merged(walks, archive)
    finally:
        over.set()
        reader.join()
    assert not failed
    assert len(seen) > 1


# --- files ---


def test_a_shard_whose_crawl_was_killed_is_merged_as_far_as_it_came(archive: Path, tmp_path: Path) -> None:
    walks = tmp_path / "walks"
    script = (
        f"from pathlib import Path; from tests import shard; shard.crawled(Path({str(walks)!r}), {SITE!r}, range(4),"
    )
    command = [sys.executable, "-c", f"{script} cut_off=True)"]
    subprocess.run(command, check=True, cwd=Path(__file__).parent.parent)
    (left,) = (walks / "warc").iterdir()
    assert left.name.endswith(".open")
    with left.open("ab") as file:
        file.write(b"\x1f\x8b torn")
    assert merged(walks, archive).exit_code == ExitCode.OK
    assert wrong(archive) == {}
    assert ask(archive, f"SELECT count(*) FROM articles WHERE site = '{SITE}'") == [(4,)]
    assert left.exists()  # a shard is not written
    shard.crawled(walks, SITE, range(6))  # which mends it first
    assert merged(walks, archive).exit_code == ExitCode.OK
    same(walks, archive, SITE)
    assert wrong(archive) == {}


def test_a_missing_warc_file_stops_its_shard_before_any_row_is_in(walks: Path, archive: Path, tmp_path: Path) -> None:
    (file,) = (walks / "warc").iterdir()
    file.unlink()
    result = merged(walks, archive)
    assert result.exit_code == ExitCode.STORAGE and f"{file.name} is not there" in told(result)
    assert nothing_came(archive)
    other = shard.crawled(tmp_path / "other", SITE, range(2))  # the site is nobody's yet
    assert merged(other, archive).exit_code == ExitCode.OK


def test_a_full_disk_leaves_nothing_half_done(walks: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(files.os, "fsync", full)
        result = merged(walks, archive, options=Options(link=False))
        assert result.exit_code == ExitCode.STORAGE and "no space is left" in told(result)
    assert nothing_came(archive) and not (archive / "merging").exists()
    assert merged(walks, archive).exit_code == ExitCode.OK
    same(walks, archive, SITE)


def test_a_shard_on_a_medium_that_cannot_be_written(
    walks: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != walks)
    before = {path.name for path in walks.iterdir()}
    assert merged(walks, archive).exit_code == ExitCode.OK
    assert {path.name for path in walks.iterdir()} == before
    same(walks, archive, SITE)


# --- strangers ---


def test_no_code_of_a_strangers_shard_is_run(walks: Path, archive: Path) -> None:
    columns = (
        "SELECT origin, robots_txt, robots_status, robots_fetched_at, crawl_delay, hold_until, hold_reason, tdmrep,"
    )
    view = f"CREATE VIEW hosts AS {columns} ai_txt, reservations_fetched_at FROM kept"
    altered(walks, "ALTER TABLE hosts RENAME TO kept", view)
    result = merged(walks, archive)
    assert result.exit_code == ExitCode.STORAGE and "not as miacrawl makes it: hosts" in told(result)
    assert nothing_came(archive)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE traps ADD COLUMN more TEXT DEFAULT (hex(randomblob(9)))",
        "DELETE FROM identity",
        "UPDATE articles SET id = 4611686018427387904 WHERE id = 4",
        "UPDATE articles SET id = -3 WHERE id = 3",
        "UPDATE warcs SET name = '../../stolen.warc.gz'",
        "UPDATE warcs SET name = '/etc/passwd'",
        "UPDATE articles SET run_id = 99",
        "UPDATE articles SET capture_id = 77 WHERE id = 2",
        "UPDATE attempts SET run_id = 55",
    ],
)
def test_rows_that_cannot_be_are_not_taken(walks: Path, archive: Path, statement: str) -> None:
    altered(walks, "PRAGMA foreign_keys = OFF", statement)
    result = merged(walks, archive)
    if result.failed:
        assert result.exit_code == ExitCode.STORAGE and "\n" not in told(result)
        assert ask(archive, "SELECT count(*) FROM pragma_foreign_key_check") == [(0,)]
    assert not {"references", "search", "counts"} & wrong(archive).keys()
    assert not list(archive.parent.glob("stolen*"))


def test_a_link_to_another_file_is_not_followed(walks: Path, archive: Path, tmp_path: Path) -> None:
    (file,) = (walks / "warc").iterdir()
    (tmp_path / "secret").write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(tmp_path / "secret")
    result = merged(walks, archive)
    assert result.exit_code == ExitCode.STORAGE and nothing_came(archive)


# --- as it is called ---


def test_the_command_says_what_came_and_ends_with_its_code(miacrawl: Run, walks: Path, archive: Path) -> None:
    done = miacrawl("merge", "walks", "nowhere", "archive")
    assert done.returncode == ExitCode.PARTIAL
    assert done.stdout.startswith("walks: articles 4 new, 0 changed; runs 1") and "no archive in nowhere" in done.stderr
    again = miacrawl("merge", "walks", "archive", "--json")
    found = json.loads(again.stdout)
    assert again.returncode == ExitCode.OK and found["merged"][0]["state"] == "unchanged"
    assert miacrawl("merge", "archive").returncode == ExitCode.USAGE
    asked = miacrawl("merge", "--replace", "walks", "walks", "archive")
    assert asked.returncode == ExitCode.CONFIG and "nothing was taken out" in asked.stderr
    assert ask(archive, "SELECT count(*) FROM articles") == [(6,)]
    unknown = miacrawl("merge", "--replace", "other", "--yes", "walks", "archive")
    assert unknown.returncode == ExitCode.CONFIG and "no shard goes by the name other" in unknown.stderr


def test_an_archive_in_use_is_left_alone(miacrawl: Run, walks: Path, archive: Path) -> None:
    with FileLock(archive / "archive.lock"):
        assert miacrawl("merge", "walks", "archive").returncode == ExitCode.LOCKED
