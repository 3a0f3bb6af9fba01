"""`miacrawl backup` copies an archive as it is at one moment, also while a crawl writes to it."""

from __future__ import annotations

import errno
import json
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock

from miacrawl.backup import copying, warcs
from miacrawl.backup.copying import Backup, back_up
from miacrawl.errors import ArchiveLockedError, ConfigError, ExitCode, StorageError
from miacrawl.exchange import Exchange
from miacrawl.store.captures import Captures
from miacrawl.store.connection import open_database
from miacrawl.verify.examination import Asked, Result, examine
from tests import shelf
from tests.conftest import Run, hurried
from tests.site import FakeSite, article, listing


def exchange(number: int) -> Exchange:
    body = f"<h1>Page {number}</h1>{'<p>A spade, a fork and a hoe.' * 60}".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    moment = datetime(2026, 3, 30, 8, 1, number, tzinfo=UTC)
    return Exchange(f"https://gardennotes.example/{number}", moment, 200, b"GET / HTTP/1.1\r\n\r\n", head, body)


def add_captures(archive: Path, run_id: int, numbers: range, *, finish: bool = True) -> Captures:
    """Captures of a run; unfinished, the last of them is in the file, and the database does not know of it."""
    db = open_database(archive / "archive.db")
    with db.atomic():
        db.execute("INSERT OR IGNORE INTO runs (id, spider, started, version) VALUES (?, 'a', 'now', '0')", [run_id])
    captures = Captures(db, archive, run_id)
    for number in numbers:
        if number == numbers[-1] and not finish:
            with db.atomic():
                captures.tell()
            captures.told()
        captures.keep(exchange(number))
    if finish:
        captures.close()
        db.conn.close()
    return captures


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = shelf.build(tmp_path / "archive", articles=6)
    db = open_database(folder / "archive.db")
    with db.conn:
        db.execute("UPDATE articles SET content_hash = id")
        db.execute(
            "INSERT INTO article_versions (article_id, number, first_seen, content_hash)"
            " SELECT id, 1, changed_at, content_hash FROM articles"
        )
    db.conn.close()
    add_captures(folder, 1, range(1, 4))
    (folder / "sites").mkdir()
    (folder / "sites" / "example.yaml").write_text("key: example\n", "utf-8")
    (folder / "miacrawl.yaml").write_text("sites: []\n", "utf-8")
    return folder


