"""`miacrawl sites new` and `sites check` as a user meets them, on the sample site."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from miacrawl.errors import ExitCode
from miacrawl.sample.server import serve_sample
from miacrawl.sites.profile_file import read_profile
from tests.conftest import Run
from tests.site import FakeSite, article, listing


@pytest.fixture
def sample() -> Iterator[str]:
    with serve_sample(0) as site:
        yield site.url


def saved(folder: Path, count: int = 3) -> list[str]:
    """Articles in files, each with its address: FILE=URL."""
    for number in range(count):
        page = article(f"Walking is good, part {number}", topic=f"topic {number}")
        (folder / f"{number}.html").write_bytes(page.replace(b"<h1>", b'<h1 class="walk-title">'))
    return [f"{number}.html=https://walks.example/walking-is-good-{number}" for number in range(count)]


def test_profile_of_the_sample_site_is_drafted_checked_and_crawled(sample: str, miacrawl: Run, tmp_path: Path) -> None:
    made = miacrawl("sites", "new", sample, "--allow-private", "--pages", "6")
    assert made.returncode == ExitCode.OK, made.stderr
    path = next((tmp_path / "archive" / "sites").glob("*.yaml"))
    site = read_profile(path)
    assert site.name == "Sample Health Feed" and site.is_article(f"{sample}category/sleep/naps")
    assert site.title and site.is_article(f"{sample}about") is False
    assert f"Wrote archive/sites/{path.name}" in made.stdout and f"miacrawl crawl {site.key}" in made.stdout
    command = next(line for line in made.stdout.splitlines() if "miacrawl sites check" in line).split("'")[1]
    checked = miacrawl("sites", "check", site.key, command, "--allow-private", "--json")
    assert checked.returncode in (ExitCode.OK, ExitCode.PARTIAL) and json.loads(checked.stdout)["profile"] == site.key
    crawled = miacrawl(
        "crawl", site.key, "--allow-private", "--limit", "2", "-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0"
    )
    assert crawled.returncode == ExitCode.OK, crawled.stderr
    assert site.key in miacrawl("sites").stdout


def test_profile_is_drafted_from_saved_pages_without_a_network(miacrawl: Run, tmp_path: Path) -> None:
    made = miacrawl("sites", "new", *saved(tmp_path), "--out", "-")
    assert made.returncode == ExitCode.OK, made.stderr
    assert "- css: h1.walk-title" in made.stdout and "hosts: [walks.example]" in made.stdout
    assert "3 articles of walks.example compared; 0 pages fetched." in made.stderr
    assert not (tmp_path / "archive").exists()


def test_saved_page_may_say_its_address_itself(miacrawl: Run, tmp_path: Path) -> None:
    for number in range(2):
        page = article(f"Walking is good, part {number}", canonical=f"https://walks.example/part-{number}")
        (tmp_path / f"{number}.html").write_bytes(page)
    assert "walks.example" in miacrawl("sites", "new", "0.html", "1.html", "--out", "-").stdout
    (tmp_path / "mute.html").write_bytes(article("Walking"))
    mute = miacrawl("sites", "new", "0.html", "mute.html", "--out", "-")
    assert mute.returncode == ExitCode.CONFIG and "mute.html=https://" in mute.stderr


def test_profile_that_is_there_is_not_overwritten(miacrawl: Run, tmp_path: Path) -> None:
    sources = saved(tmp_path)
    assert miacrawl("sites", "new", *sources).returncode == ExitCode.OK
    path = tmp_path / "archive" / "sites" / "walks.yaml"
    path.write_text("mine")
    again = miacrawl("sites", "new", *sources)
    assert again.returncode == ExitCode.CONFIG and "--force" in again.stderr and path.read_text() == "mine"
    assert miacrawl("sites", "new", *sources, "--force").returncode == ExitCode.OK and path.read_text() != "mine"
    elsewhere = miacrawl("sites", "new", *sources, "--out", "garden.yaml")
    assert "cp garden.yaml archive/sites/" in elsewhere.stdout


def test_second_profile_of_a_site_is_not_written_beside_the_first(miacrawl: Run, tmp_path: Path) -> None:
    (tmp_path / "archive" / "sites").mkdir(parents=True)
    (tmp_path / "archive" / "sites" / "mine.yaml").write_text("key: mine\nhosts: walks.example")
    shown = miacrawl("sites", "new", *saved(tmp_path))
    assert shown.returncode == ExitCode.CONFIG and "--out archive/sites/mine.yaml --force" in shown.stderr
    assert (
        miacrawl("sites", "new", *saved(tmp_path), "--out", "archive/sites/mine.yaml", "--force").returncode
        == ExitCode.OK
    )
    assert miacrawl("sites").returncode == ExitCode.OK


def test_nothing_to_compare_is_said(site: FakeSite, miacrawl: Run, tmp_path: Path) -> None:
    site.pages["/"] = listing("/walking-is-very-good", "/gone-for-a-walk")
    site.pages["/walking-is-very-good"] = article("Walking is good")
    alone = miacrawl("sites", "new", site.url, "--allow-private")
    assert alone.returncode == ExitCode.NOTHING and "only one article" in alone.stderr and "404" in alone.stderr
    assert not (tmp_path / "archive").exists()
    refused = miacrawl("sites", "new", site.url)
    assert refused.returncode == ExitCode.CONFIG and "--allow-private" in refused.stderr
    assert miacrawl("sites", "new", site.url, "--pages", "21").returncode == ExitCode.USAGE


def test_robots_txt_is_obeyed(site: FakeSite, miacrawl: Run) -> None:
    site.pages["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /walk")
    site.pages["/"] = listing("/walking-is-very-good", "/walking-is-very-bad")
    shown = miacrawl("sites", "new", site.url, "--allow-private")
    assert shown.returncode == ExitCode.NOTHING and "robots.txt" in shown.stderr
    assert not [path for path in site.asked if path.startswith("/walking")]


def test_drift_is_said_with_an_exit_code(miacrawl: Run, tmp_path: Path) -> None:
    sources = saved(tmp_path)
    miacrawl("sites", "new", *sources)
    fine = miacrawl("sites", "check", "walks", *sources)
    assert fine.returncode == ExitCode.OK and "title      ok: found on 3 of 3" in fine.stdout
    for number in range(3):
        page = (tmp_path / f"{number}.html").read_bytes().replace(b"walk-title", b"new-title")
        (tmp_path / f"{number}.html").write_bytes(page)
    drifted = miacrawl("sites", "check", "archive/sites/walks.yaml", *sources)
    assert drifted.returncode == ExitCode.PARTIAL
    assert (
        "title      DRIFTED: found on 0 of 3, by the generic rules on 3" in drifted.stdout and "title" in drifted.stderr
    )


def test_check_of_an_unknown_profile_or_another_site_says_so(miacrawl: Run, tmp_path: Path) -> None:
    sources = saved(tmp_path)
    unknown = miacrawl("sites", "check", "nosuch", *sources)
    assert unknown.returncode == ExitCode.CONFIG and "known: miafeed" in unknown.stderr
    other = miacrawl("sites", "check", "miafeed", *sources)
    assert other.returncode == ExitCode.CONFIG and "is not of miafeed.com" in other.stderr


@pytest.mark.parametrize("name", ["new", "check"])
def test_every_subcommand_has_help_with_examples(miacrawl: Run, name: str) -> None:
    shown = miacrawl("sites", name, "--help")
    assert shown.returncode == ExitCode.OK and f"miacrawl sites {name}" in shown.stdout
