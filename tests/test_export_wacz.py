"""`miacrawl export wacz` makes files that others can replay: every line of the index leads to its record."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from miacrawl.cli import group
from miacrawl.errors import ExitCode
from miacrawl.export import cdxj, members
from miacrawl.store.captures import Captures
from miacrawl.store.connection import open_database
from miacrawl.urls import site_of
from miacrawl.warc.member import pack
from tests import captured, shelf
from tests.conftest import Run
from tests.test_export import change, refused

pytest.importorskip("surt")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return captured.build(tmp_path_factory.mktemp("built") / "archive")


@pytest.fixture
def archive(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path / "archive")
    return tmp_path / "archive"


class Wacz:
    """A WACZ file, read as replay tools read it."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(path)
        assert self.zip.testzip() is None

    def index(self) -> list[tuple[str, str, dict[str, str]]]:
        """Key, time and what is told, through the index of blocks."""
        head, *blocks = self.zip.read("indexes/index.idx").decode().splitlines()
        assert json.loads(head.removeprefix("!meta 0 "))["format"] == "cdxj-gzip-1.0"
        packed = self.zip.read("indexes/index.cdx.gz")
        found = []
        for line in blocks:
            where = json.loads(line.split(" ", 2)[2])
            block = packed[where["offset"] : where["offset"] + where["length"]]
            assert where["digest"] == f"sha256:{hashlib.sha256(block).hexdigest()}"
            lines = gzip.decompress(block).decode().splitlines()
            assert lines[0].startswith(line.split(" {")[0])
            found += [(key, when, json.loads(told)) for key, when, told in (one.split(" ", 2) for one in lines)]
        return found

    def record(self, told: dict[str, str]) -> tuple[str, str, bytes]:
        """Type, address and payload of the record that a line leads to."""
        start, length = int(told["offset"]), int(told["length"])
        data = self.zip.read(f"archive/{told['filename']}")[start : start + length]
        (record,) = ArchiveIterator(io.BytesIO(data))
        with io.BytesIO(data) as file:
            one = next(iter(ArchiveIterator(file)))
            body = one.content_stream().read()
        return record.rec_type, record.rec_headers["WARC-Target-URI"], body

    def records(self) -> Iterator[tuple[str, str | None]]:
        """Type and address of every record."""
        for name in self.zip.namelist():
            if name.startswith("archive/"):
                for record in ArchiveIterator(io.BytesIO(self.zip.read(name)), check_digests="raise"):
                    record.content_stream().read()
                    yield record.rec_type, record.rec_headers.get_header("WARC-Target-URI")

    def pages(self) -> list[dict[str, Any]]:
        head, *lines = map(json.loads, self.zip.read("pages/pages.jsonl").decode().splitlines())
        assert head["format"] == "json-pages-1.0"
        return lines

    def check(self) -> None:
        """What must hold of every such file."""
        package = json.loads(self.zip.read("datapackage.json"))
        assert package["wacz_version"] == "1.1.1" and package["profile"] == "data-package"
        told = {one["path"]: one for one in package["resources"]}
        assert set(told) | {"datapackage.json", "datapackage-digest.json"} == set(self.zip.namelist())
        for path, one in told.items():
            data = self.zip.read(path)
            assert (one["bytes"], one["hash"]) == (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
            packed = path.endswith(".gz")
            assert (self.zip.getinfo(path).compress_type == zipfile.ZIP_STORED) is packed, path
        digest = f"sha256:{hashlib.sha256(self.zip.read('datapackage.json')).hexdigest()}"
        assert json.loads(self.zip.read("datapackage-digest.json")) == {"path": "datapackage.json", "hash": digest}
        lines = self.index()
        assert lines == sorted(lines, key=lambda line: (line[0], line[1]))
        for _, _, one in lines:
            kind, url, _ = self.record(one)
            assert url == one["url"] and (kind == "revisit") == (one["mime"] == "warc/revisit")
        shown = {(one["url"], when) for _, when, one in lines}
        for page in self.pages():
            assert (page["url"], "".join(filter(str.isdigit, page["ts"]))) in shown
        bodies = {one["digest"] for _, _, one in lines if one["mime"] != "warc/revisit"}
        assert {one["digest"] for _, _, one in lines} <= bodies, "a revisit dangles"


def exported(miacrawl: Run, archive: Path, *options: str, told: str = "") -> Wacz:
    done = miacrawl("export", "wacz", "out.wacz", "--force", *options)
    assert done.returncode == ExitCode.OK and told in done.stderr, done.stderr
    made = Wacz(archive.parent / "out.wacz")
    made.check()
    return made


def test_a_whole_archive_is_its_files(miacrawl: Run, archive: Path) -> None:
    made = exported(miacrawl, archive, told="8 captures and 7 pages written to out.wacz")
    (file,) = (archive / "warc").iterdir()
    assert made.zip.read(f"archive/{file.name}") == file.read_bytes()
    assert len(made.index()) == 8 and [page["id"] for page in made.pages()][2:4] == ["3-1", "3-2"]
    key, when, told = made.index()[0]
    assert (key, when) == ("example,gardennotes)/seeds/article-1", "20260330080000")
    assert (told["mime"], told["status"]) == ("text/html", "200")
    assert b"Why worms like your compost" in made.record(told)[2]


def test_a_site_alone_is_copied_record_by_record(miacrawl: Run, archive: Path) -> None:
    made = exported(miacrawl, archive, "--site", "kitchenweekly.example")
    found = list(made.records())
    assert {site_of(url) for _, url in found if url} == {"kitchenweekly.example"}
    kinds = [kind for kind, _ in found]
    assert kinds == ["warcinfo", *["response", "request"] * 3, "revisit", "request"]
    assert all(name.endswith("-part.warc.gz") for name in made.zip.namelist() if name.startswith("archive/"))
    assert len(made.pages()) == 3


def test_what_a_revisit_refers_to_comes_along(miacrawl: Run, archive: Path) -> None:
    made = exported(miacrawl, archive, "--since", "2026-03-31", told="3 captures and 2 pages")
    assert [when for _, when, _ in made.index()] == ["20260331080000", "20260330080000", "20260331080000"]
    made = exported(miacrawl, archive, "--until", "2026-03-30")
    assert {when for _, when, _ in made.index()} == {"20260330080000"}


def test_words_choose_the_captures_of_articles(miacrawl: Run, archive: Path) -> None:
    made = exported(miacrawl, archive, "--query", "worms", "--text")
    assert {told["url"] for _, _, told in made.index()} == {shelf.row(1)["url"]}
    (page,) = made.pages()
    assert page["title"] == "Why worms like your compost" and page["text"].startswith("People often ask")


def test_a_page_made_by_a_browser_is_shown_as_it_came(miacrawl: Run, archive: Path) -> None:
    db = open_database(archive / "archive.db")
    captures = Captures(db, archive, 1)
    came = captured.exchange("https://gardennotes.example/soil/shell", captured.page("Shell"))
    original = captures.keep(came)
    rendered = captures.keep_rendered(original, came.url, came, b"<h1>Rendered</h1>")
    with db.atomic():
        captures.tell()
        db.execute("UPDATE articles SET capture_id = ? WHERE id = 1", [rendered.id])
    captures.told()
    captures.close()
    made = exported(miacrawl, archive, "--site", "gardennotes.example")
    assert next(page["url"] for page in made.pages() if page["id"] == "1-1") == came.url
    assert ("conversion", came.url) in set(made.records())


def test_a_file_that_is_still_written_gives_what_the_archive_knows(miacrawl: Run, tmp_path: Path) -> None:
    archive = captured.build(tmp_path / "archive", finish=False)
    (file,) = (archive / "warc").glob("*.open")
    with file.open("ab") as out:
        out.write(pack(b"a record that nobody was told of")[:-5])
    for options in ((), ("--site", "gardennotes.example")):
        made = exported(miacrawl, archive, *options, told="is still being written: what it holds now was taken")
        assert [kind for kind, _ in made.records()][-1] == "request"


def test_several_files_and_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdxj, "BLOCK_LINES", 2)
    archive = captured.build(tmp_path / "archive", max_bytes=2_000)
    assert len(list((archive / "warc").iterdir())) > 2
    for name, options in (("all", []), ("some", ["--site", "gardennotes.example"])):
        arguments = ["export", "wacz", str(tmp_path / name), "--archive", str(archive), *options]
        assert CliRunner().invoke(group, arguments, catch_exceptions=False).exit_code == 0
        made = Wacz(tmp_path / name)
        made.check()
        lines = made.zip.read("indexes/index.idx").decode().splitlines()
        assert len(lines) == 1 + len(made.index()) // 2


