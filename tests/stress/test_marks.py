"""The marks of unattended crawls, on a small site. `python -m tests.stress.marks` measures them at full size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stress import disk, incremental, kills, kills_of_captures, million, politeness, stops, versions
from tests.stress.mark import Mark, table


def holds(marks: Iterator[Mark]) -> None:
    measured = list(marks)
    skipped = [mark.why for mark in measured if mark.held == "skipped"]
    if skipped:
        pytest.skip(skipped[0])
    assert all(mark.held for mark in measured), "\n" + table(measured)


def test_site_with_faults_is_archived_whole_and_brought_up_to_date_for_little(tmp_path: Path) -> None:
    holds(incremental.measure(tmp_path, articles=120))


def test_killed_runs_lose_nothing_while_datasette_reads(tmp_path: Path) -> None:
    holds(kills.measure(tmp_path, articles=80, kills=4))


def test_full_disk_ends_a_run_cleanly_and_the_next_one_goes_on(tmp_path: Path) -> None:
    holds(disk.measure(tmp_path, articles=60, rooms_kb=(100, 1_500)))


def test_stopped_runs_end_in_time_and_two_do_not_share_an_archive(tmp_path: Path) -> None:
    holds(stops.measure(tmp_path, stop_seconds=12, at_once_seconds=8))


def test_ledger_of_many_pending_addresses_needs_little_memory(tmp_path: Path) -> None:
    holds(million.measure(tmp_path, count=100_000))


def test_requests_stand_as_far_apart_as_asked_for(tmp_path: Path) -> None:
    holds(politeness.measure(tmp_path))


def test_every_edit_is_a_version_and_nothing_else_is(tmp_path: Path) -> None:
    holds(versions.measure(tmp_path, articles=70))


def test_killed_runs_leave_captures_and_versions_whole(tmp_path: Path) -> None:
    holds(kills_of_captures.measure(tmp_path, articles=40, kills=3))
