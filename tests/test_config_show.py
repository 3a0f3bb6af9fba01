"""`miacrawl config`: show, check and init, as a user runs them."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from miacrawl.config import read_config
from miacrawl.config.comments import comments, comments_in
from miacrawl.config.known import known, our_defaults
from miacrawl.config.masking import masked
from miacrawl.config.template import template, write_template
from miacrawl.errors import ExitCode, StorageError
from tests.conftest import Run
from tests.site import FakeSite, article, listing

TEXT = """\
sites:
  - https://me:hunter2@example.org/
  - url: miafeed
    settings: {DOWNLOAD_DELAY: 7}
settings:
  DOWNLOAD_DELAY: 2
  HTTPAUTH_PASS: hunter2
  AWS_SECRET_ACCESS_KEY: hunter2
  FEEDS: {"ftp://me:hunter2@example.org/x.json": {format: json}}
  DEFAULT_REQUEST_HEADERS: {Authorization: Bearer hunter2, Accept: text/html}
  PLAYWRIGHT_LAUNCH_OPTIONS: {proxy: {server: "http://me:hunter2@proxy:1", password: hunter2}}
  EXTENSIONS: {my.Extension: 5}
  DOWNLOADER_MIDDLEWARES: {my.Middleware: 5}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "archive").mkdir()
    path = tmp_path / "archive" / "miacrawl.yaml"
    path.write_text(TEXT)
    return path


def test_show_says_what_holds_and_where_it_comes_from(miacrawl: Run, file: Path) -> None:
    shown = miacrawl("config", "show", "-s", "RETRY_TIMES=5", env={**os.environ, "MIACRAWL_LIMIT": "20"})
    assert shown.returncode == ExitCode.OK and shown.stderr == ""
    lines = {line.strip() for line in shown.stdout.splitlines()}
    assert {
        "DOWNLOAD_DELAY: 2.0  [miacrawl.yaml, line 6]",
        "MIACRAWL_LIMIT: 20  [environment]",
        "RETRY_TIMES: 5  [command line]",
        "CONCURRENT_REQUESTS_PER_DOMAIN: 2  [default]",
        "EXTENSIONS:  [default + miacrawl.yaml, line 12]",
        "DOWNLOADER_MIDDLEWARES:  [default + miacrawl.yaml, line 13]",
        "my.Middleware: 5",
        "miafeed  [line 3]",
        "DOWNLOAD_DELAY: 7.0  [miacrawl.yaml, line 4]",
    } <= lines
    assert "COMPRESSION_ENABLED" not in shown.stdout, "Scrapy's own defaults are not shown"
    assert "hunter2" not in shown.stdout and "***" in shown.stdout and "text/html" in shown.stdout


def test_show_as_json(miacrawl: Run, file: Path) -> None:
    shown = miacrawl("config", "show", "--json")
    told: dict[str, Any] = json.loads(shown.stdout)
    assert "hunter2" not in shown.stdout
    assert told["file"] == "archive/miacrawl.yaml"
    assert told["settings"]["DOWNLOAD_DELAY"] == {"value": 2.0, "origin": "miacrawl.yaml, line 6"}
    assert set(our_defaults()) - {"MIACRAWL_SITES"} <= set(told["settings"])
    assert [entry["target"] for entry in told["sites"]] == ["https://***@example.org/", "miafeed"]
    assert told["sites"][1]["settings"]["DOWNLOAD_DELAY"]["value"] == 7.0


def test_show_explains(miacrawl: Run) -> None:
    shown = miacrawl("config", "show", "--explain")
    assert "  # articles to archive in one run; 0: all\n  MIACRAWL_LIMIT: 0  [default]" in shown.stdout
    assert "There is no miacrawl.yaml" in shown.stdout and "sites: none" in shown.stdout


def test_check_counts_what_can_be_used(miacrawl: Run, file: Path) -> None:
    shown = miacrawl("config", "check", env={**os.environ, "MIACRAWL_CONTCT": "x"})
    assert (shown.returncode, shown.stdout) == (0, "archive/miacrawl.yaml can be used. Sites: 2; settings: 8.\n")
    assert "did you mean MIACRAWL_CONTACT?" in shown.stderr


@pytest.mark.parametrize("command", ["check", "show"])
def test_error_is_one_line_and_exit_code_3(miacrawl: Run, file: Path, command: str) -> None:
    file.write_text("settings:\n  DOWNLOAD_DELAY: soon\n")
    shown = miacrawl("config", command)
    assert shown.returncode == ExitCode.CONFIG and shown.stdout == ""
    assert shown.stderr.startswith("miacrawl: archive/miacrawl.yaml, line 2: settings.DOWNLOAD_DELAY: 'soon' is no num")
    assert shown.stderr.count("\n") == 1


def test_check_without_a_file_says_how_to_have_one(miacrawl: Run) -> None:
    shown = miacrawl("config", "check")
    assert shown.returncode == 0 and "`miacrawl config init` writes one" in shown.stdout


def test_misspelt_setting_of_a_crawl_names_the_nearest(miacrawl: Run) -> None:
    shown = miacrawl("crawl", "https://example.org/", "-s", "DOWNLOAD_DELY=2")
    assert shown.returncode == ExitCode.CONFIG and "did you mean 'DOWNLOAD_DELAY'?" in shown.stderr


