"""`miacrawl reextract` where things go wrong on the way, and what it leaves behind in the tables around articles."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from miacrawl.article import Article
from miacrawl.errors import ConfigError, ExitCode, StorageError
from miacrawl.reextract import reextracting
from miacrawl.reextract.reading import Reading, Task, read_all
from miacrawl.reextract.reextracting import Applied, Reextraction, Report
from miacrawl.reextract.scope import scope_of
from miacrawl.sites import use_profiles
from miacrawl.store.archive import writing
from miacrawl.store.staging import NAME
from miacrawl.store.targets import Scope
from miacrawl.verify.examination import Asked, examine
from miacrawl.warc.writer import Place
from tests.conftest import Run
from tests.site import article
from tests.walks import HOST, keep

KICKER = "title: p.kicker"


def page(number: int, kicker: str | None = None, **more: str) -> bytes:
    told = f"<p class=kicker>{kicker or f'Kicker number {number}'}</p>"
    return article(f"Walking is good {number}", topic=f"walking {number}", links=told, **more)


def by_rules(folder: Path, fields: str = KICKER) -> None:
    (folder / "sites").mkdir(exist_ok=True)
    text = f'key: walkers\nname: Walkers\nhosts: ["{HOST}"]\nfields:\n  {fields}\n'
    (folder / "sites" / "walkers.yaml").write_text(text)


def ask(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(folder / "archive.db")
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


def change(folder: Path, sql: str) -> None:
    connection = sqlite3.connect(folder / "archive.db")
    with connection:
        connection.execute(sql)
    connection.close()


def nothing(_: int) -> None:
    """Nobody is told."""


def prepared(folder: Path, *, again: bool = False, jobs: int = 1) -> Report:
    """A dry run."""
    with Reextraction(folder, Scope(), again=again) as work:
        work.prepare()
        work.read(jobs, nothing)
        return work.report()


def applied(folder: Path, *, again: bool = False, jobs: int = 1) -> Applied:
    with Reextraction(folder, Scope(), again=again) as work:
        work.prepare()
        work.read(jobs, nothing)
        return work.apply(work.report(), nothing)


def problems(folder: Path) -> list[str]:
    """What `miacrawl verify` finds."""
    result = examine(folder, Asked(False, 0, None, 1, lambda *_: None))
    return [f"{kind}: {tally.examples}" for check in result.checks for kind, tally in check.tallies.items()]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Three articles, the first in two versions."""
    kept = keep(tmp_path / "archive", {f"/story-about-walking-{number}": page(number) for number in (1, 2, 3)})
    yield keep(kept, {"/story-about-walking-1": page(4)}, day=1)
    use_profiles(())


# --- processes ---


def deadly(warcs: Path, task: Task) -> Reading:
    if task.capture_id in (3, 40):
        os.kill(os.getpid(), signal.SIGKILL)
    return Reading(task.capture_id, Article(f"https://{HOST}/{task.capture_id}"))


def test_a_page_that_ends_its_process_costs_no_other_page_its_reading_and_none_its_place(tmp_path: Path) -> None:
    place = Place("x", 0, 1)
    tasks = [Task(number, place, place) for number in range(120)]
    found = list(read_all(tasks, tmp_path, tmp_path, 2, deadly))
    assert [one.capture_id for one in found] == list(range(120))
    assert [one.capture_id for one in found if one.article is None] == [3, 40]
    assert "brought the process down" in found[3].trouble


def test_a_process_that_is_killed_while_nobody_waits_for_it_loses_no_batch(tmp_path: Path) -> None:
    place = Place("x", 0, 1)
    tasks = [Task(number, place, place) for number in range(400)]
    seen = []
    for one in read_all(tasks, tmp_path, tmp_path, 1, gone_at_150):
        seen.append(one.capture_id)
        if one.capture_id in (20, 100):
            time.sleep(0.5)  # the pool breaks before the next batch is handed to it
    assert seen == list(range(400))


def gone_at_150(warcs: Path, task: Task) -> Reading:
    if task.capture_id == 150:
        os._exit(1)
    return Reading(task.capture_id, Article(f"https://{HOST}/{task.capture_id}"))


