"""`miacrawl merge`: what shards have is in the archive, once, and its readers see whole articles."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from miacrawl.errors import ExitCode
from miacrawl.merge.merging import Options, merge
from miacrawl.merge.outcome import Result
from miacrawl.store.connection import open_database
from miacrawl.verify.examination import Asked, examine
from tests import shard

Rows = list[tuple[Any, ...]]


def ask(folder: Path, sql: str) -> Rows:
    connection = sqlite3.connect(folder / "archive.db")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def change(folder: Path, *statements: str) -> None:
    db = open_database(folder / "archive.db")
    with db.conn:
        for statement in statements:
            db.execute(statement)
    db.conn.close()


def wrong(folder: Path) -> dict[str, list[str]]:
    found = examine(folder, Asked())
    return {kind: tally.examples for check in found.checks for kind, tally in check.tallies.items()}


def merged(*folders: Path, options: Options | None = None) -> Result:
    *shards, archive = folders
    return merge(shards, archive, options or Options(duplicates_seconds=5))


def told(result: Result) -> str:
    return " ".join(one.told for one in result.failed)


@pytest.fixture
def walks(tmp_path: Path) -> Path:
    """A shard of eight articles, of which each recommends the next."""
    return shard.crawled(tmp_path / "walks", "walks.example", range(8), others="https://bakes.example/story-1")


@pytest.fixture
def bakes(tmp_path: Path) -> Path:
    """Another one, of five."""
    return shard.crawled(tmp_path / "bakes", "bakes.example", range(5), others="https://walks.example/story-2")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Where the archive will be."""
    return tmp_path / "archive"


WHAT = {
    "articles": "SELECT url_key, title, body, body_html, version, content_hash, first_seen, last_seen, provenance FROM"
    " articles WHERE site = '{site}' ORDER BY url_key",
    "versions": "SELECT a.url_key, v.number, v.first_seen, v.last_seen, v.changed, v.title, v.body FROM"
    " article_versions v JOIN articles a ON a.id = v.article_id WHERE a.site = '{site}' ORDER BY 1, 2",
    "links": "SELECT a.url_key, r.position, r.url, r.title, t.url_key FROM related_links r JOIN articles a ON"
    " a.id = r.article_id LEFT JOIN articles t ON t.id = r.target_id AND t.site = a.site WHERE a.site = '{site}'"
    " ORDER BY 1, 2",
    "evidence": "SELECT a.url_key, e.field, e.value, e.source FROM evidence e JOIN articles a ON a.id = e.article_id"
    " WHERE a.site = '{site}' ORDER BY 1, 2, 4",
    "confidence": "SELECT a.url_key, e.field, e.confidence FROM confidence e JOIN articles a ON a.id = e.article_id"
    " WHERE a.site = '{site}' ORDER BY 1, 2",
    "captures": "SELECT c.url, c.kind, c.fetched_at, c.digest, c.offset, c.length, w.name, b.digest, r.started FROM"
    " captures c JOIN warcs w ON w.id = c.warc_id JOIN runs r ON r.id = c.run_id LEFT JOIN captures b ON"
    " b.id = c.refers_to WHERE c.url LIKE '%//{site}/%' ORDER BY w.name, c.offset",
    "of articles": "SELECT a.url_key, c.url, c.offset, r.started FROM articles a JOIN captures c ON c.id = a.capture_id"
    " JOIN runs r ON r.id = a.run_id WHERE a.site = '{site}' ORDER BY 1",
    "ledger": "SELECT u.url_key, u.kind, u.state, u.reason, u.due, u.next_check, u.attempts, a.url_key, r.started FROM"
    " urls u LEFT JOIN articles a ON a.id = u.article_id LEFT JOIN runs r ON r.id = u.discovered_run_id"
    " WHERE u.site = '{site}' ORDER BY 1",
    "visits": "SELECT u.url_key, t.at, t.outcome, c.offset, r.started FROM attempts t JOIN urls u ON u.id = t.url_id"
    " LEFT JOIN captures c ON c.id = t.capture_id JOIN runs r ON r.id = t.run_id WHERE u.site = '{site}'"
    " ORDER BY 1, 2, t.id",
    "coverage": "SELECT cohort, measure, observed, positive, counts FROM coverage WHERE site = '{site}'"
    " ORDER BY 1, 2, 3",
    "runs": "SELECT r.started, r.finished, r.reason, r.exit_code, r.new, r.changed, r.fetched FROM runs r WHERE"
    " r.start_urls LIKE '%{site}%' ORDER BY r.id",
}


def same(one: Path, other: Path, site: str) -> None:
    """What is asked by names, not by numbers, gives the same."""
    for name, sql in WHAT.items():
        assert ask(one, sql.format(site=site)) == ask(other, sql.format(site=site)), name


def test_everything_of_every_shard_is_there_and_nothing_is_wrong(walks: Path, bakes: Path, archive: Path) -> None:
    result = merged(walks, bakes, archive)
    assert result.exit_code == ExitCode.OK and [one.rows["articles"] for one in result.merged] == [8, 5]
    same(walks, archive, "walks.example")
    same(bakes, archive, "bakes.example")
    assert wrong(archive) == {}
    # Each recommends an article of the other: there it leads nowhere, here it does.
    across = "SELECT count(*) FROM related_links r JOIN articles t ON t.id = r.target_id JOIN articles a"
    across += " ON a.id = r.article_id WHERE t.site <> a.site"
    assert ask(archive, across) == [(13,)] and ask(walks, across) == [(0,)]
    found = ask(archive, "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'walks'")
    assert found == [(8,)]