def names(folder: Path) -> set[str]:
    """Every file, but for those that SQLite makes to read others."""
    files = (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return {name for name in files if not name.endswith(("-wal", "-shm"))}


def wrong(folder: Path) -> set[str]:
    return examine(folder, Asked()).kinds()


def test_a_backup_is_an_archive_with_all_that_belongs_to_it(archive: Path, tmp_path: Path) -> None:
    made = back_up(archive, tmp_path / "copy")
    assert (made.articles, made.captures, made.warc_files) == (6, 3, 1)
    assert names(tmp_path / "copy") == names(archive) - {"archive.lock"} | {"backup.json"}
    assert wrong(tmp_path / "copy") == set()
    assert {path.name for path in tmp_path.iterdir()} == {"archive", "copy"}


def test_again_only_what_is_new_is_copied(archive: Path, tmp_path: Path) -> None:
    back_up(archive, tmp_path / "copy")
    add_captures(archive, 2, range(4, 6))
    made = back_up(archive, tmp_path / "copy")
    assert (made.captures, made.warc_files, made.kept_files) == (5, 2, 1)
    assert wrong(tmp_path / "copy") == set()
    assert {path.name for path in tmp_path.iterdir()} == {"archive", "copy"}


def test_links_take_no_room(archive: Path, tmp_path: Path) -> None:
    made = back_up(archive, tmp_path / "copy", link=True)
    (file,) = (tmp_path / "copy" / "warc").iterdir()
    assert made.linked_files == 1 and file.samefile(archive / "warc" / file.name)


def test_a_file_that_is_written_is_copied_up_to_what_the_database_knows(archive: Path, tmp_path: Path) -> None:
    captures = add_captures(archive, 2, range(4, 8), finish=False)
    made = back_up(archive, tmp_path / "copy")
    assert (made.captures, made.warc_files) == (6, 2)
    assert wrong(tmp_path / "copy") == set()
    told = {check.about: check.told for check in examine(tmp_path / "copy", Asked()).checks}
    assert "without their request" not in told["captures"]
    captures.close()
    captures.db.conn.close()
    made = back_up(archive, tmp_path / "copy")
    assert (made.captures, made.kept_files) == (7, 1) and wrong(tmp_path / "copy") == set()


def test_what_a_run_adds_between_database_and_files_is_left_out(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures = add_captures(archive, 2, range(4, 7), finish=False)
    copy = copying.copy_warcs

    def later(*given: object, **more: object) -> object:
        captures.keep(exchange(8))
        captures.close()
        return copy(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(copying, "copy_warcs", later)
    assert back_up(archive, tmp_path / "copy").captures == 5
    assert wrong(tmp_path / "copy") == set()


@pytest.mark.parametrize("where", ["archive", "archive/copy", "."])
def test_not_into_the_archive_itself_nor_around_it(archive: Path, tmp_path: Path, where: str) -> None:
    before = names(tmp_path)
    with pytest.raises(ConfigError, match="one within the other"):
        back_up(archive, tmp_path / where)
    assert names(tmp_path) == before


def test_a_folder_that_is_no_backup_is_left_alone(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "onion.jpg").write_bytes(b"onion")
    with pytest.raises(ConfigError, match="no backup"):
        back_up(archive, tmp_path / "photos")
    (tmp_path / "copy.partial").mkdir()
    with pytest.raises(ConfigError, match="move it away"):
        back_up(archive, tmp_path / "copy")
    (tmp_path / "empty").mkdir()
    assert back_up(archive, tmp_path / "empty").articles == 6
    with pytest.raises(ConfigError, match="no folder"):
        back_up(archive, tmp_path / "photos" / "onion.jpg")


def test_a_backup_of_another_archive_is_not_written_over(archive: Path, tmp_path: Path) -> None:
    other = shelf.build(tmp_path / "other", articles=2)
    connection = sqlite3.connect(other / "archive.db")
    with connection:
        connection.execute("UPDATE runs SET started = '2020-01-01T00:00:00Z'")
    connection.close()
    back_up(other, tmp_path / "copy")
    with pytest.raises(ConfigError, match="another archive"):
        back_up(archive, tmp_path / "copy")


def test_two_backups_to_one_place_at_a_time_are_one_too_many(archive: Path, tmp_path: Path) -> None:
    with FileLock(tmp_path / "copy.lock"), pytest.raises(ArchiveLockedError, match="another backup"):
        back_up(archive, tmp_path / "copy")


def test_a_full_disk_leaves_nothing_half_done_and_the_last_backup_whole(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(warcs, "_copy", full)
        with pytest.raises(StorageError, match="no space is left"):
            back_up(archive, tmp_path / "copy")
    assert {path.name for path in tmp_path.iterdir()} == {"archive"}
    back_up(archive, tmp_path / "copy")
    before = names(tmp_path / "copy")
    add_captures(archive, 2, range(4, 6))
    with monkeypatch.context() as patch:
        patch.setattr(warcs, "_copy", full)
        with pytest.raises(StorageError, match="no space is left"):
            back_up(archive, tmp_path / "copy")
    assert names(tmp_path / "copy") == before and wrong(tmp_path / "copy") == set()


def test_a_file_size_limit_that_is_met_is_one_clear_line(archive: Path, tmp_path: Path) -> None:
    command = f'ulimit -f 100; exec "{sys.executable}" -m miacrawl backup copy --archive archive'
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.STORAGE and len(done.stderr.splitlines()) == 1, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"archive"}


def test_an_archive_that_has_lost_a_file_never_replaces_a_backup_that_has_it(archive: Path, tmp_path: Path) -> None:
    back_up(archive, tmp_path / "copy")
    (file,) = (archive / "warc").iterdir()
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(StorageError, match="miacrawl verify"):
        back_up(archive, tmp_path / "copy")
    file.unlink()
    with pytest.raises(StorageError, match="is not there, and has 3 captures"):
        back_up(archive, tmp_path / "copy")
    assert wrong(tmp_path / "copy") == set()


def test_what_a_killed_backup_left_is_taken_away_and_the_last_one_comes_back(archive: Path, tmp_path: Path) -> None:
    back_up(archive, tmp_path / "copy")
    back_up(archive, tmp_path / "again")
    (tmp_path / "copy").rename(tmp_path / "copy.old")
    (tmp_path / "again").rename(tmp_path / "copy.partial")
    made = back_up(archive, tmp_path / "copy")
    assert made.kept_files == 1
    assert {path.name for path in tmp_path.iterdir()} == {"archive", "copy"}


def test_on_the_command_line(archive: Path, miacrawl: Run, tmp_path: Path) -> None:
    done = miacrawl("backup", "copy")
    assert done.returncode == 0 and done.stdout.startswith("copy: 6 articles, 3 captures, 1 WARC files"), done.stderr
    told = json.loads(miacrawl("backup", "copy", "--json").stdout)
    assert told["kept_files"] == 1 and told["dest"] == "copy"
    done = miacrawl("backup", "copy", "--archive", "nowhere")
    assert done.returncode == ExitCode.STORAGE and "there is no archive" in done.stderr
    assert miacrawl("backup", "archive/copy").returncode == ExitCode.CONFIG


def test_while_a_crawl_goes_on_every_backup_is_sound_and_verify_sees_no_fault(
    site: FakeSite, tmp_path: Path, miacrawl: Run
) -> None:
    enough = threading.Event()

    def slowly(number: int) -> bytes:
        # The last ones are withheld until some backups are made, however slow they are beside the crawl.
        enough.wait(0.02 if number < 120 else 120)
        return article(
            f"Story number {number}", topic=f"topic {number}", links=f'<a href="/a-story-{number + 1}">on</a>'
        )

    for number in range(150):
        site.pages[f"/a-story-{number}"] = lambda number=number: slowly(number)
    site.pages["/"] = listing(*(f"/a-story-{number}" for number in range(150)))
    command = [sys.executable, "-m", "miacrawl", "crawl", "--allow-private", *hurried(), "-s", "MIACRAWL_WARC_MB=1"]
    crawler = subprocess.Popen([*command, site.url, "--quiet"], cwd=tmp_path, stdout=subprocess.DEVNULL)
    archive, made, seen = tmp_path / "archive", list[Backup](), list[Result]()
    try:
        while crawler.poll() is None:
            if not _has_captures(archive):
                time.sleep(0.1)
                continue
            seen.append(examine(archive, Asked()))
            made.append(back_up(archive, tmp_path / "copy"))
            seen.append(examine(tmp_path / "copy", Asked()))
            if len(made) > 3:
                enough.set()
    finally:
        enough.set()
        crawler.kill()
        crawler.wait()
    assert len(made) > 3 and made[-1].captures > made[0].captures > 0
    found = {tally.what: tally.examples for one in seen for check in one.checks for tally in check.tallies.values()}
    assert found == {}
    assert miacrawl("verify").returncode == 0


def _has_captures(archive: Path) -> bool:
    try:
        connection = sqlite3.connect(f"file:{archive}/archive.db?mode=ro", uri=True)
        return bool(connection.execute("SELECT 1 FROM captures").fetchone())
    except sqlite3.Error:
        return False


def test_a_writer_is_not_held_up_and_does_not_hold_up_the_copy(archive: Path, tmp_path: Path) -> None:
    ended, waits = threading.Event(), list[float]()

    def write() -> None:
        connection = sqlite3.connect(archive / "archive.db", timeout=30)
        while not ended.is_set():
            began = time.monotonic()
            with connection:
                connection.execute("UPDATE articles SET blurb = ? WHERE id = 1", [str(began)])
            waits.append(time.monotonic() - began)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            back_up(archive, tmp_path / f"copy-{number}")
            assert wrong(tmp_path / f"copy-{number}") == set()
    finally:
        ended.set()
        writer.join()
    assert len(waits) > 5 and max(waits) < 20