def failing(warcs: Path, task: Task) -> Reading:
    from miacrawl.reextract import reading

    reading.read = broken  # type: ignore[assignment]
    return reading.read_task(warcs, task)


def broken(*_: object) -> None:
    raise RecursionError("too deep")


def test_a_page_that_the_rules_fail_on_is_told_as_one_that_could_not_be_read(tmp_path: Path) -> None:
    place = Place("x", 0, 1)
    (found,) = read_all([Task(1, place, place)], tmp_path, tmp_path, 1, failing)
    assert found.article is None and "RecursionError('too deep')" in found.trouble


def processes_of(command: subprocess.Popen[str]) -> list[int]:
    told = subprocess.run(["pgrep", "-P", str(command.pid)], capture_output=True, text=True, check=False)
    return [int(number) for number in told.stdout.split()]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes by /proc")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_cut_off_while_reading_it_leaves_no_process_behind_and_goes_on_when_called_again(
    tmp_path: Path, miacrawl: Run, sent: signal.Signals
) -> None:
    # Pages of which each takes some time, so that all of them together are not read within the moment that is waited.
    menu = "".join(f"<li><a href=/a-b-c-{number}>A long walk to place {number}</a></li>" for number in range(400))
    long = {f"/story-about-walking-{number}": page(number).replace(b"</body>", menu.encode()) for number in range(300)}
    assert all(menu.encode() in body for body in long.values())
    folder = keep(tmp_path / "archive", long)
    by_rules(folder)
    command = [sys.executable, "-m", "miacrawl", "reextract", "--yes", "--jobs", "2"]
    run = subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    until = time.monotonic() + 120
    while len(workers := processes_of(run)) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.3)
    # A terminal sends Ctrl-C to all of them.
    os.killpg(run.pid, sent) if sent is signal.SIGINT else run.send_signal(sent)
    _, errors = run.communicate(timeout=120)
    if sent is not signal.SIGKILL:
        assert run.returncode == ExitCode.INTERRUPTED, errors
        assert errors.startswith("miacrawl: interrupted; ") and errors.count("\n") == 1, errors
    until = time.monotonic() + 60
    while any(map(is_running, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(is_running, workers))
    done = miacrawl("reextract", "--yes")
    assert done.returncode == ExitCode.OK and "300 articles and versions changed" in done.stdout, done.stderr
    assert not problems(folder)


# --- goes on, or not ---


def test_what_a_dry_run_has_read_is_applied_without_being_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, miacrawl: Run
) -> None:
    by_rules(folder)
    assert prepared(folder).states == {"changed": 4}
    shown = miacrawl("reextract", "--dry-run")
    assert "4 of 4 captures were read by an earlier call" in shown.stderr
    monkeypatch.setattr(reextracting, "read_all", lambda tasks, *_: (None for _ in list(tasks)))
    assert applied(folder) == Applied(4, 0)
    assert not (folder / NAME).exists()


def test_a_reading_of_all_goes_on_too_and_serves_one_of_what_is_due(folder: Path) -> None:
    assert prepared(folder, again=True).states == {"same": 4}
    for again in (True, False):
        with Reextraction(folder, Scope(), again=again) as work:
            assert work.prepare() == reextracting.Prepared(0, 4, anew=False)
    # But one of what is due is not one of all.
    (folder / NAME).unlink()
    by_rules(folder)
    prepared(folder)
    with Reextraction(folder, Scope(), again=True) as work:
        assert work.prepare() == reextracting.Prepared(4, 4, anew=True)


def test_rules_changed_after_a_dry_run_have_all_read_again_and_it_is_said(folder: Path, miacrawl: Run) -> None:
    by_rules(folder)
    prepared(folder)
    by_rules(folder, "blurb: p.kicker")
    shown = miacrawl("reextract", "--yes")
    assert "by other rules" in shown.stderr and "blurb" in shown.stdout
    titles = ask(folder, "SELECT title FROM articles WHERE title LIKE 'Kicker%'")
    blurbs = ask(folder, "SELECT blurb FROM articles WHERE blurb LIKE 'Kicker%'")
    assert (len(titles), len(blurbs)) == (0, 3)