def test_the_same_archive_gives_the_same_bytes(miacrawl: Run, archive: Path) -> None:
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1780000000"}
    for name in ("one", "two"):
        done = miacrawl("export", "wacz", name, "--site", "gardennotes.example", env=env)
        assert done.returncode == 0, done.stderr
    assert (archive.parent / "one").read_bytes() == (archive.parent / "two").read_bytes()
    assert json.loads(Wacz(archive.parent / "one").zip.read("datapackage.json"))["created"] == "2026-05-28T20:26:40Z"
    done = miacrawl("export", "wacz", "three", env={**os.environ, "SOURCE_DATE_EPOCH": "noon"})
    refused(done, ExitCode.CONFIG, "SOURCE_DATE_EPOCH=noon")


def test_nothing_as_asked_for_makes_no_file(miacrawl: Run, archive: Path) -> None:
    refused(miacrawl("export", "wacz", "--since", "2030-01-01"), ExitCode.NOTHING, "no capture is as asked for")
    assert not (archive.parent / "archive.wacz").exists()


def test_a_missing_file_is_named(miacrawl: Run, archive: Path) -> None:
    (file,) = (archive / "warc").iterdir()
    file.unlink()
    refused(miacrawl("export", "wacz"), ExitCode.STORAGE, f"{file.name} is missing, and with it 8 of the captures")
    assert [path.name for path in archive.parent.iterdir()] == ["archive"]