def test_crawl_does_what_the_file_says(crawl: Run, site: FakeSite, file: Path) -> None:
    agents: list[str] = []

    def home() -> bytes:
        agents.append(site.headers["User-Agent"])
        return listing()

    site.pages["/"] = home
    file.write_text("settings: {USER_AGENT: from the file}\n")
    crawl(site.url)
    assert agents and set(agents) == {"from the file"}


def test_update_visits_the_sites_of_the_file(miacrawl: Run, site: FakeSite, file: Path) -> None:
    site.pages |= {"/": listing("/a-story-to-read"), "/a-story-to-read": article("A story")}
    file.write_text(f"sites: ['{site.url}']\nsettings: {{DOWNLOAD_DELAY: 0, AUTOTHROTTLE_ENABLED: false}}\n")
    done = miacrawl("update", "--allow-private", "--json")
    assert done.returncode == ExitCode.OK and json.loads(done.stdout)["new"] == 1


# --- the first file ---


def test_init_writes_a_file_once(miacrawl: Run, tmp_path: Path) -> None:
    path = tmp_path / "archive" / "miacrawl.yaml"
    assert miacrawl("config", "init").returncode == 0
    assert path.read_text() == template()
    assert miacrawl("config", "check").returncode == 0
    path.write_text("# mine\n")
    again = miacrawl("config", "init")
    assert again.returncode == ExitCode.CONFIG and "is there already" in again.stderr
    assert path.read_text() == "# mine\n"


def test_new_archive_has_a_file_and_an_old_one_keeps_its_own(miacrawl: Run, tmp_path: Path) -> None:
    path = tmp_path / "health" / "miacrawl.yaml"
    miacrawl("init", "health")
    assert path.read_text() == template()
    path.write_text("# mine\n")
    assert miacrawl("init", "health").returncode == 0 and path.read_text() == "# mine\n"


def test_first_file_sets_nothing(tmp_path: Path) -> None:
    write_template(tmp_path)
    config = read_config(tmp_path)
    assert not config.sites and not config.settings


def test_every_key_of_the_first_file_is_a_setting_with_its_default(tmp_path: Path) -> None:
    """What a user gets by taking every # away that stands before an entry."""
    (tmp_path / "miacrawl.yaml").write_text(
        re.sub(r"^#(?=  )", "", template(), flags=re.M).replace("  miacrawl c", "# ")
    )
    config = read_config(tmp_path)
    assert [entry.target for entry in config.sites] == ["https://example.org/", "miafeed", "https://example.com/news/"]
    assert all(known(name) for name in config.settings) and len(config.settings) >= 10
    for name, setting in config.settings.items():
        assert setting.value == our_defaults()[name], name
    assert config.sites[2].settings and set(config.sites[2].settings) <= set(our_defaults())


def test_every_setting_of_ours_is_in_the_first_file_with_what_it_is_for() -> None:
    assert yaml.safe_load(template()) == {"sites": None, "settings": None}
    for name in our_defaults():
        if name.startswith("MIACRAWL_"):
            assert comments().get(name), f"miacrawl/settings.py: {name} has no comment"
    elsewhere = {"MIACRAWL_ARCHIVE", "MIACRAWL_SITES", "MIACRAWL_ALLOW_PRIVATE"}
    assert {name for name in our_defaults() if name.startswith("MIACRAWL_")} - elsewhere <= set(
        re.findall(r"^#  (\w+):", template(), re.M)
    )


def test_lines_of_the_first_file_are_short() -> None:
    assert max(map(len, template().splitlines())) <= 120


def test_folder_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file")
    with pytest.raises(StorageError, match=r"miacrawl\.yaml can't be written"):
        write_template(tmp_path / "archive")


def test_comment_of_a_setting_stands_behind_it() -> None:
    source = 'A = 1  # one\nB = {\n    "x": 2,  # not this\n}  # two\nC = "#3"\n# about D\nD = 4\n'
    assert comments_in(source) == {"A": "one", "B": "two"}


# --- secrets ---


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("MAIL_PASS", "x", "***"),
        ("MAIL_PASS", None, None),
        ("AWS_SESSION_TOKEN", "x", "***"),
        ("TELNETCONSOLE_PASSWORD", "", ""),
        ("MIACRAWL_WEBHOOK", "https://hooks.example.org/services/T0/B0?token=x", "https://hooks.example.org/***"),
        ("MIACRAWL_WEBHOOK", "https://me:x@example.org", "https://***@example.org"),
        ("MIACRAWL_WEBHOOKS", {"a": {"KEY": "x"}}, {"a": {"KEY": "***"}}),
        ("LOG_FILE", "https://me:x@y@example.org/a?b=c", "https://***@example.org/a?b=c"),
        ("FEEDS", {"s3://me:x@bucket/a": {"format": "json"}}, {"s3://***@bucket/a": {"format": "json"}}),
        ("HTTPCACHE_DIR", "monkey", "monkey"),
        ("MEMUSAGE_NOTIFY_MAIL", ["a@example.org", "http://me:x@b"], ["a@example.org", "http://***@b"]),
        ("DEFAULT_REQUEST_HEADERS", {"X-API-Key": "x", "Cookie": "y", "Accept": "z"},
         {"X-API-Key": "***", "Cookie": "***", "Accept": "z"}),
    ],
)  # fmt: skip
def test_secrets_are_not_shown(name: str, value: object, shown: object) -> None:
    assert masked(name, value) == shown