def test_profiles_changed_while_pages_are_read_end_it_with_a_line(folder: Path) -> None:
    by_rules(folder)
    with Reextraction(folder, Scope()) as work:
        work.prepare()
        by_rules(folder, "blurb: p.kicker")
        with pytest.raises(ConfigError, match="changed meanwhile"):
            work.read(1, nothing)


def test_what_could_not_be_read_is_tried_again_by_the_next_call(folder: Path) -> None:
    by_rules(folder)
    (folder / "warc").rename(folder / "away")
    assert prepared(folder).states == {"unread": 4}
    (folder / "away").rename(folder / "warc")
    assert prepared(folder).states == {"changed": 4}


def test_a_staging_file_of_another_layout_is_begun_anew(folder: Path) -> None:
    other = sqlite3.connect(folder / NAME)
    other.execute("CREATE TABLE tasks (id INTEGER PRIMARY KEY, other TEXT)")
    other.close()
    by_rules(folder)
    assert applied(folder) == Applied(4, 0)


def test_cut_off_while_applying_it_goes_on_and_counts_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_rules(folder)
    prepared(folder)
    monkeypatch.setattr(reextracting, "_AT_ONCE", 2)
    with pytest.raises(KeyboardInterrupt), Reextraction(folder, Scope()) as work:
        work.prepare()
        work.apply(work.report(), cut_off)
    assert not problems(folder)
    assert applied(folder) == Applied(4, 0)
    (row,) = ask(folder, "SELECT pages, changed, finished IS NOT NULL FROM extractions")
    assert row == (4, 4, 1)
    assert not problems(folder)


def cut_off(_: int) -> None:
    raise KeyboardInterrupt


@pytest.mark.skipif(sys.platform != "linux", reason="limits files by ulimit")
def test_a_file_that_may_not_grow_is_told_in_a_line_and_nothing_is_lost(folder: Path, miacrawl: Run) -> None:
    by_rules(folder)
    call = [sys.executable, "-m", "miacrawl", "reextract", "--yes", "--archive", str(folder)]
    command = f"ulimit -f 40; exec {shlex.join(call)}"
    shown = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert shown.returncode == ExitCode.STORAGE and shown.stderr.count("\n") == 1, shown.stderr
    assert NAME in shown.stderr
    assert applied(folder) == Applied(4, 0)


def test_an_archive_with_a_reading_beside_it_is_backed_up_looked_at_and_served(folder: Path, miacrawl: Run) -> None:
    by_rules(folder)
    prepared(folder)
    for command in (["backup", "copy"], ["verify", "--archive", "copy"], ["verify"]):
        shown = miacrawl(*command)
        assert shown.returncode == ExitCode.OK, shown.stdout + shown.stderr
    applied(folder)
    address = f"https://{HOST}/story-about-walking-1"
    for command in (["why", address], ["cite", address], ["export", "jsonl", "--versions", "-"], ["doctor"]):
        shown = miacrawl(*command)
        assert "Traceback" not in shown.stderr, shown.stderr
        assert command[0] == "doctor" or (shown.returncode == ExitCode.OK and "Kicker" in shown.stdout), shown.stdout


# --- with others at the archive ---


def test_a_crawl_that_runs_keeps_it_from_applying_and_what_was_read_is_kept(folder: Path, miacrawl: Run) -> None:
    by_rules(folder)
    with writing(folder):
        shown = miacrawl("reextract", "--yes")
        assert shown.returncode == ExitCode.LOCKED and shown.stderr.count("\n") == 1
        assert "4  read otherwise" in shown.stdout
    assert "4 of 4 captures were read" in miacrawl("reextract", "--yes").stderr


def test_two_at_once_are_one_too_many(folder: Path, miacrawl: Run) -> None:
    with Reextraction(folder, Scope()):
        shown = miacrawl("reextract")
    assert shown.returncode == ExitCode.LOCKED and shown.stderr.count("\n") == 1


