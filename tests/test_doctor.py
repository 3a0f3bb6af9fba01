"""`miacrawl doctor` says what is wrong, what it means and what to do, and changes nothing."""

from __future__ import annotations

import getpass
import json
import os
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from miacrawl.doctor import disk, examination, machine
from miacrawl.errors import ExitCode
from miacrawl.store.clock import now
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
    assert code == ExitCode.STORAGE and "before the newest entry of the archive" in found["clock"][1]


@pytest.mark.parametrize("name", ["archive.db", "miacrawl.yaml", "."])
def test_an_archive_that_anybody_can_change(miacrawl: Run, archive: Path, name: str) -> None:
    """A line in miacrawl.yaml is a command that is run."""
    (archive / name).chmod(0o777)
    verdict, told = examined(miacrawl)[1]["permissions"]
    assert verdict == "warning" and f"can change {'archive' / Path(name)}:" in told and "chmod -R o-w archive" in told


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [("nfs4", "problem"), ("cifs", "problem"), ("fuse.sshfs", "problem"), ("tmpfs", "warning"), ("overlay", "warning"),
     ("ext4", "ok"), ("fuseblk", "ok"), ("zfs", "ok")],
)  # fmt: skip
def test_file_systems_that_keep_no_archive_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, verdict: str
) -> None:
    mounts = tmp_path / "mountinfo"
    folder = tmp_path / "my archive"
    folder.mkdir()
    (folder / "archive.db").touch()
    mounts.write_text(
        "22 1 8:1 / / rw - xfs /dev/sda1 rw\nnonsense\n"
        f"30 22 0:40 / {str(folder).replace(' ', chr(92) + '040')} rw shared:1 - {kind} server:/x rw\n"
        f"31 22 0:41 / {tmp_path}/my rw - nfs elsewhere rw\n"
    )
    monkeypatch.setattr(disk, "_MOUNTS", mounts)
    found = {check.about: check for check in disk.disk_checks(folder)}
    assert found["file system"].verdict == verdict and kind in found["file system"].told


@pytest.mark.parametrize(("free", "files", "told"), [(10**8, 10**6, "exit code 7"), (10**12, 3, "df -i")])
def test_a_disk_without_room_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, files: int, told: str
) -> None:
    (tmp_path / "archive.db").touch()
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    monkeypatch.setattr(disk.os, "statvfs", lambda _: SimpleNamespace(f_files=10**6, f_favail=files))
    room = next(disk.disk_checks(tmp_path))
    assert room.verdict == "problem" and told in room.told


