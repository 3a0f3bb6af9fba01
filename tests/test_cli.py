"""The command line as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from miacrawl.cli import _COMMANDS, group
from miacrawl.errors import ExitCode
from tests.conftest import Run
from tests.site import FakeSite, article


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_has_help_with_examples(name: str) -> None:
    shown = CliRunner().invoke(group, [name, "--help"])
    assert shown.exit_code == 0
    assert "Examples:" in shown.output and f"miacrawl {name}" in shown.output


def test_help_lists_commands_and_exit_codes() -> None:
    shown = CliRunner().invoke(group, ["--help"]).output
    assert all(name in shown for name in _COMMANDS)
    assert "Exit codes" in shown


def test_exit_codes_are_those_that_the_help_names() -> None:
    shown = " ".join(CliRunner().invoke(group, ["--help"]).output.split())
    for code in ExitCode:
        if code is not ExitCode.UNEXPECTED:
            assert f"{code.value} " in shown.partition("Exit codes")[2]


def test_init_makes_an_archive_and_leaves_one_alone(miacrawl: Run, tmp_path: Path) -> None:
    assert "a new archive" in miacrawl("init", "health").stdout
    settings = tmp_path / "health" / "settings.json"
    settings.write_text('{"default_page_size": 7}')
    again = miacrawl("init", "health")
    assert "already an archive" in again.stdout and again.returncode == ExitCode.OK
    assert json.loads(settings.read_text()) == {"default_page_size": 7}


def test_extract_prints_fields_with_their_rules(miacrawl: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(article("Walking is good"))
    shown = miacrawl("extract", "page.html", "--url", "https://a.org/walking")
    assert shown.returncode == ExitCode.OK
    line = next(line for line in shown.stdout.splitlines() if line.startswith("title"))
    assert "Walking is good" in line and line.endswith("]")


def test_extract_prints_what_other_sources_say_instead(miacrawl: Run, tmp_path: Path) -> None:
    other = b'<meta property="og:title" content="Another headline altogether">'
    (tmp_path / "page.html").write_bytes(other + article("Walking is good"))
    shown = miacrawl("extract", "page.html", "--url", "https://a.org/walking").stdout
    assert "title Another headline altogether [meta:og:title]" in [
        " ".join(line.split()) for line in shown.splitlines()
    ]
    assert all(line.partition("  ")[2] for line in shown.splitlines() if line.startswith("read_minutes_estimated"))


def test_extract_prints_json(miacrawl: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(article("Walking is good"))
    found = json.loads(miacrawl("extract", "page.html", "--json").stdout)
    assert found["title"] == "Walking is good" and found["provenance"]["title"]


def test_extract_reads_an_address_as_a_crawl_would(site: FakeSite, miacrawl: Run) -> None:
    site.pages["/walking"] = article("Walking is good")
    refused = miacrawl("extract", site.at("walking"))
    assert refused.returncode == ExitCode.CONFIG and "--allow-private" in refused.stderr and not site.asked
    assert "Walking is good" in miacrawl("extract", site.at("walking"), "--allow-private").stdout
    assert site.asked == ["/robots.txt", "/walking"]


def test_extract_says_what_is_wrong_with_its_source(site: FakeSite, miacrawl: Run, tmp_path: Path) -> None:
    missing = miacrawl("extract", "nosuch.html")
    assert missing.returncode == ExitCode.CONFIG and "nosuch.html can't be read" in missing.stderr
    gone = miacrawl("extract", site.at("gone"), "--allow-private")
    assert gone.returncode == ExitCode.CONFIG and "404" in gone.stderr
    (tmp_path / "empty.html").write_bytes(b"")
    empty = miacrawl("extract", "empty.html")
    assert empty.returncode == ExitCode.NOTHING and "no article" in empty.stderr
    assert "Traceback" not in missing.stderr + gone.stderr + empty.stderr


def test_sites_lists_profiles(miacrawl: Run) -> None:
    shown = miacrawl("sites").stdout
    assert "miafeed" in shown and "https://miafeed.com/" in shown


def test_status_of_no_archive_says_how_to_make_one(miacrawl: Run) -> None:
    shown = miacrawl("status")
    assert shown.returncode == ExitCode.STORAGE and "miacrawl crawl" in shown.stderr


def test_status_as_text_and_json(miacrawl: Run, crawl: Run, site: FakeSite) -> None:
    site.pages["/walking-is-very-good"] = article("Walking is good")
    crawl(site.at("walking-is-very-good"))
    assert "1 articles from 1 sites" in miacrawl("status").stdout
    status = json.loads(miacrawl("status", "--json").stdout)
    assert status["articles"] == 1 and status["states"]["archived"] == 1 and status["runs"][0]["new"] == 1


@pytest.mark.parametrize("setting", ["NOVALUE", "=1"])
def test_setting_without_a_value_is_wrong_usage(miacrawl: Run, setting: str) -> None:
    shown = miacrawl("crawl", "https://a.org/", "-s", setting)
    assert shown.returncode == ExitCode.USAGE and "NAME=VALUE" in shown.stderr


def test_unknown_setting_of_ours_names_the_known(miacrawl: Run) -> None:
    shown = miacrawl("crawl", "https://a.org/", "-s", "MIACRAWL_LIMITS=1")
    assert shown.returncode == ExitCode.CONFIG and "MIACRAWL_LIMIT" in shown.stderr


def test_unknown_site_names_the_known(miacrawl: Run) -> None:
    shown = miacrawl("crawl", "nosuchsite")
    assert shown.returncode == ExitCode.CONFIG and "miafeed" in shown.stderr