def test_what_was_fetched_anew_meanwhile_is_left_alone_and_not_taken_from_what_was_changed(folder: Path) -> None:
    prepared(folder, again=True)
    keep(folder, {"/story-about-walking-2": page(2)}, day=2)
    assert applied(folder, again=True) == Applied(0, 1)
    assert ask(folder, "SELECT changed FROM extractions") == [(0,)]


def test_a_capture_that_is_no_longer_there_takes_nothing_down(folder: Path) -> None:
    keep(folder, {"/about-walking-in-rain": untitled()}, day=2)
    by_rules(folder)
    assert prepared(folder).states == {"changed": 4, "new": 1}
    change(folder, "DELETE FROM captures WHERE url LIKE '%in-rain'")
    assert applied(folder) == Applied(4, 1)


def untitled(canonical: str = "", kicker: str = "A kicker for a title") -> bytes:
    """A page that is an article only where a profile finds its title."""
    made = article("x", links=f"<p class=kicker>{kicker}</p>", canonical=canonical)
    return made.replace(b"<h1>x</h1>", b"").replace(b"<title>x</title>", b"")


# --- what is around articles ---


def test_what_is_not_the_page_s_stays_as_it_was(folder: Path) -> None:
    kept = "SELECT id, url, url_key, first_seen, last_seen, changed_at, run_id, version, capture_id FROM articles"
    before = ask(folder, kept)
    versions = ask(folder, "SELECT id, number, first_seen, last_seen, capture_id FROM article_versions")
    others = [ask(folder, f"SELECT * FROM {name}") for name in ("runs", "attempts", "urls", "alarms", "captures")]
    by_rules(folder)
    applied(folder)
    assert ask(folder, kept) == before
    assert ask(folder, "SELECT id, number, first_seen, last_seen, capture_id FROM article_versions") == versions
    tables = ("runs", "attempts", "urls", "alarms", "captures")
    assert [ask(folder, f"SELECT * FROM {name}") for name in tables] == others
    assert not problems(folder)


def test_an_article_whose_canonical_link_leads_elsewhere_has_that_address_in_the_ledger(folder: Path) -> None:
    keep(folder, {"/print/rain": untitled(f"https://{HOST}/walking-in-rain")}, day=2)
    by_rules(folder)
    assert applied(folder) == Applied(5, 0)
    assert not problems(folder)
    sql = "SELECT state, due, source FROM urls WHERE url LIKE '%/walking-in-rain'"
    assert ask(folder, sql) == [("pending", 1, "canonical")]
    # The next crawl sees it there, and nothing is archived twice.
    keep(folder, {"/walking-in-rain": untitled(f"https://{HOST}/walking-in-rain")}, day=3)
    assert not problems(folder)


def test_an_article_that_was_taken_for_none_has_what_its_page_says_on_mining(folder: Path) -> None:
    reserved = untitled().replace(b"<meta charset=utf-8>", b"<meta charset=utf-8><meta name=tdm-reservation content=1>")
    keep(folder, {"/about-walking-in-rain": reserved}, day=2)
    by_rules(folder)
    assert applied(folder) == Applied(5, 0)
    ((said,),) = ask(folder, "SELECT directives FROM articles WHERE url LIKE '%in-rain'")
    assert json.loads(said)["tdm_reserved"] is True


def test_articles_that_become_equal_are_told_as_duplicates(folder: Path) -> None:
    for number, path in enumerate(("/a-walk-in-may", "/a-walk-in-june")):
        told = "<p class=kicker>One kicker for both</p>"
        keep(folder, {path: article(f"A walk, number {number}", topic="hills", links=told)}, day=2)
    exact = "SELECT count(*) FROM duplicates WHERE kind = 'exact'"
    assert ask(folder, exact) == [(0,)]
    by_rules(folder)
    applied(folder)
    assert ask(folder, exact) == [(1,)]
    assert not problems(folder)


