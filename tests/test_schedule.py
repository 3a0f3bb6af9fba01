"""`miacrawl schedule`: the files are read by what reads them, and do what they say, whatever a folder is called."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from miacrawl.errors import ConfigError, ExitCode
from miacrawl.schedule.cron import cron_schedule, crontab_command
from miacrawl.schedule.github import github_schedule
from miacrawl.schedule.interval import INTERVALS, times
from miacrawl.schedule.job import Job
from miacrawl.schedule.kubernetes import kubernetes_schedule
from miacrawl.schedule.systemd import systemd_schedule
from tests.conftest import Run

ODD = "my archive; 100% $HOME 'quoted' \"twice\" # é"


def job(archive: Path, every: str = "6h", command: tuple[str, ...] = ("/opt/miacrawl/bin/miacrawl",)) -> Job:
    return Job(archive, times(every, str(archive)), command)


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    folder = tmp_path / ODD
    folder.mkdir()
    (folder / "archive.db").touch()
    return folder


# --- when ---


@pytest.mark.parametrize("every", INTERVALS)
def test_starts_are_as_often_as_said(every: str) -> None:
    """By counting the starts of a week."""
    when = times(every, "/srv/archive")
    starts = len(when.minutes) * len(when.hours) * (7 if when.weekday is None else 1)
    assert starts * INTERVALS[every] == 7 * 1440


def test_archives_start_at_minutes_of_their_own() -> None:
    starts = {times("1h", f"/srv/archive-{number}").minutes for number in range(40)}
    assert len(starts) > 20 and times("1h", "/srv/a") == times("1h", "/srv/a")
    assert all(0 not in when for when in starts), "everybody else's jobs start at the full hour"


def test_unknown_intervals_are_told() -> None:
    with pytest.raises(ConfigError, match="is no interval to run at; give one of 15m"):
        times("5s", "/srv/a")


# --- systemd ---


def units(archive: Path, *, per_user: bool = False) -> dict[str, str]:
    schedule = systemd_schedule(job(archive), per_user=per_user)
    return {file.name.rpartition(".")[2]: file.text for file in schedule.files}


def settings(unit: str) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read_string(unit)
    return {name: dict(parser[name]) for name in parser.sections()}


def test_the_service_may_write_the_archive_and_nothing_else(tmp_path: Path) -> None:
    service = settings(units(tmp_path)["service"])["Service"]
    assert service["ReadWritePaths"] == str(tmp_path) and service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes" and service["CapabilityBoundingSet"] == ""
    assert service["ExecStart"].endswith(f"update --archive {tmp_path} --quiet")


def test_stopping_leaves_a_run_the_time_that_it_needs(tmp_path: Path) -> None:
    service = settings(units(tmp_path)["service"])["Service"]
    assert int(service["TimeoutStopSec"]) > 30 and service["KillMode"] == "mixed"
    assert service["SuccessExitStatus"] == f"{ExitCode.LOCKED:d} {ExitCode.INTERRUPTED:d}"


def test_user_units_ask_for_nothing_that_needs_root(tmp_path: Path) -> None:
    service = settings(units(tmp_path, per_user=True)["service"])["Service"]
    assert "User" not in service and "PrivateDevices" not in service and service["ProtectSystem"] == "strict"


def test_the_timer_makes_up_for_missed_starts(tmp_path: Path) -> None:
    timer = settings(units(tmp_path)["timer"])
    assert timer["Timer"]["Persistent"] == "yes" and timer["Install"]["WantedBy"] == "timers.target"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
@pytest.mark.parametrize("plain", [True, False])
def test_systemd_takes_the_units(tmp_path: Path, odd: Path, plain: bool) -> None:
    archive = tmp_path if plain else odd
    program = tmp_path / "miacrawl"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    schedule = systemd_schedule(job(archive, command=(str(program),)), per_user=False)
    places = schedule.write(tmp_path)
    done = subprocess.run(["systemd-analyze", "verify", *map(str, places)], capture_output=True, text=True, check=False)
    about_ours = [line for line in done.stderr.splitlines() if "miacrawl-" in line]
    assert done.returncode == 0 and not about_ours, done.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
def test_little_is_left_open(tmp_path: Path) -> None:
    place = systemd_schedule(job(tmp_path), per_user=False).write(tmp_path)[0]
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=25", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    exposure = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
    assert exposure and float(exposure[1]) <= 2.5, done.stdout[-300:] + done.stderr


# --- cron ---


def as_cron_does(command: str) -> str:
    """What cron gives to sh: up to the first % that is not escaped, and escaped ones made plain."""
    found = re.search(r"(?<!\\)%", command)
    assert found is None, "cron would cut the command off here"
    return command.replace("\\%", "%")


def run_by_cron(command: str) -> subprocess.CompletedProcess[str]:
    words = ["/bin/sh", "-c", as_cron_does(command)]
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd="/")


@pytest.mark.parametrize(("code", "told"), [(0, False), (4, False), (6, True), (7, True)])
def test_cron_hears_of_what_went_wrong_only(tmp_path: Path, odd: Path, code: int, told: bool) -> None:
    program = odd / "miacrawl"
    program.write_text(f'#!/bin/sh\necho "$@"\nexit {code}\n')
    program.chmod(0o755)
    words = (str(program), "update", "--archive", str(odd), "--quiet")
    done = subprocess.run(
        ["/bin/sh", "-c", as_cron_does(crontab_command(words))], capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert done.stdout == (f"update --archive {odd} --quiet\n" if told else "")


def test_the_line_has_five_fields_and_fits(tmp_path: Path) -> None:
    line = cron_schedule(job(tmp_path, "weekly")).text.splitlines()[-1]
    assert re.match(r"\d+ \d+ \* \* [1-7] \S", line) and len(line) < 1000
    with pytest.raises(ConfigError, match="too long for a crontab line"):
        cron_schedule(job(tmp_path / ("x" * 500) / ("y" * 500)))


# --- GitHub and Kubernetes ---


def jobs_of(workflow: str) -> dict[str, Any]:
    loaded = yaml.safe_load(workflow)
    assert loaded["on"]["schedule"] and loaded["concurrency"]["cancel-in-progress"] is False
    return dict(loaded["jobs"]["update"])


def test_the_workflow_is_yaml_with_least_rights(tmp_path: Path, odd: Path) -> None:
    for archive in (tmp_path, odd):
        workflow = github_schedule(job(archive), "miacrawl==1.0").text
        update = jobs_of(workflow)
        assert update["permissions"] == {"contents": "write"} and update["timeout-minutes"] < 360
        assert yaml.safe_load(workflow)["env"]["ARCHIVE"] == archive.name
        scripts = [step["run"] for step in update["steps"] if "run" in step]
        for script in scripts:
            done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("install", ["--index-url=http://evil", "x ${{ secrets.TOKEN }}"])
def test_what_github_or_pip_would_take_for_something_else_is_refused(tmp_path: Path, install: str) -> None:
    with pytest.raises(ConfigError):
        github_schedule(job(tmp_path), install)


def test_the_cronjob_is_confined(tmp_path: Path, odd: Path) -> None:
    for archive in (tmp_path, odd):
        (archive / "archive.db").touch()
        volume, cronjob = yaml.safe_load_all(kubernetes_schedule(job(archive), "example.org/miacrawl:1").text)
        pod = cronjob["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        container = pod["containers"][0]
        assert cronjob["spec"]["concurrencyPolicy"] == "Forbid" and pod["terminationGracePeriodSeconds"] > 30
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["securityContext"]["readOnlyRootFilesystem"] and pod["securityContext"]["runAsNonRoot"]
        assert volume["metadata"]["name"] == pod["volumes"][0]["persistentVolumeClaim"]["claimName"]
        assert re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", cronjob["metadata"]["name"])
        assert len(cronjob["metadata"]["name"]) <= 52, "Kubernetes adds eleven characters for each job"


# --- the command ---


def test_the_command_writes_files_and_says_what_to_do(miacrawl: Run, tmp_path: Path) -> None:
    assert miacrawl("init", "archive").returncode == 0
    done = miacrawl("schedule", "systemd", "--every", "daily", "--out", "units/")
    assert done.returncode == 0, done.stderr
    assert "wrote units/miacrawl-archive-" in done.stdout and "enable --now" in done.stderr
    # Written again it is ours to replace; what somebody else wrote is not.
    assert miacrawl("schedule", "systemd", "--out", "units/").returncode == 0
    (tmp_path / "mine").write_text("mine\n")
    refused = miacrawl("schedule", "cron", "--out", "mine")
    assert refused.returncode == ExitCode.CONFIG and "was not written by miacrawl" in refused.stderr
    assert (tmp_path / "mine").read_text() == "mine\n"


def test_without_an_archive_there_is_nothing_to_schedule(miacrawl: Run) -> None:
    done = miacrawl("schedule", "cron")
    assert done.returncode == ExitCode.STORAGE and "there is no archive in archive" in done.stderr


def test_the_printed_line_runs(miacrawl: Run, tmp_path: Path) -> None:
    """The archive was never crawled, so update says that there is nothing to do: cron would mail it."""
    assert miacrawl("init", "archive").returncode == 0
    line = miacrawl("schedule", "cron").stdout.splitlines()[-1]
    command = line.split(" ", 5)[5]
    done = subprocess.run(
        ["/bin/sh", "-c", as_cron_does(command)], capture_output=True, text=True, check=False, cwd="/"
    )
    assert done.returncode == ExitCode.CONFIG and "was never crawled" in done.stdout


def test_folders_that_a_run_writes_to_are_open_and_may_be_missing(miacrawl: Run, tmp_path: Path) -> None:
    """Where the folder of the metrics is gone, systemd would not start the service at all."""
    miacrawl("init", "archive")
    settings = "settings:\n  MIACRAWL_PROMETHEUS: /var/lib/my metrics/miacrawl.prom\n  LOG_FILE: {}\n"
    for log, also in (("/var/log/miacrawl/log", " -/var/log/miacrawl"), (tmp_path / "archive" / "log", "")):
        (tmp_path / "archive" / "miacrawl.yaml").write_text(settings.format(log))
        done = miacrawl("schedule", "systemd")
        assert f'\nReadWritePaths={tmp_path / "archive"} "-/var/lib/my metrics"{also}\n' in done.stdout


def test_settings_that_the_job_does_not_see_are_told(miacrawl: Run) -> None:
    miacrawl("init", "archive")
    done = miacrawl("schedule", "cron", env={**os.environ, "MIACRAWL_WEBHOOK": "https://a.org/s3cret"})
    assert "sets MIACRAWL_WEBHOOK, which the job does not see: set it in archive/miacrawl.yaml" in done.stderr
    assert "s3cret" not in done.stderr + done.stdout
    assert "does not see" not in miacrawl("schedule", "cron").stderr