def test_merged_again_it_changes_nothing(walks: Path, bakes: Path, archive: Path) -> None:
    merged(walks, bakes, archive)
    before = list(dump(archive))
    assert [one.state for one in merged(walks, bakes, archive).merged] == ["unchanged", "unchanged"]
    for folder in (walks, bakes):
        (folder / "archive.db").touch()  # as a copy from elsewhere is
    result = merged(walks, bakes, archive)
    assert [one.state for one in result.merged] == ["merged", "merged"]
    assert all(not count for one in result.merged for count in (*one.rows.values(), *one.changed.values()))
    assert list(dump(archive)) == before


def dump(folder: Path) -> Iterator[str]:
    """All rows but for what tells of merges."""
    left_out = ("shards", "states", "changes", "_fts", "sqlite_")
    connection = sqlite3.connect(folder / "archive.db")
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    for (name,) in tables:
        if not any(part in name for part in left_out):
            yield from (f"{name} {row}" for row in sorted(map(repr, connection.execute(f"SELECT * FROM [{name}]"))))
    connection.close()


def test_what_came_since_is_brought_and_keeps_its_numbers(walks: Path, bakes: Path, archive: Path) -> None:
    merged(walks, archive)
    merged(bakes, archive)
    numbers = dict(ask(archive, "SELECT url_key, id FROM articles"))
    shard.crawled(walks, "walks.example", range(3, 11), changed={4, 6}, others="https://bakes.example/story-1")
    result = merged(walks, bakes, archive)
    walked, baked = result.merged
    assert (walked.rows["articles"], walked.rows["runs"], baked.state) == (3, 1, "unchanged")
    same(walks, archive, "walks.example")
    assert wrong(archive) == {}
    assert numbers.items() <= dict(ask(archive, "SELECT url_key, id FROM articles")).items()
    (versions,) = ask(archive, "SELECT count(*) FROM article_versions WHERE number = 2")
    assert versions == (2,)
    # Found by its new words, not by those it no longer has.
    assert ask(archive, "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'rewritten'") == [(2,)]


def test_it_looks_at_what_has_changed_and_at_no_more(walks: Path, archive: Path) -> None:
    merged(walks, archive)
    shard.crawled(walks, "walks.example", [5], changed={5})
    result = merged(walks, archive)
    assert result.merged[0].changed["articles"] == 1 and result.merged[0].rows["captures"] == 1


def test_an_article_that_goes_by_another_address_stays_one(walks: Path, archive: Path) -> None:
    merged(walks, archive)
    (first, second) = ask(walks, "SELECT id, url, url_key FROM articles ORDER BY id LIMIT 2")
    swap = "UPDATE articles SET url = '{1}', url_key = '{2}' WHERE id = {0}"
    change(
        walks,
        swap.format(first[0], "https://walks.example/between", "walks.example/between"),
        swap.format(second[0], *first[1:]),
        swap.format(first[0], *second[1:]),
    )
    assert merged(walks, archive).exit_code == ExitCode.OK
    assert ask(archive, WHAT["articles"].format(site="walks.example")) == ask(
        walks, WHAT["articles"].format(site="walks.example")
    )
    assert ask(archive, "SELECT count(*) FROM articles") == [(8,)]


def test_captures_are_replayed_from_files_that_are_linked_or_copied(walks: Path, bakes: Path, archive: Path) -> None:
    linked = merged(walks, archive).merged[0]
    copied = merged(bakes, archive, options=Options(link=False)).merged[0]
    assert (linked.linked, linked.copied, copied.linked, copied.copied) == (1, 0, 0, 1)
    for folder in (walks, bakes):
        (file,) = (folder / "warc").iterdir()
        there = archive / "warc" / file.name
        assert there.read_bytes() == file.read_bytes()
        assert (there.stat().st_ino == file.stat().st_ino) is (folder is walks)
    assert not (archive / "merging").exists()
    shutil.rmtree(walks)
    assert wrong(archive) == {}


# --- where it stops ---


KILLED = """
import os, sys
from pathlib import Path
from miacrawl.merge import merging
opened, left = merging.open_to_merge, int(sys.argv[3])
def watch(statement):
    global left
    left -= statement.startswith("COMMIT")
    if left <= 0:
        os.kill(os.getpid(), 9)
def watched(folder):
    db = opened(folder)
    db.conn.set_trace_callback(watch)
    return db
merging.open_to_merge = watched
merging.merge([Path(sys.argv[1])], Path(sys.argv[2]), merging.Options(duplicates_seconds=5))
"""


@pytest.mark.parametrize("commits", [1, 2, 3, 4, 5, 6, 7, 8])
def test_killed_anywhere_it_is_gone_on_with(walks: Path, bakes: Path, archive: Path, commits: int) -> None:
    merged(bakes, archive)
    command = [sys.executable, "-c", KILLED, str(walks), str(archive), str(commits)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    halves = "SELECT count(*) FROM articles a WHERE NOT EXISTS (SELECT 1 FROM article_versions v WHERE"
    halves += " v.article_id = a.id AND v.number = a.version)"
    assert ask(archive, halves) == [(0,)]
    assert not {"search", "counts"} & wrong(archive).keys()
    result = merged(walks, archive)
    assert result.exit_code == ExitCode.OK, told(result)
    same(walks, archive, "walks.example")
    assert wrong(archive) == {}