def test_versions_that_now_read_the_same_stay_and_are_told(folder: Path) -> None:
    keep(folder, {"/story-about-walking-1": page(4, kicker="Another kicker")}, day=3)
    by_rules(folder)
    applied(folder)
    sql = "SELECT number, changed FROM article_versions WHERE article_id = 1 ORDER BY number"
    assert [number for number, _ in ask(folder, sql)] == [1, 2]
    keep(folder, {"/story-about-walking-1": page(4, kicker="A third kicker")}, day=4)
    assert [json.loads(changed) for _, changed in ask(folder, sql)][2] == ["title"]
    by_rules(folder, "blurb: p.nothing")
    report = prepared(folder)
    assert report.alike == 1
    applied(folder)
    assert [json.loads(changed) for _, changed in ask(folder, sql)] == [[], ["title", "body"], []]
    assert not problems(folder)


def test_as_many_processes_as_there_are_make_no_difference(tmp_path: Path) -> None:
    found = []
    for jobs in (1, 3):
        use_profiles(())
        folder = keep(tmp_path / f"archive-{jobs}", {f"/story-about-walking-{n}": page(n) for n in range(1, 60)})
        by_rules(folder)
        report = prepared(folder, jobs=jobs)
        applied(folder)
        found.append((report, ask(folder, "SELECT id, url, title, content_hash, provenance FROM articles")))
    use_profiles(())
    assert found[0] == found[1]


# --- what is asked ---


@pytest.mark.parametrize(
    ("since", "moment"),
    [
        ("2026-05-02", "2026-05-02T00:00:00Z"),
        ("20260502", "2026-05-02T00:00:00Z"),
        ("2026-05-02T07:30:00", "2026-05-02T07:30:00Z"),
        ("2026-05-02T01:00:00+02:00", "2026-05-01T23:00:00Z"),
    ],
)
def test_a_day_or_a_moment_is_understood_as_the_archive_writes_it(folder: Path, since: str, moment: str) -> None:
    scope = scope_of(folder, (), since)
    assert scope.since == moment
    with Reextraction(folder, scope, again=True) as work:
        assert work.prepare().in_all == 1


@pytest.mark.parametrize("since", ["2026-06-01foo", "", "2026-13-01", "0001-01-01T00:00:00+23:59", "9" * 5000])
def test_what_is_no_day_is_told_in_a_line(folder: Path, since: str) -> None:
    with pytest.raises(ConfigError, match="is no day"):
        scope_of(folder, (), since)


@pytest.mark.parametrize("site", [HOST, f"https://www.{HOST}/story-about-walking-1", "walkers"])
def test_a_site_is_named_by_host_address_or_profile(folder: Path, miacrawl: Run, site: str) -> None:
    by_rules(folder)
    shown = miacrawl("reextract", "--dry-run", "--json", "--site", site)
    assert json.loads(shown.stdout)["states"] == {"changed": 4}, shown.stderr


def test_a_site_that_is_none_is_told_in_a_line(folder: Path, miacrawl: Run) -> None:
    for site in ("nobody", "https://[bad", "nobody.example", "x" * 9000):
        shown = miacrawl("reextract", "--site", site)
        assert shown.returncode == ExitCode.CONFIG and shown.stderr.count("\n") == 1, shown.stderr


# --- archives of other times ---


def test_an_archive_of_before_captures_is_told_how_to_be_brought_up_to_date(tmp_path: Path, miacrawl: Run) -> None:
    from sqlite_utils import Database

    from miacrawl.store.schema import migrations

    (tmp_path / "archive").mkdir()
    db = Database(tmp_path / "archive" / "archive.db")
    migrations.apply(db, stop_before="m011_captures")
    db.conn.close()
    shown = miacrawl("reextract")
    assert shown.returncode == ExitCode.STORAGE and "miacrawl init archive" in shown.stderr, shown.stderr
    assert shown.stderr.count("\n") == 1


def test_an_archive_of_a_newer_miacrawl_is_told_before_anything_is_read(folder: Path) -> None:
    change(
        folder, "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('miacrawl', 'm999_x', 'now')"
    )
    with pytest.raises(StorageError, match="newer miacrawl"):
        scope_of(folder, (), None)


def test_nothing_to_read_is_said_and_writes_nothing(folder: Path, miacrawl: Run) -> None:
    shown = miacrawl("reextract", "--yes")
    assert shown.returncode == ExitCode.OK and "nothing to read" in shown.stdout
    assert not ask(folder, "SELECT 1 FROM extractions") and not (folder / NAME).exists()