def test_a_database_of_another_user_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a run by root: the folder is ours, the log of the database is not."""
    from miacrawl.doctor import place

    for name in ("archive.db", "archive.db-wal"):
        (tmp_path / name).touch()
    monkeypatch.setattr(place.os, "access", lambda path, _: not str(path).endswith("-wal"))
    writable = next(place.place_checks(tmp_path))
    assert writable.verdict == "problem" and "archive.db-wal can't be written by you" in writable.told


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_that_can_not_be_entered_is_told(tmp_path: Path, miacrawl: Run) -> None:
    assert miacrawl("init", "archive").returncode == 0
    (tmp_path / "archive").chmod(0o700)
    child = os.fork()
    if child == 0:
        try:
            os.chdir("/")
            os.setresuid(65534, 65534, 65534)
            found = list(examination.examine(tmp_path / "archive"))
            os._exit(0 if found[-1].verdict == "problem" and "check the folder's permissions" in found[-1].told else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


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


def test_a_run_that_was_killed_is_told_from_one_under_way(miacrawl: Run, crawled: Path) -> None:
    from miacrawl.store.archive import writing

    change(crawled, "UPDATE runs SET finished = NULL, exit_code = NULL, started = ?", now())
    verdict, told = examined(miacrawl)[1]["last run"]
    assert verdict == "warning" and "was killed" in told
    with writing(crawled):
        found = examined(miacrawl)[1]
        assert found["last run"][0] == found["lock"][0] == "ok" and "under way" in found["last run"][1]


def test_a_run_that_hangs_is_told(miacrawl: Run, crawled: Path) -> None:
    """Every later update ends with 4, which no timer and no cron mail tells anybody of."""
    from miacrawl.store.archive import writing

    change(crawled, "UPDATE runs SET finished = NULL, exit_code = NULL, started = '2020-01-01T00:00:00Z'")
    change(crawled, "UPDATE urls SET fetched_at = '2020-01-02T00:00:00Z'")
    with writing(crawled):
        verdict, told = examined(miacrawl)[1]["lock"]
    assert verdict == "warning" and "does it hang?" in told and f"process {os.getpid()}" in told


@pytest.mark.parametrize("sql", ["UPDATE runs SET held = 'nonsense'", "UPDATE runs SET held = '[1]'"])
def test_what_somebody_else_wrote_into_the_database_is_told(miacrawl: Run, crawled: Path, sql: str) -> None:
    change(crawled, sql)
    code, found = examined(miacrawl)
    assert code == ExitCode.STORAGE and "holds what miacrawl has not written" in found["runs"][1]


def test_looking_ends_when_it_takes_too_long(tmp_path: Path) -> None:
    from sqlite_utils import Database

    from miacrawl.store.soundness import damage, dangling

    db = Database(tmp_path / "big.db")
    db["t"].insert_all({"id": n, "text": "x" * 500} for n in range(20_000))
    assert damage(db, -1) is None
    assert damage(db, 60) == [] and dangling(db, 60) == {}
    db.conn.close()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("MIACRAWL_PROMETHEUS", "/no/such/folder/a.prom", "there is no folder"),
        ("MIACRAWL_PROMETHEUS", "archive", "is a folder; name a file in it"),
        ("MIACRAWL_PROMETHEUS", "archive/metrics.txt", "takes names in .prom only"),
        ("MIACRAWL_ON_FINISH", "no-such-program --now", "there is no program 'no-such-program'"),
        ("MIACRAWL_ON_FINISH", "sh -c 'unbalanced", "check the quotes"),
        ("MIACRAWL_WEBHOOK", "ftp://example.org/s3cret", "is no http(s) address"),
        ("MIACRAWL_WEBHOOK", "http://[s3cret", "is no http(s) address"),
    ],
)
def test_who_can_not_be_told_is_found_before_it_matters(
    miacrawl: Run, archive: Path, name: str, value: str, told: str
) -> None:
    code, found = examined(miacrawl, env={**os.environ, name: value})
    assert code == ExitCode.CONFIG and told in found["notices"][1] and "s3cret" not in found["notices"][1]


def test_who_can_be_told_is_named(miacrawl: Run, archive: Path) -> None:
    sound = {
        "MIACRAWL_PROMETHEUS": str(archive / "a.prom"),
        "MIACRAWL_ON_FINISH": "sh -c true",
        "MIACRAWL_WEBHOOK": "https://a.org/x",
    }
    verdict, told = examined(miacrawl, env={**os.environ, **sound})[1]["notices"]
    assert (verdict, told) == ("ok", "MIACRAWL_PROMETHEUS, MIACRAWL_ON_FINISH, MIACRAWL_WEBHOOK can be used")
    sound["MIACRAWL_PROMETHEUS"] = "a.prom"
    assert examined(miacrawl, env={**os.environ, **sound})[1]["notices"][0] == "warning"


def test_a_site_that_can_not_be_visited_is_a_wrong_configuration(miacrawl: Run, archive: Path) -> None:
    (archive / "miacrawl.yaml").write_text("sites: [no site]\n")
    code, found = examined(miacrawl)
    assert code == ExitCode.CONFIG and found["configuration"][0] == "problem"


def test_names_of_sites_that_were_never_visited_are_looked_up_too(miacrawl: Run, archive: Path) -> None:
    (archive / "miacrawl.yaml").write_text("sites: [https://no-such-host.invalid/]\n")
    assert "no-such-host.invalid can't be looked up" in examined(miacrawl, "--network")[1]["network"][1]
    assert "network" not in examined(miacrawl)[1]


# --- the schedule ---


@pytest.fixture
def no_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where units are looked for is a folder of the test's, and there is no crontab."""
    from miacrawl.schedule import installed

    for name in ("units", "user", "linger"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(installed, "_UNITS", (str(tmp_path / "units"),))
    monkeypatch.setattr(installed, "_USER_UNITS", str(tmp_path / "user"))
    monkeypatch.setattr(installed, "_LINGERING", str(tmp_path / "linger"))
    monkeypatch.setattr(installed.shutil, "which", lambda _: None)
    return tmp_path


@pytest.mark.parametrize("per_user", [False, True])
def test_a_schedule_is_found_and_what_it_lacks(archive: Path, no_machine: Path, per_user: bool) -> None:
    from miacrawl.doctor.scheduled import schedule_check
    from miacrawl.schedule.job import job_for
    from miacrawl.schedule.systemd import systemd_schedule

    assert "none is to be seen" in next(schedule_check(archive)).told
    units = no_machine / ("user" if per_user else "units")
    for folder in (archive, archive.parent / "archive two"):
        folder.mkdir(exist_ok=True)
        (folder / "archive.db").touch()
    systemd_schedule(job_for(archive.parent / "archive two", "6h"), per_user=per_user).write(units)
    assert "none is to be seen" in next(schedule_check(archive)).told, "it is another archive's"
    service, timer = systemd_schedule(job_for(archive, "6h"), per_user=per_user).write(units)
    found = next(schedule_check(archive))
    assert found.verdict == "warning" and f"enable --now {timer.name}" in found.told
    (units / "timers.target.wants").mkdir()
    (units / "timers.target.wants" / timer.name).symlink_to(timer)
    if per_user:
        assert "enable-linger" in next(schedule_check(archive)).told
        (no_machine / "linger" / getpass.getuser()).touch()
    assert next(schedule_check(archive)).told == f"systemd: {service}"
    # Also where somebody has given it another name.
    renamed = service.rename(units / "news.service")
    timer.rename(units / "news.timer")
    assert f"systemd: {renamed}" in next(schedule_check(archive)).told


def test_a_crontab_line_is_found_by_the_folder_that_it_names(
    tmp_path: Path, no_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from miacrawl.schedule import installed
    from miacrawl.schedule.cron import cron_schedule
    from miacrawl.schedule.job import job_for

    archive = tmp_path / "100% of 'it'"
    archive.mkdir()
    (archive / "archive.db").touch()
    program = tmp_path / "crontab"
    monkeypatch.setattr(installed.shutil, "which", lambda _: str(program))

    def found(lines: str) -> list[str]:
        (tmp_path / "lines").write_text(lines)
        program.write_text(f"#!/bin/sh\ncat '{tmp_path}/lines'\n")
        program.chmod(0o755)
        return [one.place for one in installed.installed_for(archive)]

    line = cron_schedule(job_for(archive, "daily")).text
    assert found(line) == [f"cron: {' '.join(line.splitlines()[-1].split()[:5])}"]
    assert found(f'5 4 * * * miacrawl update -a "{archive}"\n') == ["cron: 5 4 * * *"]
    assert found(f"#5 4 * * * miacrawl update -a {archive}\n") == []
    assert found(f"5 4 * * * miacrawl update -a {archive}-2\n") == []
