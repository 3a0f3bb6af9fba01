"""`miacrawl rebuild`: from its WARC files alone an archive's database is made again."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from miacrawl.errors import ConfigError, ExitCode, StorageError
from miacrawl.importing.rebuild import Options, rebuild
from miacrawl.importing.run import import_files
from miacrawl.merge.merging import merge
from miacrawl.store.archive import database_path, open_archive, writing
from miacrawl.store.connection import rows
from miacrawl.store.rereading import page_in
from tests import shard
from tests.conftest import Run
from tests.foreign import ForeignWarc
from tests.site import FakeSite, article, listing

RELATED = (
    "<aside><h2>Related articles</h2>"
    + "".join(
        f'<article><a href="/2024/story-number-{n}-it-is"><h3>Story number {n} it is</h3></a></article>'
        for n in (1, 2, 3)
    )
    + "</aside>"
)
ARTICLES = (
    "SELECT url, url_key, fetched_url, canonical_url, site, site_name, section, title, blurb, summary, read_minutes,"
    " read_time_text, word_count, authors, published, published_text, modified, modified_text, month, language, image,"
    " flags, content_hash, first_seen, last_seen, changed_at, run_id, provenance, body, body_html,"
    " read_minutes_estimated, directives, version, extractor, gone_since FROM articles ORDER BY url"
)
VERSIONS = (
    "SELECT a.url, v.number, v.first_seen, v.last_seen, v.changed, v.is_current, v.content_hash, v.title, v.body,"
    " v.extractor, c.url AS read_from, c.fetched_at FROM versions v JOIN articles a ON a.id = v.article_id"
    " LEFT JOIN captures c ON c.id = v.capture_id ORDER BY a.url, v.number"
)
CAPTURES = (
    "SELECT c.url, c.url_key, c.kind, c.fetched_at, c.status, c.content_type, c.digest, c.size, w.name, c.offset,"
    " c.length, c.outcome, c.ip, c.run_id, c.headers, r.url AS of_url, r.fetched_at AS of_time FROM captures c"
    " JOIN warcs w ON w.id = c.warc_id LEFT JOIN captures r ON r.id = c.refers_to ORDER BY w.name, c.offset"
)
LEDGER = (
    "SELECT u.url, u.site, u.kind, u.state, u.reason, u.source, u.referrer, u.depth, u.due, u.status, u.attempts,"
    " u.etag, u.last_modified, u.found, u.run_id, u.discovered_run_id, a.url AS article FROM urls u"
    " LEFT JOIN articles a ON a.id = u.article_id ORDER BY u.url_key"
)
ATTEMPTS = (
    "SELECT u.url, t.run_id, t.at, t.outcome, t.status, t.reason, t.final_url, c.offset FROM attempts t"
    " JOIN urls u ON u.id = t.url_id LEFT JOIN captures c ON c.id = t.capture_id ORDER BY t.at, u.url, t.run_id"
)
RELATED_LINKS = (
    "SELECT a.url AS of_article, r.position, r.heading, r.location, r.url, r.title, t.url AS target"
    " FROM related_links r JOIN articles a ON a.id = r.article_id"
    " LEFT JOIN articles t ON t.id = r.target_id ORDER BY a.url, r.position"
)
RUNS = (
    "SELECT id, discovered, fetched, new, changed, unchanged, not_modified, gone, failed, skipped + pending FROM runs"
    " ORDER BY id"
)
OF_RUNS = (
    "SELECT r.id, count(*) AS captures, group_concat(DISTINCT u.site) AS sites FROM runs r JOIN captures c"
    " ON c.run_id = r.id JOIN urls u ON u.url = c.url GROUP BY r.id ORDER BY r.id"
)
TEXTS = "SELECT a.url, v.number, v.body FROM versions v JOIN articles a ON a.id = v.article_id ORDER BY a.url, v.number"
HOSTS = "SELECT origin, robots_txt, robots_status, crawl_delay FROM hosts"


def ask(archive: Path, sql: str) -> list[dict[str, Any]]:
    db = open_archive(archive)
    try:
        return rows(db, sql)
    finally:
        db.conn.close()


def story(number: int, text: str) -> bytes:
    return article(f"Story number {number} it is", topic=text, links=RELATED if number == 4 else "")


@pytest.fixture
def crawled(tmp_path: Path, site: FakeSite, crawl: Run) -> Path:
    """Three runs over a site that edits, moves and takes away, and answers that nothing has changed."""
    paths = [f"/2024/story-number-{n}-it-is" for n in range(1, 7)]
    site.pages["/robots.txt"] = (
        200,
        {"Content-Type": "text/plain"},
        b"User-agent: *\nDisallow: /private\nCrawl-delay: 0\n",
    )
    site.pages["/"] = listing(*paths, "/old-address-of-it", "/private/page-of-ours", "/lost-page-of-ours")
    site.pages["/old-address-of-it"] = (301, {"Location": paths[0]}, b"")
    for number, path in enumerate(paths, 1):
        site.pages[path] = story(number, f"topic {number}")

    def guarded() -> Any:
        if site.headers.get("If-None-Match") == '"five"':
            return 304, {}, b""
        return 200, {"Content-Type": "text/html", "ETag": '"five"'}, story(5, "topic 5")

    site.pages[paths[4]] = guarded
    for run in range(3):
        done = crawl(site.url)
        assert done.returncode == 0, done.stderr
        time.sleep(1.1)
        site.pages[paths[1]] = story(2, f"edited {run}")
        if run == 1:
            site.pages[paths[2]] = story(3, "edited once")
            del site.pages[paths[5]]
    return tmp_path / "archive"


def test_what_is_rebuilt_is_what_was_there(crawled: Path) -> None:
    before = {
        sql: ask(crawled, sql) for sql in (ARTICLES, VERSIONS, CAPTURES, RELATED_LINKS, ATTEMPTS, LEDGER, RUNS, HOSTS)
    }
    database_path(crawled).unlink()
    result = rebuild(crawled)
    assert (result.exit_code, result.runs, result.tally.problems) == (ExitCode.OK, 3, {})
    assert ask(crawled, ARTICLES) == before[ARTICLES]
    assert len(before[VERSIONS]) > len(before[ARTICLES]) == 6
    assert ask(crawled, VERSIONS) == before[VERSIONS]
    assert ask(crawled, CAPTURES) == before[CAPTURES]
    assert {row["kind"] for row in before[CAPTURES]} == {"response", "revisit"}
    assert ask(crawled, RELATED_LINKS) == before[RELATED_LINKS] != []
    told = [row for row in before[ATTEMPTS] if row["offset"] is not None]
    assert ask(crawled, ATTEMPTS) == told
    assert ask(crawled, HOSTS) == before[HOSTS]
    assert ask(crawled, RUNS) == before[RUNS]
    unanswered = {row["url"] for row in before[ATTEMPTS] if row["offset"] is None}
    answered = [row for row in before[LEDGER] if row["url"] not in unanswered]
    assert [row for row in ask(crawled, LEDGER) if row["url"] not in unanswered] == answered
    db = open_archive(crawled)
    for (capture_id,) in db.execute("SELECT capture_id FROM articles").fetchall():
        assert page_in(db, crawled / "warc", capture_id).article().title
    db.conn.close()


def test_the_rebuilt_archive_is_updated_as_before(crawled: Path, miacrawl: Run, site: FakeSite, crawl: Run) -> None:
    database_path(crawled).unlink()
    rebuild(crawled)
    site.pages["/"] = listing("/2024/a-new-story-of-ours", "/2024/story-number-1-it-is")
    site.pages["/2024/a-new-story-of-ours"] = article("A new story of ours", topic="news")
    done = crawl(site.url, "--json")
    assert (done.returncode, json.loads(done.stdout)["new"]) == (0, 1), done.stderr


def test_a_database_that_is_there_is_kept(crawled: Path, miacrawl: Run) -> None:
    refused = miacrawl("rebuild")
    assert (refused.returncode, refused.stderr.count("\n")) == (7, 1)
    assert "--force" in refused.stderr
    database_path(crawled).write_bytes(b"damaged")
    done = miacrawl("rebuild", "--force", "--json", "--jobs", "1")
    told = json.loads(done.stdout)
    assert (done.returncode, told["articles"]) == (0, 6), done.stderr
    assert (crawled.parent / told["kept"]).read_bytes() == b"damaged"
    assert not list(crawled.glob("*.rebuilding*"))


def test_a_rebuild_that_was_cut_off_changes_nothing_and_can_be_begun_again(
    crawled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = ask(crawled, ARTICLES)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(crawled, Options(force=True, watched=stop))
    assert ask(crawled, ARTICLES) == articles
    assert list(crawled.glob("*.rebuilding"))
    assert rebuild(crawled, Options(force=True)).exit_code is ExitCode.OK
    assert ask(crawled, ARTICLES) == articles


def test_the_whole_records_of_an_open_file_are_told(crawled: Path) -> None:
    articles, captures = ask(crawled, ARTICLES), len(ask(crawled, CAPTURES))
    last = sorted((crawled / "warc").iterdir())[-1]
    with last.open("ab") as file:
        file.write(last.read_bytes()[:100])
    last.rename(last.with_name(last.name + ".open"))
    database_path(crawled).unlink()
    assert rebuild(crawled).exit_code is ExitCode.OK
    assert (ask(crawled, ARTICLES), len(ask(crawled, CAPTURES))) == (articles, captures)


def test_a_damaged_file_is_told_and_the_rest_is_rebuilt(crawled: Path, miacrawl: Run) -> None:
    first = sorted((crawled / "warc").iterdir())[0]
    data = bytearray(first.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40] = bytes(40)
    first.write_bytes(bytes(data))
    done = miacrawl("rebuild", "--force")
    assert done.returncode == 6, done.stderr
    assert f"{first.name}, offset" in done.stdout
    assert len(ask(crawled, ARTICLES)) >= 5


def test_files_of_another_folder_become_the_archives_own(crawled: Path, tmp_path: Path) -> None:
    articles = ask(crawled, ARTICLES)
    again = tmp_path / "again"
    assert rebuild(again, Options(crawled / "warc")).exit_code is ExitCode.OK
    assert ask(again, ARTICLES) == articles
    shutil.rmtree(crawled)
    db = open_archive(again)
    assert page_in(db, again / "warc", db.execute("SELECT max(capture_id) FROM articles").fetchone()[0]).article().title
    db.conn.close()


def test_what_was_imported_is_rebuilt_as_imported(tmp_path: Path) -> None:
    archive, url = tmp_path / "archive", "https://news.example/2024/03/why-the-bridge-stays-shut"
    for name, at, text in (("b", "2024-03-05", "ships"), ("c", "2024-03-09", "trains"), ("a", "2024-03-01", "bridges")):
        warc = ForeignWarc()
        warc.add(url, article("Why the bridge stays shut", topic=text), at=f"{at}T00:00:00Z")
        import_files([str(warc.write(tmp_path / f"{name}.warc.gz"))], archive)
    before = {sql: ask(archive, sql) for sql in (ARTICLES, VERSIONS, CAPTURES, LEDGER, ATTEMPTS)}
    database_path(archive).unlink()
    assert rebuild(archive).exit_code is ExitCode.OK
    assert {sql: ask(archive, sql) for sql in before} == before


def test_runs_of_merged_shards_are_told_apart(tmp_path: Path) -> None:
    archive, shards = tmp_path / "archive", [tmp_path / name for name in ("walks", "bakes")]
    for folder in shards:
        shard.crawled(folder, f"{folder.name}.example", range(3))
        shard.crawled(folder, f"{folder.name}.example", range(4), changed=[1])
    merge(shards, archive)
    before = {sql: ask(archive, sql) for sql in (OF_RUNS, TEXTS)}
    assert [run["sites"] for run in before[OF_RUNS]] == ["walks.example"] * 2 + ["bakes.example"] * 2
    rebuild(archive, Options(force=True))
    runs = ask(archive, OF_RUNS)
    assert [run["id"] for run in runs] == [1, 2, 3, 4]
    assert sorted((run["sites"], run["captures"]) for run in runs) == sorted(
        (run["sites"], run["captures"]) for run in before[OF_RUNS]
    )
    assert ask(archive, TEXTS) == before[TEXTS]


def test_files_that_do_not_name_their_archive_keep_their_run(crawled: Path) -> None:
    """Those of an earlier miacrawl, and one whose first record is damaged: their names tell the number."""
    runs = ask(crawled, RUNS)
    for path in (crawled / "warc").iterdir():
        data = bytearray(path.read_bytes())
        data[20:60] = bytes(40)
        path.write_bytes(bytes(data))
    rebuild(crawled, Options(force=True))
    assert [run["id"] for run in ask(crawled, RUNS)] == [run["id"] for run in runs]
    assert {run["kind"] for run in ask(crawled, "SELECT kind FROM runs")} == {"rebuild"}


@pytest.mark.parametrize("told", ["run 1 of ../..", "run " + "9" * 5_000, "run -1", "run 0x1", ""])
def test_a_first_record_that_no_miacrawl_wrote_is_a_strangers(tmp_path: Path, told: str) -> None:
    warc = ForeignWarc()
    warc.add_plain(
        "warcinfo", "", f"software: miacrawl/0.1.0\r\nisPartOf: {told}\r\n".encode(), "application/warc-fields"
    )
    warc.add("https://news.example/2024/03/why-the-bridge-stays-shut", article("Why the bridge stays shut"))
    source = tmp_path / "source"
    source.mkdir()
    warc.write(source / "a.warc.gz")
    assert rebuild(tmp_path / "archive", Options(source)).exit_code is ExitCode.OK
    assert ask(tmp_path / "archive", "SELECT id, kind FROM runs") == [{"id": 1, "kind": "import"}]


def test_there_must_be_files_and_nobody_else_writing(tmp_path: Path, crawled: Path, miacrawl: Run) -> None:
    with pytest.raises(ConfigError, match="no WARC file"):
        rebuild(tmp_path / "nowhere")
    with writing(crawled):
        assert miacrawl("rebuild", "--force").returncode == 4


def test_a_full_disk_leaves_the_old_database(crawled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = ask(crawled, ARTICLES)

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("miacrawl.store.rebuilding.put_in_place", full)
    with pytest.raises(StorageError, match="no space is left"):
        rebuild(crawled, Options(force=True))
    assert ask(crawled, ARTICLES) == articles
