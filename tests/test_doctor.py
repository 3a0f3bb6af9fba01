"""`miacrawl doctor` says what is wrong, what it means and what to do, and changes nothing."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from miacrawl.doctor import machine, place
from miacrawl.errors import ExitCode
from tests.conftest import Run
from tests.site import FakeSite, article, listing


@pytest.fixture
def archive(miacrawl: Run, tmp_path: Path) -> Path:
    assert miacrawl("init", "archive").returncode == 0
    return tmp_path / "archive"


@pytest.fixture
def crawled(site: FakeSite, crawl: Run, archive: Path) -> Path:
    site.pages |= {"/": listing("/a-story-to-read"), "/a-story-to-read": article("A story")}
    assert crawl(site.url).returncode == 0
    return archive


def examined(miacrawl: Run, *arguments: str, **options: Any) -> tuple[int, dict[str, tuple[str, str]]]:
    """Exit code, and of each check its verdict and what it told."""
    done = miacrawl("doctor", "--json", *arguments, **options)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, {one["about"]: (one["verdict"], one["told"]) for one in json.loads(done.stdout)}


def change(archive: Path, sql: str, *values: object) -> None:
    connection = sqlite3.connect(archive / "archive.db")
    with connection:
        connection.execute(sql, values)
    connection.close()


def test_a_sound_archive_has_no_problems_and_stays_as_it_is(miacrawl: Run, crawled: Path) -> None:
    before = (crawled / "archive.db").read_bytes()
    code, found = examined(miacrawl, "--network")
    assert code == ExitCode.OK
    assert {about for about, (verdict, _) in found.items() if verdict != "ok"} == {"contact"}
    assert found["last run"][1].startswith("run 1 of") and found["network"] == ("ok", "127.0.0.1 can be looked up")
    assert (crawled / "archive.db").read_bytes() == before


def test_text_for_people_says_the_same(miacrawl: Run, archive: Path) -> None:
    done = miacrawl("doctor", env={**os.environ, "MIACRAWL_CONTACT": "mailto:me@example.edu"})
    assert done.returncode == 0 and "ok       contact        mailto:me@example.edu" in done.stdout
    assert "begin with: miacrawl crawl URL" in done.stdout


def test_without_an_archive(miacrawl: Run) -> None:
    code, found = examined(miacrawl)
    assert code == ExitCode.STORAGE and "miacrawl init archive" in found["archive"][1]


def test_a_damaged_database_is_a_problem(miacrawl: Run, crawled: Path) -> None:
    for name in ("archive.db-wal", "archive.db-shm"):
        (crawled / name).unlink(missing_ok=True)
    with (crawled / "archive.db").open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(30_000))
    code, found = examined(miacrawl)
    assert code == ExitCode.STORAGE and "damaged" in found["database"][1]


def test_references_that_lead_nowhere_are_a_problem(miacrawl: Run, crawled: Path) -> None:
    change(crawled, "UPDATE articles SET run_id = 99")
    code, found = examined(miacrawl)
    assert code == ExitCode.STORAGE and found["references"][0] == "problem"


def test_a_wrong_configuration_is_a_problem(miacrawl: Run, archive: Path) -> None:
    (archive / "miacrawl.yaml").write_text("settings: {DOWNLOAD_DELY: 3}\n")
    code, found = examined(miacrawl)
    assert code == ExitCode.CONFIG and "DOWNLOAD_DELAY" in found["configuration"][1]


def test_an_archive_of_a_newer_miacrawl_is_left_alone(miacrawl: Run, crawled: Path) -> None:
    change(
        crawled,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('miacrawl', 'm999_future', 'x')",
    )
    code, found = examined(miacrawl)
    assert code == ExitCode.STORAGE and "made by a newer miacrawl (m999_future)" in found["tables"][1]
    refused = miacrawl("update", "--allow-private")
    assert refused.returncode == ExitCode.STORAGE and "install that one" in refused.stderr


def test_an_archive_of_an_older_miacrawl_is_brought_up_to_date_by_init(miacrawl: Run, crawled: Path) -> None:
    change(crawled, "DELETE FROM _sqlite_migrations WHERE name = 'm009_traps'")
    change(crawled, "DROP TABLE traps")
    change(crawled, "ALTER TABLE runs DROP COLUMN rules")
    code, found = examined(miacrawl)
    assert code == ExitCode.OK and found["tables"][0] == "warning" and "miacrawl init" in found["tables"][1]
    assert miacrawl("init", "archive").returncode == 0
    assert examined(miacrawl)[1]["tables"] == ("ok", "up to date")


@pytest.mark.parametrize(
    ("sql", "about", "told"),
    [
        ("UPDATE runs SET exit_code = 6, reason = 'finished, but'", "last run", "it left work undone: finished, but"),
        ("UPDATE runs SET exit_code = NULL, reason = 'killed'", "last run", "was killed"),
        ("UPDATE runs SET finished = '2020-01-01T00:00:00Z'", "last run", "is it scheduled?"),
        ("UPDATE urls SET next_check = '2020-01-01T00:00:00Z'", "revisits", "days late"),
        ("INSERT INTO hosts (origin, hold_until, hold_reason) VALUES ('https://a.org', '2999-01-01', 'asked to wait')",
         "hosts", "https://a.org is left alone until 2999-01-01: asked to wait"),
        ("UPDATE runs SET held = '{\"a.org\": \"no answer\"}'", "hosts", "a.org was left for the next run: no answer"),
    ],
)  # fmt: skip
def test_what_needs_a_look_is_a_warning(miacrawl: Run, crawled: Path, sql: str, about: str, told: str) -> None:
    change(crawled, sql)
    code, found = examined(miacrawl)
    assert code == ExitCode.OK and found[about][0] == "warning" and told in found[about][1], found[about]


def test_a_clock_that_is_behind_is_a_problem(miacrawl: Run, crawled: Path) -> None:
    change(crawled, "UPDATE runs SET started = '2999-01-01T00:00:00Z'")
    code, found = examined(miacrawl)
    assert code == ExitCode.STORAGE and "clock is behind" in found["clock"][1]


def test_an_archive_that_anybody_can_change(miacrawl: Run, archive: Path) -> None:
    (archive / "archive.db").chmod(0o666)
    assert "chmod o-w" in examined(miacrawl)[1]["permissions"][1]


def test_network_file_systems_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"30 22 0:40 / {str(tmp_path).replace(' ', chr(92) + '040')} rw shared:1 - nfs4 server:/x rw\n"
    )
    monkeypatch.setattr(place, "_MOUNTS", mounts)
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "archive.db").touch()
    found = {check.about: check for check in place.place_checks(tmp_path / "archive")}
    assert found["file system"].verdict == "problem" and "nfs4" in found["file system"].told


def test_missing_and_old_packages_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    needed = ["click>=99", "no-such-package>=1", 'colorama; sys_platform == "win32"', "lxml>=1"]
    monkeypatch.setattr(machine.importlib.metadata, "requires", lambda name: needed)
    check = next(one for one in machine.machine_checks() if one.about == "packages")
    assert check.verdict == "problem" and "no-such-package is missing" in check.told
    assert "click is" in check.told and "lxml" not in check.told and "colorama" not in check.told


def test_names_that_lead_nowhere_are_told() -> None:
    (check,) = machine.name_checks(["https://no-such-host.invalid/"])
    assert check.verdict == "warning" and "can't be looked up" in check.told


def test_who_writes_the_archive_is_told(miacrawl: Run, archive: Path) -> None:
    from miacrawl.store.archive import writing

    with writing(archive):
        assert f"process {os.getpid()} since" in examined(miacrawl)[1]["lock"][1]
    assert examined(miacrawl)[1]["lock"] == ("ok", "nobody writes the archive now")


def test_a_schedule_that_stands_is_found(tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from miacrawl.schedule import installed, job, systemd

    monkeypatch.setattr(installed, "_UNITS", (str(tmp_path / "units"),))
    assert not [found for found in installed.installed_for(archive) if found.startswith("systemd")]
    schedule = systemd.systemd_schedule(job.job_for(archive, "6h"), per_user=False)
    (tmp_path / "units").mkdir()
    schedule.write(tmp_path / "units")
    assert installed.installed_for(archive)[0].startswith("systemd: ")