def test_a_file_that_lost_its_end_is_named(miacrawl: Run, archive: Path) -> None:
    (file,) = (archive / "warc").iterdir()
    os.truncate(file, file.stat().st_size - 900)
    refused(miacrawl("export", "wacz"), ExitCode.STORAGE, f"{file.name} ends before its last capture does")
    refused(miacrawl("export", "wacz", "--since", "2026-03-31"), ExitCode.STORAGE, f"{file.name} ")
    assert [path.name for path in archive.parent.iterdir()] == ["archive"]


def test_a_place_where_no_record_begins_is_named(miacrawl: Run, archive: Path) -> None:
    change(archive, "UPDATE captures SET offset = offset + 7 WHERE id = 2")
    done = miacrawl("export", "wacz", "--site", "kitchenweekly.example")
    refused(done, ExitCode.STORAGE, "no record begins")


def test_a_name_that_leads_out_of_the_archive_is_refused(miacrawl: Run, archive: Path) -> None:
    change(archive, "UPDATE warcs SET name = '../../secret.warc.gz'")
    refused(miacrawl("export", "wacz"), ExitCode.STORAGE, "which is no name of a file")


@pytest.mark.parametrize("url", ["", "http://", "no url", "http://ex ample/\n x", "http://[::1", "https://é.example/ü"])
def test_an_address_that_nobody_can_read_gets_a_key_without_blanks(url: str) -> None:
    assert not set(cdxj.sort_keys()(url)) & set(" \t\r\n") and cdxj.sort_keys()(url)


def test_only_a_request_counts_as_one(tmp_path: Path) -> None:
    response, request = (
        pack(b"WARC/1.1\r\nWARC-Type: %b\r\n\r\n" % kind + b"x" * 5_000) for kind in (b"response", b"request")
    )
    path = tmp_path / "x"
    path.write_bytes(response + request + request[:-9])
    with path.open("rb") as file:
        assert members.request_length(file, 0) == 0
        assert members.request_length(file, len(response)) == len(request)
        assert members.request_length(file, len(response) + len(request)) == 0
        assert members.request_length(file, path.stat().st_size) == 0
        assert members.request_length(file, 3) == 0


def test_captures_of_a_site_without_articles_can_be_had(miacrawl: Run, archive: Path) -> None:
    change(archive, "DELETE FROM articles WHERE site = 'kitchenweekly.example'")
    made = exported(miacrawl, archive, "--site", "kitchenweekly.example", told="4 captures and 0 pages")
    assert made.pages() == []


def test_what_is_noted_along_the_way_is_not_in_the_archive(miacrawl: Run, archive: Path) -> None:
    exported(miacrawl, archive, "--site", "gardennotes.example")
    connection = sqlite3.connect(archive / "archive.db")
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert not names & {"picked", "placed"}
