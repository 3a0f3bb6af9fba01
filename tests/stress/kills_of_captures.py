"""Marks of captures when runs are killed: what was told is there and whole, `verify` is clean, nothing is twice."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.stress.judge import ask
from tests.stress.logbook import Served
from tests.stress.mark import Mark
from tests.stress.running import HURRIED, finish, start

_SECONDS_PER_ARTICLE = 0.03
_BEGINS_AFTER = 0.8
_PROFILE = """
key: weir
hosts: ["{host}"]
fields:
  title: {title}
"""
_TITLES = ("h1", "article h1", "main h1", "title")


def measure(folder: Path, articles: int, kills: int, seed: int = 2) -> Iterator[Mark]:
    """Kill crawls, then re-extractions, each at `kills` random moments; verify after every one."""
    archive, chance = folder / "archive", random.Random(seed)
    with Served(folder, articles, faults=("files", "redirects", "duplicates")) as site:
        yield from _crawls(site, archive, articles, kills, chance)
        yield from _reextractions(site, archive, articles, kills, chance)


def _crawls(site: Served, archive: Path, articles: int, kills: int, chance: random.Random) -> Iterator[Mark]:
    at_work, told = 0, []
    longest = 2 * articles * _SECONDS_PER_ARTICLE / kills
    for _ in range(kills):
        run = start("crawl", [site.url], archive, HURRIED)
        time.sleep(chance.uniform(_BEGINS_AFTER / 2, _BEGINS_AFTER + longest))
        at_work += run.process.poll() is None
        run.kill()
        told += _troubles(archive)
    run = finish("crawl", [site.url], archive, HURRIED)
    told += _troubles(archive)
    captures = ask(archive, "SELECT count(*) AS n FROM captures")[0]["n"]
    whole = run.process.returncode == 0
    yield Mark(f"a crawl killed at {kills} random moments: verify clean each time, 0 captures unreadable",
               f"{at_work} killed at work, {len(told)} findings; {captures} captures at the end, exit "
               f"{run.process.returncode}", whole and not told, "\n".join(told[:5]) + run.last_lines)  # fmt: skip
    yield _once(archive)


def _reextractions(site: Served, archive: Path, articles: int, kills: int, chance: random.Random) -> Iterator[Mark]:
    """Each kill meets new rules, so that there is something to apply."""
    sites, at_work, told = archive / "sites", 0, []
    sites.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "miacrawl", "reextract", "--yes", "--archive", str(archive)]
    before = ask(archive, "SELECT count(*) AS n FROM article_versions")[0]["n"]
    longest = 1.5 + articles * _SECONDS_PER_ARTICLE / 2
    for number in range(kills):
        title = _TITLES[number % len(_TITLES)]
        (sites / "weir.yaml").write_text(_PROFILE.format(host=site.host, title=title), "utf-8")
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(chance.uniform(0.5, longest))
        at_work += process.poll() is None
        with contextlib.suppress(ProcessLookupError):  # it has ended, and its processes with it
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        told += _troubles(archive)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told += _troubles(archive)
    after = ask(archive, "SELECT count(*) AS n FROM article_versions")[0]["n"]
    yield Mark(f"re-extraction killed at {kills} random moments: verify clean each time, no version added",
               f"{at_work} killed at work, {len(told)} findings, {after - before} versions added, then exit "
               f"{done.returncode}", done.returncode == 0 and not told and before == after,
               "\n".join(told[:5]) + done.stdout[-500:] + done.stderr[-500:])  # fmt: skip
    yield _once(archive)


def _once(archive: Path) -> Mark:
    twice = ask(archive, "SELECT title, count(*) AS n FROM articles GROUP BY title HAVING n > 1")
    return Mark("then 0 duplicate articles", f"{len(twice)} titles twice", not twice, str(twice[:5]))


def _troubles(archive: Path) -> list[str]:
    """What `miacrawl verify` finds wrong; nothing where there is no archive yet."""
    if not (archive / "archive.db").exists():
        return []
    command = [sys.executable, "-m", "miacrawl", "verify", "--json", "--jobs", "1", "--archive", str(archive)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    try:
        return [json.dumps(check) for check in json.loads(done.stdout)["checks"] if check.get("problems")]
    except (ValueError, KeyError, TypeError):
        return [f"exit {done.returncode}: {(done.stdout + done.stderr)[-400:]}"]
