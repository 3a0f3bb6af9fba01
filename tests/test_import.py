"""`miacrawl import`: what others archived is taken as if it had been crawled."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from miacrawl.errors import ConfigError, ExitCode, StorageError
from miacrawl.importing import run
from miacrawl.importing.filters import Filters
from miacrawl.importing.run import Options, Result, import_files
from miacrawl.store.archive import open_archive, writing
from miacrawl.store.connection import rows
from miacrawl.store.rereading import page_in
from miacrawl.warc.reading import read
from miacrawl.warc.writer import Place
from tests.conftest import Run
from tests.foreign import HTML, ForeignWarc, news, packed, raw_record
from tests.site import FakeSite, article, listing

STORY = "https://news.example/2024/03/why-the-bridge-stays-shut"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def take(archive: Path, *paths: Path, **filters: Any) -> Result:
    return import_files([str(path) for path in paths], archive, Options(Filters(**filters)))


def ask(archive: Path, sql: str) -> list[dict[str, Any]]:
    db = open_archive(archive)
    try:
        return rows(db, sql)
    finally:
        db.conn.close()


def counts(archive: Path) -> dict[str, int]:
    names = ("articles", "article_versions", "captures", "urls", "related_links", "attempts")
    return {name: ask(archive, f"SELECT count(*) AS n FROM {name}")[0]["n"] for name in names}


def edited(text: str) -> bytes:
    return article("Why the bridge stays shut", topic=text)


# --- as if crawled ---


def test_an_article_is_archived_with_its_capture_and_the_time_of_that(tmp_path: Path, archive: Path) -> None:
    warc = ForeignWarc()
    warc.add(STORY, edited("bridges"), at="2024-03-01T10:00:00Z", request=True)
    result = take(archive, warc.write(tmp_path / "a.warc.gz"))
    assert (result.exit_code, result.tally.taken) == (ExitCode.OK, 1)
    (found,) = ask(archive, "SELECT * FROM articles")
    assert found["title"] == "Why the bridge stays shut"
    assert found["first_seen"] == found["last_seen"] == "2024-03-01T10:00:00Z"
    (capture,) = ask(archive, "SELECT * FROM captures")
    assert (capture["url"], capture["ip"], capture["outcome"]) == (STORY, "192.0.2.7", "article")
    assert found["capture_id"] == capture["id"]
    (entry,) = ask(archive, "SELECT * FROM urls")
    assert (entry["source"], entry["state"], entry["due"]) == ("import", "archived", 0)
    assert entry["fetched_at"] == "2024-03-01T10:00:00Z"
    (ended,) = ask(archive, "SELECT * FROM runs")
    assert (ended["kind"], json.loads(ended["start_urls"]), ended["new"], ended["exit_code"]) == (
        *("import", ["a.warc.gz"], 1),
        0,
    )


def test_the_record_is_copied_head_and_body_as_they_were_and_secrets_of_the_request_are_not(
    tmp_path: Path, archive: Path
) -> None:
    body = gzip.compress(edited("bridges"))
    headers = {**HTML, "Content-Encoding": "gzip", "X-oDd-CaSe": "kept; as=it is"}
    warc = ForeignWarc()
    original = warc.add(STORY, body, headers=headers, request=True)
    take(archive, warc.write(tmp_path / "a.warc.gz"))
    (path,) = (archive / "warc").glob("*.warc.gz")
    with path.open("rb") as file:
        kept = {record.rec_type: (record, record.content_stream().read()) for record in ArchiveIterator(file)}
    assert kept["response"][0].rec_headers["WARC-Record-ID"] == original.rec_headers["WARC-Record-ID"]
    assert ("X-oDd-CaSe", "kept; as=it is") in kept["response"][0].http_headers.headers
    assert kept["response"][0].rec_headers["WARC-Date"] == "2024-03-01T10:00:00Z"
    assert kept["response"][1] == edited("bridges")
    assert kept["request"][0].http_headers["Cookie"] == "[redacted]"
    assert kept["request"][0].http_headers["Accept"] == "*/*"
    (place,) = ask(archive, "SELECT w.name, c.offset, c.length FROM captures c JOIN warcs w ON w.id = c.warc_id")
    assert read(archive / "warc", Place(*place.values())).body == body


def test_edits_become_versions_by_the_time_of_capture_whatever_the_order_of_files(
    tmp_path: Path, archive: Path
) -> None:
    for name, at, text in (("b", "2024-03-05", "ships"), ("c", "2024-03-09", "trains"), ("a", "2024-03-01", "bridges")):
        warc = ForeignWarc()
        warc.add(STORY, edited(text), at=f"{at}T00:00:00Z")
        take(archive, warc.write(tmp_path / f"{name}.warc.gz"))
    found = ask(archive, "SELECT substr(first_seen, 1, 10) AS day, body, is_current FROM versions ORDER BY first_seen")
    assert [(row["day"], row["is_current"]) for row in found] == [
        ("2024-03-01", 0),
        ("2024-03-05", 0),
        ("2024-03-09", 1),
    ]
    assert ["bridges" in found[0]["body"], "ships" in found[1]["body"], "trains" in found[2]["body"]] == [True] * 3


def test_an_old_error_takes_nothing_from_what_was_seen_later(tmp_path: Path, archive: Path) -> None:
    late, early = ForeignWarc(), ForeignWarc()
    late.add(STORY, edited("bridges"), at="2024-03-05T00:00:00Z")
    early.add(STORY, b"<h1>Not found</h1>", at="2024-03-01T00:00:00Z", status="404 Not Found")
    take(archive, late.write(tmp_path / "late.warc.gz"))
    take(archive, early.write(tmp_path / "early.warc.gz"))
    (entry,) = ask(archive, "SELECT state, fetched_at FROM urls")
    assert (entry["state"], entry["fetched_at"]) == ("archived", "2024-03-05T00:00:00Z")
    assert ask(archive, "SELECT gone_since FROM articles") == [{"gone_since": None}]
    assert len(ask(archive, "SELECT 1 FROM attempts")) == 2


def test_a_later_404_says_since_when_the_article_is_gone(tmp_path: Path, archive: Path) -> None:
    warc = ForeignWarc()
    warc.add(STORY, edited("bridges"), at="2024-03-01T00:00:00Z")
    warc.add(STORY, b"<h1>Not found</h1>", at="2024-03-05T00:00:00Z", status="404 Not Found")
    take(archive, warc.write(tmp_path / "a.warc.gz"))
    assert ask(archive, "SELECT gone_since FROM articles") == [{"gone_since": "2024-03-05T00:00:00Z"}]


def test_nothing_is_made_due_and_related_links_are_rows(tmp_path: Path, archive: Path) -> None:
    links = (
        "<aside><h2>Related articles</h2>"
        + "".join(
            f'<article><a href="/2024/03/another-story-{n}"><h3>Another story number {n}</h3></a></article>'
            for n in (1, 2, 3)
        )
        + "</aside>"
    )
    warc = ForeignWarc()
    warc.add(STORY, article("Why the bridge stays shut", links=links, canonical="https://news.example/canonical/story"))
    warc.add("https://news.example/", listing("/2024/03/a-story-of-ours", "/2024/03/one-more-story"))
    take(archive, warc.write(tmp_path / "a.warc.gz"))
    assert len(ask(archive, "SELECT 1 FROM related_links")) == 3
    assert ask(archive, "SELECT url FROM urls WHERE due = 1 OR state = 'pending'") == []
    (home,) = ask(archive, "SELECT state, reason FROM urls WHERE url = 'https://news.example/'")
    assert home == {"state": "skipped", "reason": "listing page: not followed, as it was imported"}


def test_what_a_crawl_had_due_stays_due(tmp_path: Path, archive: Path, site: FakeSite) -> None:
    db = open_archive(archive)
    with db.atomic():
        db.execute(
            "INSERT INTO urls (url, url_key, site, kind, source, due, discovered_at)"
            " VALUES (?, 'news.example/2024/03/why-the-bridge-stays-shut', 'news.example', 'page', 'feed', 1, '2024')",
            [STORY],
        )
    db.conn.close()
    warc = ForeignWarc()
    warc.add(STORY, edited("bridges"))
    take(archive, warc.write(tmp_path / "a.warc.gz"))
    assert ask(archive, "SELECT due, state, source FROM urls") == [{"due": 1, "state": "archived", "source": "feed"}]


def test_update_does_not_take_names_of_files_for_sites(tmp_path: Path, archive: Path, miacrawl: Run) -> None:
    take(archive, news(1).write(tmp_path / "example.org.warc.gz"))
    done = miacrawl("update")
    assert done.returncode == 3, done.stderr
    assert "never crawled" in done.stderr


def test_a_redirect_and_where_it_led_are_one_visit(tmp_path: Path, archive: Path) -> None:
    warc = ForeignWarc()
    warc.add("https://news.example/old-address-of-it", status="301 Moved Permanently", headers={"Location": STORY})
    warc.add(STORY, edited("bridges"))
    warc.add("https://news.example/elsewhere-it-leads", status="302 Found", headers={"Location": "/unknown"})
    take(archive, warc.write(tmp_path / "a.warc.gz"))
    found = {row["url"]: row for row in ask(archive, "SELECT * FROM urls")}
    assert found["https://news.example/old-address-of-it"]["state"] == "archived"
    assert found["https://news.example/old-address-of-it"]["article_id"] == found[STORY]["article_id"]
    alone = found["https://news.example/elsewhere-it-leads"]
    assert (alone["state"], alone["reason"]) == ("skipped", "redirects to https://news.example/unknown")
    outcomes = ask(archive, "SELECT outcome FROM captures ORDER BY id")
    assert [row["outcome"] for row in outcomes] == ["redirect", "article", "redirect"]


def test_wishes_of_headers_are_recorded_and_honoured_where_the_archive_says_so(tmp_path: Path, archive: Path) -> None:
    warc = ForeignWarc()
    warc.add(STORY, edited("bridges"), headers={**HTML, "X-Robots-Tag": "noarchive"})
    path = warc.write(tmp_path / "a.warc.gz")
    take(archive, path)
    assert "noarchive" in ask(archive, "SELECT directives FROM articles")[0]["directives"]
    strict = tmp_path / "strict"
    strict.mkdir()
    (strict / "miacrawl.yaml").write_text("settings:\n  MIACRAWL_HONOUR: [noarchive]\n")
    take(strict, path)
    assert counts(strict) | {"urls": 0} == dict.fromkeys(counts(strict), 0) | {"attempts": 1}


# --- twice ---


def test_a_second_import_adds_nothing(tmp_path: Path, archive: Path) -> None:
    path = news(5).write(tmp_path / "a.warc.gz")
    take(archive, path)
    before, size = counts(archive), sum(file.stat().st_size for file in (archive / "warc").iterdir())
    again = take(archive, path)
    assert (again.exit_code, again.tally.taken, again.tally.known) == (ExitCode.OK, 0, 5)
    assert counts(archive) == before
    assert sum(file.stat().st_size for file in (archive / "warc").iterdir()) == size


def test_one_record_in_two_files_is_taken_once(tmp_path: Path, archive: Path) -> None:
    one, two = news(3).write(tmp_path / "a.warc.gz"), news(4).write(tmp_path / "b.warc.gz")
    result = take(archive, tmp_path, one, two)
    assert (result.tally.files, result.tally.taken, result.tally.known) == (2, 4, 3)


@pytest.mark.parametrize("after", [0.0, 0.7])
def test_an_import_that_was_killed_is_gone_on_with(tmp_path: Path, archive: Path, after: float) -> None:
    path = news(80).write(tmp_path / "a.warc.gz")
    whole = tmp_path / "whole"
    take(whole, path)
    process = subprocess.Popen(
        [sys.executable, "-m", "miacrawl", "import", str(path), "-a", str(archive), "--jobs", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while not list((archive / "warc").glob("*.open")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert list((archive / "warc").glob("*.open")), "it was to be killed while it wrote"
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    take(archive, path)
    assert counts(archive) == counts(whole)
    same = "SELECT url, title, body, first_seen, last_seen, version, flags FROM articles ORDER BY url"
    assert ask(archive, same) == ask(whole, same)
    assert ask(archive, "SELECT 1 FROM captures WHERE outcome IS NULL") == []
    for row in ask(archive, "SELECT capture_id FROM articles"):
        db = open_archive(archive)
        assert page_in(db, archive / "warc", row["capture_id"]).article().title
        db.conn.close()


def test_records_that_were_appended_and_not_told_are_made_use_of(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = news(4).write(tmp_path / "a.warc.gz")
    with monkeypatch.context() as patched:
        patched.setattr(run.ImportSession, "commit", lambda self: self.abandon())
        take(archive, path)
    assert counts(archive)["articles"] == 0
    result = take(archive, path)
    assert result.tally.taken == 4
    assert counts(archive)["articles"] == counts(archive)["captures"] == 4


# --- revisits ---


def test_a_revisit_is_read_with_the_body_it_points_to(tmp_path: Path, archive: Path) -> None:
    first, again = ForeignWarc(), ForeignWarc()
    original = first.add(STORY, edited("bridges"), at="2024-03-01T00:00:00Z")
    told = {
        "WARC-Refers-To-Target-URI": STORY,
        "WARC-Refers-To-Date": "2024-03-01T00:00:00Z",
        "WARC-Payload-Digest": original.rec_headers["WARC-Payload-Digest"],
        "WARC-Profile": "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
    }
    again.add(STORY, at="2024-04-01T00:00:00Z", kind="revisit", warc=told)
    paths = [first.write(tmp_path / "a.warc.gz"), again.write(tmp_path / "b.warc.gz")]
    early = take(archive, paths[1])
    assert (early.exit_code, early.tally.taken) == (ExitCode.NOTHING, 0)
    assert early.tally.passed_over["revisit of what is neither in these files nor archived"] == 1
    assert take(archive, *paths).tally.taken == 2
    assert take(archive, *paths).tally.known == 2
    (found,) = ask(archive, "SELECT first_seen, last_seen, version FROM articles")
    assert found == {"first_seen": "2024-03-01T00:00:00Z", "last_seen": "2024-04-01T00:00:00Z", "version": 1}
    kinds = ask(archive, "SELECT kind, refers_to FROM captures ORDER BY id")
    assert kinds == [{"kind": "response", "refers_to": None}, {"kind": "revisit", "refers_to": 1}]


def test_a_revisit_that_names_only_a_digest_finds_its_body_also_in_a_later_run(tmp_path: Path, archive: Path) -> None:
    first, again = ForeignWarc(), ForeignWarc()
    original = first.add(STORY, edited("bridges"), at="2024-03-01T00:00:00Z")
    told = {"WARC-Payload-Digest": original.rec_headers["WARC-Payload-Digest"]}
    again.add(STORY, at="2024-04-01T00:00:00Z", kind="revisit", warc=told)
    take(archive, first.write(tmp_path / "a.warc.gz"))
    assert take(archive, again.write(tmp_path / "b.warc.gz")).tally.outcomes == {"unchanged": 1}


def test_an_answer_that_nothing_has_changed_says_that_the_article_was_seen(tmp_path: Path, archive: Path) -> None:
    warc = ForeignWarc()
    warc.add(STORY, edited("bridges"), at="2024-03-01T00:00:00Z")
    warc.add(STORY, at="2024-04-01T00:00:00Z", status="304 Not Modified", headers={})
    assert take(archive, warc.write(tmp_path / "a.warc.gz")).tally.taken == 2
    assert ask(archive, "SELECT last_seen FROM articles") == [{"last_seen": "2024-04-01T00:00:00Z"}]
    assert ask(archive, "SELECT kind, outcome FROM captures WHERE id = 2") == [
        {"kind": "revisit", "outcome": "not-modified"}
    ]


# --- what other tools write ---


def test_a_body_in_chunks_is_stored_whole(tmp_path: Path, archive: Path) -> None:
    page = edited("bridges")
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (page[:300], page[300:])) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    (tmp_path / "a.warc.gz").write_bytes(packed(raw_record(STORY, head + chunks)))
    take(archive, tmp_path / "a.warc.gz")
    (found,) = ask(archive, "SELECT size, headers FROM captures")
    assert found["size"] == len(page)
    assert dict(json.loads(found["headers"]))["X-Crawler-Transfer-Encoding"] == "chunked"
    assert ask(archive, "SELECT 1 FROM articles") == [{"1": 1}]


def test_a_body_that_is_said_to_be_in_chunks_and_is_not_is_taken_as_it_stands(tmp_path: Path, archive: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    (tmp_path / "a.warc.gz").write_bytes(packed(raw_record(STORY, head + edited("bridges"))))
    take(archive, tmp_path / "a.warc.gz")
    assert ask(archive, "SELECT size FROM captures") == [{"size": len(edited("bridges"))}]


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/2 200\r\ncontent-type: text/html\r\n\r\n",
        b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n",
        b"HTTP/1.1 200\r\nContent-Type: text/html\r\nX: a\r\n b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/html\r\n\r\n",
    ],
    ids=["HTTP/2", "LF only", "folded", "unpacked before it was stored"],
)
def test_odd_heads_are_read_and_kept_as_they_are(tmp_path: Path, archive: Path, head: bytes) -> None:
    (tmp_path / "a.warc.gz").write_bytes(packed(raw_record(STORY, head + edited("bridges"))))
    assert take(archive, tmp_path / "a.warc.gz").tally.outcomes == {"new": 1}
    (path,) = (archive / "warc").glob("*.warc.gz")
    assert head + edited("bridges") in gzip.decompress(path.read_bytes())
    db = open_archive(archive)
    assert page_in(db, archive / "warc", 1).article().title == "Why the bridge stays shut"
    db.conn.close()


def test_what_is_no_page_is_passed_over_and_counted(tmp_path: Path, archive: Path) -> None:
    warc = news(1)
    warc.add_plain("response", "dns:news.example", b"20240301\nnews.example. 300 IN A 192.0.2.7\n", "text/dns")
    warc.add_plain("metadata", STORY, b"via: x\r\n", "application/warc-fields")
    warc.add_plain("resource", STORY, b"<h1>x</h1>", "text/html")
    warc.add("https://news.example/script-of-the-page", b"x()", headers={"Content-Type": "text/javascript"})
    warc.add("https://news.example/picture.png", b"PNG", headers={"Content-Type": "image/png"})
    warc.add("https://news.example/robots.txt", b"User-agent: *", headers={"Content-Type": "text/plain"})
    data = warc.data + packed(
        raw_record(STORY, b"<html>no head at all</html>"),
        raw_record(STORY, b"HTTP/1.1 206 Partial Content\r\nContent-Type: text/html\r\n\r\n<p>"),
        raw_record(STORY, b"HTTP/1.1 200 OK\r\n\r\n", "not a day"),
        raw_record(STORY, b"HTTP/1.1 200 OK\r\n\r\n", "2199-01-01T00:00:00Z"),
        raw_record(STORY, b"HTTP/1.1 200 OK\r\n\r\n", WARC_Segment_Number="1"),
    )
    (tmp_path / "a.warc.gz").write_bytes(data)
    result = take(archive, tmp_path / "a.warc.gz")
    assert (result.exit_code, result.tally.taken, counts(archive)["captures"]) == (ExitCode.OK, 1, 1)
    assert result.tally.passed_over == {
        "not of the web (dns:, ftp:, …)": 1,
        "metadata record": 1,
        "resource record": 1,
        "another kind than a web page": 1,
        "not a web page, by its name (.png)": 1,
        "robots.txt or favicon.ico": 1,
        "no HTTP answer: it has no status line": 1,
        "a part of an answer (HTTP 206)": 1,
        "no date that can be read": 1,
        "a date that can't be": 1,
        "record in several segments": 1,
    }


def test_a_page_that_was_cut_off_takes_nothing_from_a_whole_one(tmp_path: Path, archive: Path) -> None:
    warc = ForeignWarc()
    warc.add(STORY, edited("bridges"), at="2024-03-01T00:00:00Z")
    warc.add(STORY, edited("bridges")[:700], at="2024-03-02T00:00:00Z", warc={"WARC-Truncated": "length"})
    result = take(archive, warc.write(tmp_path / "a.warc.gz"))
    assert ask(archive, "SELECT version, first_seen FROM articles") == [
        {"version": 1, "first_seen": "2024-03-01T00:00:00Z"}
    ]
    assert ask(archive, "SELECT outcome FROM captures WHERE id = 2") == [{"outcome": "cut-off"}]
    assert [problem.told for problem in result.tally.problems.values()] == [
        "it was cut off when it was fetched; it was taken"
    ]


def test_a_wrong_digest_is_told_and_the_record_taken(tmp_path: Path, archive: Path) -> None:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + edited("bridges")
    (tmp_path / "a.warc").write_bytes(raw_record(STORY, block, WARC_Payload_Digest="sha1:" + "A" * 32))
    result = take(archive, tmp_path / "a.warc")
    assert (result.exit_code, result.tally.taken) == (ExitCode.OK, 1)
    assert [problem.told for problem in result.tally.problems.values()] == [
        "its digest is not that of its body; it was taken"
    ]


def test_dates_with_fractions_are_kept_in_the_record_and_known_again(tmp_path: Path, archive: Path) -> None:
    warc = ForeignWarc()
    warc.add(STORY, edited("bridges"), at="2024-03-01T10:00:00.123456Z")
    path = warc.write(tmp_path / "a.warc.gz")
    take(archive, path)
    assert take(archive, path).tally.known == 1
    assert ask(archive, "SELECT fetched_at FROM captures") == [{"fetched_at": "2024-03-01T10:00:00Z"}]
    (kept,) = (archive / "warc").glob("*.warc.gz")
    assert b"WARC-Date: 2024-03-01T10:00:00.123456Z" in gzip.decompress(kept.read_bytes())


def test_arc_files_are_read_too(tmp_path: Path, archive: Path) -> None:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + edited("bridges")
    version = b"1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n"
    head = b"filedesc://a.arc 0.0.0.0 20010101000000 text/plain %d\n" % len(version) + version + b"\n"
    line = b"%b 192.0.2.7 20010203040506 text/html %d\n" % (STORY.encode(), len(block))
    (tmp_path / "a.arc").write_bytes(head + line + block + b"\n")
    (tmp_path / "b.arc.gz").write_bytes(packed(head, line.replace(b"stays", b"stayed") + block + b"\n"))
    result = take(archive, tmp_path / "a.arc", tmp_path / "b.arc.gz")
    assert (result.exit_code, result.tally.taken) == (ExitCode.OK, 2)
    assert ask(archive, "SELECT DISTINCT fetched_at, ip FROM captures") == [
        {"fetched_at": "2001-02-03T04:05:06Z", "ip": "192.0.2.7"}
    ]


def test_a_wacz_is_read_in_place(tmp_path: Path, archive: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as package:
        package.writestr("archive/../../escaped.warc.gz", news(1, "one.example").data)
        package.writestr("archive/data.warc.gz", news(2).data)
        package.writestr("pages/pages.jsonl", "{}")
    result = take(archive, tmp_path / "a.wacz")
    assert (result.exit_code, result.tally.files, result.tally.taken) == (ExitCode.OK, 2, 3)
    assert not list(tmp_path.parent.glob("escaped*"))


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
def test_what_wget_wrote_is_archived(tmp_path: Path, archive: Path, site: FakeSite) -> None:
    site.pages["/"] = listing("/2024/a-story-of-wget", "/2024/another-story-of-it")
    site.pages["/2024/a-story-of-wget"] = article("A story of wget")
    site.pages["/2024/another-story-of-it"] = article("Another story of it", topic="talking")
    command = ["wget", "-q", "-r", "-l1", "--warc-file=w", "--delete-after", "-e", "robots=off", site.url]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=300)
    result = take(archive, tmp_path / "w.warc.gz")
    assert result.exit_code is ExitCode.OK, result
    assert result.tally.problems == {}
    assert {row["title"] for row in ask(archive, "SELECT title FROM articles")} == {
        "A story of wget",
        "Another story of it",
    }


# --- filters ---


def test_filters_choose_by_host_time_address_and_language(tmp_path: Path, archive: Path) -> None:
    warc = ForeignWarc()
    warc.add("https://www.one.example/a-story-from-here", article("One from here"), at="2024-03-01T00:00:00Z")
    warc.add("https://sub.one.example/a-story-from-there", article("One from there"), at="2024-03-02T00:00:00Z")
    warc.add("https://notone.example/a-story-from-afar", article("One from afar"), at="2024-03-03T00:00:00Z")
    path = warc.write(tmp_path / "a.warc.gz")

    def taken(**filters: Any) -> int:
        return import_files([str(path)], archive, Options(Filters(**filters), dry_run=True)).tally.taken

    assert [taken(), taken(hosts=("one.example",)), taken(hosts=("one.example", "notone.example"))] == [3, 2, 3]
    assert [taken(since="2024-03-02T00:00:00Z"), taken(until="2024-03-02T00:00:00Z")] == [2, 1]
    assert [taken(languages=("en",)), taken(languages=("de",))] == [3, 0]
    assert [taken(kinds=("text/*",)), taken(kinds=("application/pdf",))] == [3, 0]
    assert not archive.exists()


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path, archive: Path, miacrawl: Run) -> None:
    path = news(3).write(tmp_path / "a.warc.gz")
    done = miacrawl("import", str(path), "--dry-run", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["taken"], told["run"], told["outcomes"]) == (0, 3, None, {"article": 3})
    assert not archive.exists()
    take(archive, path)
    assert json.loads(miacrawl("import", str(path), "--dry-run", "--json").stdout)["known"] == 3


# --- bad input ---


def test_a_file_that_is_missing_ends_with_3(miacrawl: Run) -> None:
    done = miacrawl("import", "none.warc.gz")
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "there is no none.warc.gz" in done.stderr


def test_an_archive_in_use_ends_with_4(tmp_path: Path, archive: Path, miacrawl: Run) -> None:
    path = news(1).write(tmp_path / "a.warc.gz")
    with writing(archive):
        done = miacrawl("import", str(path))
    assert (done.returncode, done.stderr.count("\n")) == (4, 1)


def test_nothing_wanted_ends_with_5(tmp_path: Path, miacrawl: Run) -> None:
    path = news(1).write(tmp_path / "a.warc.gz")
    assert miacrawl("import", str(path), "--host", "elsewhere.example").returncode == 5


@pytest.mark.parametrize("option", [("--since", "yesterday"), ("--url", "("), ("--until", "2024-13-01")])
def test_options_that_cannot_be_used_end_with_3(tmp_path: Path, miacrawl: Run, option: tuple[str, str]) -> None:
    path = news(1).write(tmp_path / "a.warc.gz")
    done = miacrawl("import", str(path), *option)
    assert (done.returncode, done.stderr.count("\n")) == (3, 1), done.stderr


def _stories(count: int) -> list[bytes]:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    return [
        raw_record(f"https://news.example/story-number-{n}-it-is", head + article(f"Story {n}", topic=f"topic {n}"))
        for n in range(count)
    ]


def _damaged(name: str) -> bytes:
    one, two, three = _stories(3)
    if name == "cut off at its end":
        return packed(one, two, three)[:-60]
    if name == "cut off in the middle":
        return packed(one) + packed(two)[:200] + packed(three)
    if name == "garbage between records":
        return packed(one) + b"garbage" * 50 + packed(three)
    if name == "bytes changed":
        data = bytearray(packed(one, two, three))
        at = len(packed(one)) + 150
        data[at : at + 20] = bytes(20)
        return bytes(data)
    if name == "length too short":
        return packed(one, _stories(2)[1].replace(b"Content-Length: ", b"Content-Length: 1", 0), three)
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("name", "taken"),
    [("cut off at its end", 2), ("cut off in the middle", 2), ("garbage between records", 2), ("bytes changed", 2)],
)
def test_what_is_whole_of_a_damaged_file_is_taken(tmp_path: Path, miacrawl: Run, name: str, taken: int) -> None:
    (tmp_path / "a.warc.gz").write_bytes(_damaged(name))
    done = miacrawl("import", "a.warc.gz", "--json", "--jobs", "1")
    told = json.loads(done.stdout)
    assert (done.returncode, told["taken"], len(told["problems"]), told["broken_files"]) == (6, taken, 1, ["a.warc.gz"])
    assert told["problems"][0]["offset"] > 0


@pytest.mark.parametrize("length", [10, 1_000_000, -1])
@pytest.mark.parametrize("pack", [packed, lambda *records: b"".join(records)], ids=["gzip", "plain"])
def test_records_with_a_wrong_length_are_told(
    tmp_path: Path, archive: Path, length: int, pack: Callable[..., bytes]
) -> None:
    one, three = _stories(2)
    wrong = raw_record(STORY, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + edited("bridges"), length=length)
    (tmp_path / "a.warc").write_bytes(pack(one, wrong) + pack(three))
    result = take(archive, tmp_path / "a.warc")
    assert result.exit_code is ExitCode.PARTIAL
    assert len(result.tally.problems) == 1
    assert 1 <= result.tally.taken <= 2
    assert ask(archive, f"SELECT 1 FROM captures WHERE url = '{STORY}'") == []


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "it is empty"),
        (b"hello, this is no archive\n" * 50, "it is no WARC file"),
        (gzip.compress(b"hello\n"), "it is no WARC file"),
        (bytes(range(256)) * 10, "it is no WARC file"),
        (b"\x1f\x8b\x08\x00nonsense that is no gzip", "it is damaged"),
        (b"PK\x03\x04 no package at all", "it is no whole ZIP file"),
    ],
    ids=["empty", "text", "packed text", "bytes", "broken gzip", "broken zip"],
)
def test_a_file_that_is_no_archive_is_told_in_one_line(tmp_path: Path, miacrawl: Run, data: bytes, told: str) -> None:
    (tmp_path / "a.warc.gz").write_bytes(data)
    done = miacrawl("import", "a.warc.gz")
    assert done.returncode == 6
    assert done.stdout.count("a.warc.gz") == 1
    assert told in done.stdout
    assert "Traceback" not in done.stderr


def test_one_gzip_around_all_records_is_read(tmp_path: Path, archive: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(b"".join(_stories(3))))
    assert take(archive, tmp_path / "a.warc.gz").tally.taken == 3


def test_a_package_without_records_is_told(tmp_path: Path, archive: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as package:
        package.writestr("datapackage.json", "{}")
    result = take(archive, tmp_path / "a.wacz")
    assert result.exit_code is ExitCode.PARTIAL
    assert "no WARC file in its folder archive/" in next(iter(result.tally.problems.values())).told


def test_a_huge_record_is_passed_over_in_little_memory(tmp_path: Path, archive: Path) -> None:
    size = 300 * 2**20
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    front = raw_record(STORY, head, length=size).removesuffix(b"\r\n\r\n")[: -len(head)]
    with (tmp_path / "a.warc").open("wb") as file:
        file.write(front)
        file.truncate(len(front) + size)
        file.seek(0, os.SEEK_END)
        file.write(b"\r\n\r\n" + _stories(1)[0])
    code = (
        "import resource, sys; from pathlib import Path; from miacrawl.importing.run import import_files;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "r = import_files(['a.warc'], Path('archive')); print(r.tally.taken, dict(r.tally.passed_over),"
        "(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("1 {'larger than 32 MB': 1}"), done.stdout
    assert int(done.stdout.split()[-1]) < 100


def test_a_bomb_is_left_alone(tmp_path: Path, archive: Path) -> None:
    front = raw_record(STORY, b"", length=2**33)
    packer = gzip.GzipFile(tmp_path / "a.warc.gz", "wb", 9)
    packer.write(front)
    for _ in range(300):
        packer.write(bytes(2**20))
    packer.close()
    with (tmp_path / "a.warc.gz").open("ab") as file:
        file.write(packed(*_stories(1)))
    result = take(archive, tmp_path / "a.warc.gz")
    assert (result.exit_code, result.tally.taken) == (ExitCode.PARTIAL, 1)
    assert "300-fold" in next(iter(result.tally.problems.values())).told


def test_a_full_disk_ends_with_7_and_the_next_import_goes_on(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = news(6).write(tmp_path / "a.warc.gz")
    real, calls = os.pwrite, []

    def write(descriptor: int, data: bytes, offset: int) -> int:
        calls.append(1)
        if len(calls) > 4:
            raise OSError(28, "No space left on device")
        return real(descriptor, data, offset)

    with monkeypatch.context() as patched:
        patched.setattr("miacrawl.warc.writer.os.pwrite", write)
        with pytest.raises(StorageError, match="no space is left"):
            take(archive, path)
    result = take(archive, path)
    assert result.exit_code is ExitCode.OK
    assert counts(archive)["articles"] == counts(archive)["captures"] == 6


def test_an_unreadable_file_is_told_and_the_others_are_taken(tmp_path: Path, archive: Path) -> None:
    good, bad = news(1).write(tmp_path / "a.warc.gz"), tmp_path / "b.warc.gz"
    bad.write_bytes(b"")
    bad.chmod(0)
    if os.access(bad, os.R_OK):
        pytest.skip("root reads everything")
    result = take(archive, good, bad)
    assert (result.exit_code, result.tally.taken) == (ExitCode.PARTIAL, 1)


def test_a_folder_without_files_is_an_error(tmp_path: Path, archive: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="no WARC or WACZ file"):
        take(archive, tmp_path / "empty")


def test_several_processes_find_the_same_as_one(tmp_path: Path, archive: Path) -> None:
    path = news(40).write(tmp_path / "a.warc.gz")
    take(archive, path)
    many = tmp_path / "many"
    import_files([str(path)], many, Options(jobs=2))
    same = "SELECT id, url, title, body, first_seen, capture_id FROM articles ORDER BY id"
    assert ask(many, same) == ask(archive, same)


def test_an_interrupted_import_keeps_what_it_took(tmp_path: Path, archive: Path) -> None:
    path = news(30).write(tmp_path / "a.warc.gz")

    def watched(tally: Any, read: int, size: int) -> None:
        if tally.taken == 10:
            os.kill(os.getpid(), signal.SIGTERM)

    result = import_files([str(path)], archive, Options(watched=watched))
    assert result.exit_code is ExitCode.INTERRUPTED
    assert counts(archive)["articles"] == 10
    assert ask(archive, "SELECT reason, exit_code FROM runs") == [{"reason": "interrupted", "exit_code": 130}]
    assert take(archive, path).tally.known == 10
