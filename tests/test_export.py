"""`miacrawl export` writes what is archived, whole, unchanged and the same each time."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from miacrawl.errors import ConfigError, ExitCode
from miacrawl.export import documentation, parquet
from miacrawl.export.column import CAPTURE_PARTS, COLUMNS, LINK_PARTS, NAMES, columns_named
from miacrawl.export.record import records
from miacrawl.export.schema_org import article_of
from miacrawl.store.exporting import Wanted, snapshot
from tests import captured, shelf
from tests.conftest import Run

DOCS = Path(__file__).parent.parent / "docs" / "export.md"
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return captured.build(tmp_path_factory.mktemp("built") / "archive", articles=12)


@pytest.fixture
def archive(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path / "archive")
    return tmp_path / "archive"


def change(archive: Path, sql: str, *values: object) -> None:
    connection = sqlite3.connect(archive / "archive.db")
    with connection:
        connection.execute(sql, values)
    connection.close()


def lines(done: subprocess.CompletedProcess[str]) -> Rows:
    assert done.returncode == ExitCode.OK, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def files(folder: Path) -> list[Path]:
    """All files but those that SQLite makes to read."""
    return sorted(path for path in folder.rglob("*") if not path.name.endswith(("-shm", "-wal")))


def refused(done: subprocess.CompletedProcess[str], code: ExitCode, told: str) -> None:
    """One line that says `told`, the exit code, nothing on standard output."""
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert told in done.stderr and done.stderr.count("\n") == 1, done.stderr


# --- what is in a record ---


def test_a_record_of_json_lines_holds_lists_and_objects_as_such(miacrawl: Run, archive: Path) -> None:
    change(archive, "UPDATE articles SET gone_since = '2026-04-01T00:00:00Z' WHERE id = 2")
    found = lines(miacrawl("export", "jsonl"))
    assert [one["id"] for one in found] == list(range(1, 13)) and all(tuple(one) == NAMES for one in found)
    one = found[1]
    assert one["authors"] == [] and found[0]["authors"] == ["Tomás Rey", "Ida Holm"] and found[4]["flags"] == ["short"]
    assert one["provenance"]["title"] == "heuristic:h1" and one["gone_since"] == "2026-04-01T00:00:00Z"
    assert [(link["position"], link["target_id"]) for link in one["related"]] == [(1, 4), (2, 6), (3, None)]
    assert set(one["related"][0]) == {part.name for part in LINK_PARTS}
    assert found[4]["confidence"] == {"authors": 0.42, "title": 0.65} and one["content_hash"] == "0" * 64


def test_the_capture_of_a_record_can_be_read(miacrawl: Run, archive: Path) -> None:
    from miacrawl.warc.reading import read
    from miacrawl.warc.writer import Place

    (one,) = [one for one in lines(miacrawl("export", "jsonl")) if one["id"] == 3]
    capture = one["capture"]
    assert set(capture) == {part.name for part in CAPTURE_PARTS} and capture["fetched_at"] == "2026-03-31T08:00:00Z"
    stored = read(archive / "warc", Place(capture["file"], capture["offset"], capture["length"]))
    assert stored.url == one["url"] == capture["url"] and b"Another title" in stored.body


def test_versions_are_rows_with_their_own_text_and_capture(miacrawl: Run, archive: Path) -> None:
    first, second = [one for one in lines(miacrawl("export", "jsonl", "--versions")) if one["id"] == 3]
    assert (first["version"], first["is_current"], second["version"], second["is_current"]) == (1, False, 2, True)
    assert first["body"] == "What it said at first." and second["body"].startswith("People often ask")
    assert (first["title"], second["title"]) == (shelf.row(3)["title"], "Another title")
    assert first["capture"]["fetched_at"] < second["capture"]["fetched_at"] and second["changed"] == ["title"]
    # What is known of the page of today only is not said of another day's.
    assert first["related"] == [] and first["read_minutes"] is None and second["related"]
    assert (first["version_last_seen"], first["site"]) == ("2026-03-30T09:00:00Z", second["site"])


def test_an_article_without_version_rows_is_exported_once(miacrawl: Run, archive: Path) -> None:
    change(archive, "DELETE FROM article_versions WHERE article_id = 1")
    found = lines(miacrawl("export", "jsonl", "--versions"))
    assert [(one["version"], one["is_current"]) for one in found if one["id"] == 1] == [(1, True)]


def test_duplicates_are_named_on_both_sides(miacrawl: Run, archive: Path) -> None:
    change(archive, "INSERT INTO duplicates VALUES (2, 7, 'near', 0.9, '2026-04-01T00:00:00Z')")
    found = {one["id"]: one["duplicates"] for one in lines(miacrawl("export", "jsonl", "--columns", "id,duplicates"))}
    assert found[2] == [7] and found[7] == [2] and found[1] == []


def test_json_ld_says_what_the_columns_map(built: Path) -> None:
    with snapshot(built) as db:
        found = {record["id"]: article_of(record) for record in records(db, Wanted(), COLUMNS)}
    one = found[3]
    assert (one["@context"], one["@type"], one["headline"]) == ("https://schema.org", "Article", "Another title")
    assert found[1]["author"][0] == {"@type": "Person", "name": "Tomás Rey"} and one["timeRequired"] == "PT5M"
    assert one["isPartOf"] == {"@type": "WebSite", "identifier": "gardennotes.example", "name": "Garden Notes"}
    assert one["identifier"]["value"] == "1" * 64 and one["archivedAt"]["dateCreated"] == "2026-03-31T08:00:00Z"
    assert one["mainEntityOfPage"]["relatedLink"] and "expires" not in one and "summary" not in one
    assert {column.schema_org.partition(" ")[0] for column in COLUMNS} >= set(one) - {"@context", "@type"}


def test_json_ld_comes_by_an_option(miacrawl: Run, archive: Path) -> None:
    assert lines(miacrawl("export", "jsonl", "--schema-org"))[0]["@type"] == "Article"
    refused(miacrawl("export", "jsonl", "--schema-org", "--columns", "id"), ExitCode.CONFIG, "leave --columns out")


# --- the same in other formats ---


def test_csv_reads_back(miacrawl: Run, archive: Path) -> None:
    change(archive, "UPDATE articles SET title = '=1+1', read_minutes = -3 WHERE id = 1")
    done = miacrawl("export", "csv", "a.csv")
    assert done.returncode == 0, done.stderr
    with (archive.parent / "a.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    told = lines(miacrawl("export", "jsonl"))
    assert [one["title"] for one in found] == ["'=1+1", *[one["title"] for one in told[1:]]]
    assert [one["body"] for one in found] == [one["body"] for one in told] and found[0]["read_minutes"] == "-3"
    assert found[0]["authors"] == "Tomás Rey; Ida Holm" and json.loads(found[1]["related"]) == told[1]["related"]
    assert json.loads(found[0]["capture"]) == told[0]["capture"] and tuple(found[0]) == NAMES


def test_csv_options(miacrawl: Run, archive: Path) -> None:
    change(archive, "UPDATE articles SET title = '=1+1' WHERE id = 1")
    assert miacrawl("export", "csv", "--raw", "--columns", "title,id").stdout.splitlines()[:2] == ["title,id", "=1+1,1"]
    assert miacrawl("export", "csv", "excel.csv", "--excel").returncode == 0
    assert (archive.parent / "excel.csv").read_bytes().startswith(b"\xef\xbb\xbfid,version")


def test_parquet_reads_back_with_types(miacrawl: Run, archive: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    assert miacrawl("export", "parquet").returncode == 0
    table = pq.read_table(archive.parent / "articles.parquet")
    told = lines(miacrawl("export", "jsonl"))
    objects = {column.name for column in COLUMNS if column.kind == "object"}
    found = [
        {name: json.loads(value) if name in objects else value for name, value in one.items()}
        for one in table.to_pylist()
    ]
    assert found == told and str(table.schema.field("word_count").type) == "int64"


def test_row_groups_are_bounded_by_rows_and_by_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", 3)
    monkeypatch.setattr(parquet, "GROUP_CHARACTERS", 100)
    given = [{"body": "x" * size} for size in (1, 1, 1, 1, 200, 1)]
    assert [len(group) for group in parquet.groups(given)] == [3, 2, 1]


def test_a_data_set_has_shards_and_a_card(miacrawl: Run, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    from miacrawl.export import dataset

    change(archive, """UPDATE articles SET directives = '{"robots": ["noai"]}' WHERE id = 4""")
    monkeypatch.setattr(parquet, "GROUP_ROWS", 5)
    monkeypatch.setattr(dataset, "SHARD_BYTES", 1)
    with snapshot(archive) as db:
        (archive.parent / "set").mkdir()
        moment = datetime(2026, 4, 1, tzinfo=UTC)
        dataset.write(archive.parent / "set", records(db, Wanted(), COLUMNS), COLUMNS, moment, "current versions")
    files = sorted((archive.parent / "set" / "data").iterdir())
    assert [path.name for path in files] == [f"train-0000{number}-of-00003.parquet" for number in range(3)]
    assert [id for path in files for id in pq.read_table(path)["id"].to_pylist()] == list(range(1, 13))
    text = (archive.parent / "set" / "README.md").read_text("utf-8")
    front = yaml.safe_load(text.split("---\n")[1])
    info = front["dataset_info"]
    assert [feature["name"] for feature in info["features"]] == list(NAMES)
    assert info["splits"][0]["num_examples"] == 12 and info["download_size"] == sum(f.stat().st_size for f in files)
    assert front["license"] == "other" and front["size_categories"] == ["n<1K"] and front["language"] == ["en"]
    assert front["configs"][0]["data_files"] == [{"split": "train", "path": "data/train-*"}]
    assert "1 of 12 articles come with a reservation" in text.replace("\n", " ")
    assert "| gardennotes.example | 6 |" in text and "12 articles of 2 sites: current versions." in text


def test_a_data_set_replaces_a_data_set_and_nothing_else(miacrawl: Run, archive: Path) -> None:
    pytest.importorskip("pyarrow")
    assert miacrawl("export", "dataset").returncode == 0
    refused(miacrawl("export", "dataset"), ExitCode.CONFIG, "dataset is there already; add --force")
    assert miacrawl("export", "dataset", "--force", "--columns", "id").returncode == 0
    (archive.parent / "dataset" / "mine.txt").touch()
    refused(miacrawl("export", "dataset", "--force"), ExitCode.CONFIG, "holds more than a data set")
    assert sorted(path.name for path in archive.parent.iterdir()) == ["archive", "dataset"]


# --- which articles ---


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (("--site", "kitchenweekly.example"), [2, 4, 6, 8, 10, 12]),
        (("--site", "https://www.KitchenWeekly.example/soup/", "--site", "gardennotes.example"), list(range(1, 13))),
        (("--since", "2026-03-09"), [8, 11]),
        (("--since", "2026-03-06", "--until", "2026-03-09"), [5, 8]),
        (("--until", "2026-01-07"), [3, 6]),
        (("--query", "worms"), [1]),
        (("--query", "worms OR sourdough*"), [1, 8]),
        (("--query", '"cold at all"'), [3]),
        (("--query", "(worms OR sourdough) -title:worms"), [8]),
        (("--query", 'NEAR( "worms AND ) title:'), []),
        (("--query", "the", "--site", "kitchenweekly.example", "--since", "2026-03-01"), [2, 8]),
    ],
)
def test_conditions(miacrawl: Run, archive: Path, options: tuple[str, ...], ids: list[int]) -> None:
    found = lines(miacrawl("export", "jsonl", "--columns", "id", *options))
    assert [one["id"] for one in found] == ids


def test_where_no_publication_is_known_the_first_visit_counts(miacrawl: Run, archive: Path) -> None:
    change(archive, "UPDATE articles SET published = NULL WHERE id = 7")
    found = lines(miacrawl("export", "jsonl", "--columns", "id", "--since", "2026-03-30", "--until", "2026-03-30"))
    assert [one["id"] for one in found] == [7]


def test_nothing_as_asked_for_is_an_empty_file_and_a_note(miacrawl: Run, archive: Path) -> None:
    done = miacrawl("export", "csv", "none.csv", "--since", "2030-01-01", "--columns", "id,title")
    assert done.returncode == 0 and "no article is as asked for" in done.stderr
    assert (archive.parent / "none.csv").read_bytes() == b"id,title\r\n"
    assert miacrawl("export", "jsonl", "--since", "2030-01-01").stdout == ""


def test_an_empty_table_has_its_schema(miacrawl: Run, archive: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    assert miacrawl("export", "parquet", "none.parquet", "--since", "2030-01-01").returncode == 0
    assert pq.read_table(archive.parent / "none.parquet").column_names == list(NAMES)
    assert miacrawl("export", "dataset", "none", "--since", "2030-01-01").returncode == 0
    assert pq.read_table(archive.parent / "none" / "data" / "train-00000-of-00001.parquet").num_rows == 0


# --- what can be relied on ---


@pytest.mark.parametrize("format_name", ["jsonl", "csv", "parquet"])
def test_the_same_archive_gives_the_same_bytes(miacrawl: Run, archive: Path, format_name: str) -> None:
    for name in ("one", "two"):
        assert miacrawl("export", format_name, name).returncode == 0
    assert (archive.parent / "one").read_bytes() == (archive.parent / "two").read_bytes()


def test_what_a_crawl_writes_meanwhile_is_not_in_it(archive: Path) -> None:
    with snapshot(archive) as db:
        found = records(db, Wanted(), columns_named(["id", "title", "related"]))
        first = next(found)
        change(archive, "UPDATE articles SET title = 'new'")
        change(archive, "DELETE FROM related_links")
        change(archive, "DELETE FROM articles WHERE id = 12")
        rest = list(found)
    assert first["title"] != "new" and len(rest) == 11
    assert all(one["title"] != "new" and len(one["related"]) == 3 for one in rest)


def test_the_archive_stays_as_it_is(miacrawl: Run, archive: Path) -> None:
    before = (archive / "archive.db").read_bytes()
    for format_name in ("jsonl", "wacz"):
        assert miacrawl("export", format_name, f"out.{format_name}", "--site", "gardennotes.example").returncode == 0
    assert (archive / "archive.db").read_bytes() == before


def test_broken_text_does_not_stop_an_export(miacrawl: Run, archive: Path) -> None:
    change(archive, "UPDATE articles SET authors = ? WHERE id = 1", '["\\ud800x"]')
    change(archive, "UPDATE articles SET title = CAST(x'61eda08062' AS TEXT), blurb = ? WHERE id = 1", "nul\0nul")
    change(archive, "UPDATE related_links SET title = CAST(x'ff' AS TEXT) WHERE article_id = 1")
    one = lines(miacrawl("export", "jsonl"))[0]
    assert one["title"].startswith("a\ufffd") and one["title"].endswith("b") and one["authors"] == ["?x"]
    assert one["blurb"] == "nul\0nul" and one["related"][0]["title"] == "\ufffd"
    row = next(csv.DictReader(io.StringIO(miacrawl("export", "csv").stdout)))
    assert row["blurb"] == "nulnul"
    pq = pytest.importorskip("pyarrow.parquet")
    assert miacrawl("export", "parquet").returncode == 0
    assert pq.read_table(archive.parent / "articles.parquet")["blurb"][0].as_py() == "nul\0nul"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from Linux's /proc")
def test_memory_does_not_grow_with_the_archive(miacrawl: Run, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    code = (
        "import sys; from miacrawl.cli import group; group(sys.argv[1:], standalone_mode=False);"
        "print([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0])"
    )
    peaks: dict[str, list[int]] = {}
    for count in (600, 6_000):
        archive = shelf.build(tmp_path / f"archive{count}", articles=count)
        for format_name in ("jsonl", "csv"):
            arguments = ["export", format_name, f"{count}.{format_name}", "-a", str(archive)]
            done = subprocess.run(
                [sys.executable, "-c", code, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
            )
            peaks.setdefault(format_name, []).append(int(done.stdout))
    for small, large in peaks.values():
        assert large - small < 4_000, peaks


# --- what can go wrong ---


def test_without_an_archive(miacrawl: Run) -> None:
    for format_name in ("jsonl", "csv", "parquet", "dataset", "wacz"):
        refused(miacrawl("export", format_name), ExitCode.STORAGE, "there is no archive in archive")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("jsonl", "a", "--site", "nowhere.example"), "nothing of nowhere.example is archived; the sites with most"),
        (("jsonl", "a", "--site", "gardennotes.example", "--site", "nowhere.example"), "nothing of nowhere.example"),
        (("jsonl", "a", "--site", "no site"), "--site no site is no site"),
        (("jsonl", "a", "--since", "2026-02-01", "--until", "2026-01-01"), "no day is left"),
        (("jsonl", "a", "--query", "..."), "has no word"),
        (("jsonl", "a", "--query", "word " * 90), "too long"),
        (("jsonl", "a", "--query", "worms OR -bread"), "only leaves words out"),
        (("jsonl", "a", "--columns", "id,nonsense"), "there is no column nonsense; there are: id, version"),
        (("csv", "no/folder/a.csv"), "there is no folder no/folder to write a.csv into"),
        (("csv", "archive"), "archive is a folder"),
        (("csv", "archive/archive.db", "--force"), "belongs to the archive"),
        (("csv", "x" * 300), "can't be used"),
        (("parquet", "archive/warc/../archive.db", "--force"), "belongs to the archive"),
        (("dataset", "archive/archive.db"), "is a file"),
        (("dataset", "archive/warc", "--force"), "belongs to the archive"),
    ],
)
def test_what_cannot_be_is_one_line(miacrawl: Run, archive: Path, arguments: tuple[str, ...], told: str) -> None:
    before = files(archive.parent)
    refused(miacrawl("export", *arguments), ExitCode.CONFIG, told)
    assert files(archive.parent) == before


@pytest.mark.parametrize("arguments", [("--since", "yesterday"), ("--until", "2026-02-30"), ("--nonsense",)])
def test_wrong_usage(miacrawl: Run, archive: Path, arguments: tuple[str, ...]) -> None:
    done = miacrawl("export", "jsonl", *arguments)
    assert done.returncode == ExitCode.USAGE and arguments[0] in done.stderr


def test_a_file_that_is_there_stays_unless_told(miacrawl: Run, archive: Path) -> None:
    (archive.parent / "a.jsonl").write_text("mine")
    refused(miacrawl("export", "jsonl", "a.jsonl"), ExitCode.CONFIG, "a.jsonl is there already; add --force")
    assert (archive.parent / "a.jsonl").read_text() == "mine"
    assert miacrawl("export", "jsonl", "a.jsonl", "--force").returncode == 0
    assert (archive.parent / "a.jsonl").read_text().count("\n") == 12


@pytest.mark.parametrize("format_name", ["jsonl", "csv", "parquet", "dataset", "wacz"])
def test_a_full_disk_leaves_no_half_file(miacrawl: Run, archive: Path, format_name: str) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096))

    reader = sqlite3.connect(archive / "archive.db")
    reader.execute("SELECT count(*) FROM articles").fetchone()  # what SQLite needs to read is there already
    old = archive.parent / "out"
    if format_name != "dataset":
        old.write_text("what was there")
    done = miacrawl("export", format_name, "out", "--force", preexec_fn=little_room)
    refused(done, ExitCode.STORAGE, "out: ")
    assert sorted(path.name for path in archive.parent.iterdir()) == (
        ["archive", "out"] if old.exists() else ["archive"]
    )
    reader.close()
    assert format_name == "dataset" or old.read_text() == "what was there"


def test_full_standard_output(miacrawl: Run, archive: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m miacrawl export jsonl > /dev/full"
    done = subprocess.run(command, shell=True, cwd=archive.parent, capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.STORAGE and "no space is left for standard output" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_reader_that_has_enough_is_no_error(miacrawl: Run, archive: Path) -> None:
    change(archive, "UPDATE articles SET body = ?", "x" * 100_000)
    command = f"set -o pipefail; {shlex.quote(sys.executable)} -m miacrawl export jsonl | head -c 100"
    done = subprocess.run(["bash", "-c", command], cwd=archive.parent, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(miacrawl: Run, archive: Path) -> None:
    (archive.parent / "shut").mkdir(mode=0o555)
    refused(miacrawl("export", "jsonl", "shut/a"), ExitCode.STORAGE, "can't be written")


def test_a_damaged_row_is_named(miacrawl: Run, archive: Path) -> None:
    change(archive, "UPDATE articles SET provenance = '{\"title\": ' WHERE id = 4")
    refused(miacrawl("export", "jsonl", "a"), ExitCode.STORAGE, "provenance of article 4 is damaged")
    assert not (archive.parent / "a").exists()
    change(archive, "UPDATE articles SET provenance = '[]' WHERE id = 4")
    refused(miacrawl("export", "jsonl", "a"), ExitCode.STORAGE, "provenance of article 4 is damaged")


def test_an_older_archive_says_how_to_bring_it_up_to_date(miacrawl: Run, archive: Path) -> None:
    change(archive, "DROP VIEW versions")
    change(archive, "ALTER TABLE articles DROP COLUMN gone_since")
    refused(miacrawl("export", "jsonl", "a"), ExitCode.STORAGE, "miacrawl init archive")


@pytest.mark.parametrize(
    ("format_name", "module", "extra"),
    [("parquet", "pyarrow", "parquet"), ("dataset", "pyarrow", "parquet"), ("wacz", "surt", "wacz")],
)
def test_a_missing_extra_is_named(miacrawl: Run, archive: Path, format_name: str, module: str, extra: str) -> None:
    code = f"import sys; sys.modules[{module!r}] = None; from miacrawl.cli import main; sys.argv = sys.argv[:1] + "
    done = subprocess.run(
        [sys.executable, "-c", f"{code}['export', {format_name!r}]; main()"],
        cwd=archive.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    refused(done, ExitCode.CONFIG, f"pip install 'miacrawl[{extra}]'")


def test_an_interrupted_export_leaves_nothing(archive: Path) -> None:
    connection = sqlite3.connect(archive / "archive.db")
    with connection:
        connection.execute("UPDATE articles SET body = ?", ["x" * 5_000_000])
    connection.close()
    process = subprocess.Popen(
        [sys.executable, "-m", "miacrawl", "export", "jsonl", "a"],
        cwd=archive.parent,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 120
    while not list(archive.parent.glob(".a.*.partial")) and time.monotonic() < until:
        time.sleep(0.002)
    process.send_signal(signal.SIGTERM)
    told = process.communicate(timeout=120)[1]
    assert process.returncode == ExitCode.INTERRUPTED and told.count("\n") == 1
    assert [path.name for path in archive.parent.iterdir()] == ["archive"]


# --- documentation ---


def test_the_documented_columns_are_the_columns() -> None:
    text = DOCS.read_text("utf-8")
    assert documentation.updated(text) == text, "run: python -m miacrawl.export.documentation docs/export.md"


def test_every_column_is_known_by_one_name() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert [column.name for column in columns_named(["title", "id", "title"])] == ["title", "id"]
    with pytest.raises(ConfigError):
        columns_named(["nothing"])


def test_days_are_days() -> None:
    assert Wanted().everything and not Wanted(since=date(2026, 1, 1)).everything
    assert Wanted(versions=True).everything
