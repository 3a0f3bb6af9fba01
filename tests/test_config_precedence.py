"""The later word wins: miacrawl's defaults, miacrawl.yaml, the environment, the command line; parts are merged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from miacrawl.config.effective import effective
from miacrawl.config.given import misspelt
from miacrawl.crawl import Options, scrapy_settings
from miacrawl.errors import ConfigError
from miacrawl.per_site import for_site

MINE = "my.package.Middleware"


def held(folder: Path, text: str = "", **options: Any) -> Settings:
    """Settings of an archive with this miacrawl.yaml, crawled with these options."""
    (folder / "miacrawl.yaml").write_text(text)
    return scrapy_settings(folder, Options(**options))


def test_each_word_wins_over_those_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "settings: {MIACRAWL_LIMIT: 1}"
    assert held(tmp_path)["MIACRAWL_LIMIT"] == 0
    assert held(tmp_path, text)["MIACRAWL_LIMIT"] == 1
    monkeypatch.setenv("MIACRAWL_LIMIT", "2")
    assert held(tmp_path, text)["MIACRAWL_LIMIT"] == 2
    assert held(tmp_path, text, limit=3)["MIACRAWL_LIMIT"] == 3
    assert held(tmp_path, text, limit=3, settings={"MIACRAWL_LIMIT": "4"})["MIACRAWL_LIMIT"] == 4


def test_spider_does_not_overrule_what_the_user_wrote(tmp_path: Path) -> None:
    from miacrawl.spiders.articles import ArticlesSpider

    settings = held(tmp_path, "settings: {USER_AGENT: mine, MIACRAWL_CONTACT: me@example.edu}")
    ArticlesSpider.update_settings(settings)
    assert settings["USER_AGENT"] == "mine"


def test_log_level_is_what_was_said_last(tmp_path: Path) -> None:
    text = "settings: {LOG_LEVEL: DEBUG}"
    assert held(tmp_path)["LOG_LEVEL"] == "INFO"
    assert held(tmp_path, live=True)["LOG_LEVEL"] == "WARNING", "a progress line wants a quiet terminal"
    assert held(tmp_path, text, live=True)["LOG_LEVEL"] == "DEBUG"
    assert held(tmp_path, text, log_level="ERROR")["LOG_LEVEL"] == "ERROR"


def test_texts_of_the_command_line_are_typed(tmp_path: Path) -> None:
    given = {
        "DOWNLOAD_DELAY": "2",
        "ROBOTSTXT_OBEY": "0",
        "RETRY_HTTP_CODES": "500,503",
        "LOG_VERSIONS": '["lxml", "Python"]',
        "DOWNLOAD_SLOTS": '{"a.org": {"delay": 2}}',
        "MIACRAWL_CONTACT": "",
        "USER_AGENT": "a: [b] #c",
        "PLAYWRIGHT_LAUNCH_OPTIONS": '{"headless": false}',
        "PLAYWRIGHT_BROWSER_TYPE": "firefox",
    }
    settings = held(tmp_path, settings=given)
    assert {name: settings[name] for name in given} == {
        "DOWNLOAD_DELAY": 2.0,
        "ROBOTSTXT_OBEY": False,
        "RETRY_HTTP_CODES": [500, 503],
        "LOG_VERSIONS": ["lxml", "Python"],
        "DOWNLOAD_SLOTS": settings["DOWNLOAD_SLOTS"],
        "MIACRAWL_CONTACT": "",
        "USER_AGENT": "a: [b] #c",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {"headless": False},
        "PLAYWRIGHT_BROWSER_TYPE": "firefox",
    }
    assert settings.getdict("DOWNLOAD_SLOTS") == {"a.org": {"delay": 2.0}}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("DOWNLOAD_DELY=1", "-s DOWNLOAD_DELY: unknown setting 'DOWNLOAD_DELY'; did you mean 'DOWNLOAD_DELAY'?"),
        ("DOWNLOAD_DELAY=soon", "-s DOWNLOAD_DELAY: 'soon' is no number; write digits, as in 2.5"),
        ("DOWNLOAD_DELAY=", "-s DOWNLOAD_DELAY: is empty"),
        ("LOG_LEVEL=loud", "-s LOG_LEVEL: 'loud' is none of CRITICAL"),
        ("EXTENSIONS=a.B", "-s EXTENSIONS: is a text; give keys and values"),
        ("EXTENSIONS={", "-s EXTENSIONS, line 1: not YAML: "),
        ("DOWNLOAD_SLOTS={a: {dely: 1}}", "-s DOWNLOAD_SLOTS.a: unknown key 'dely'; did you mean 'delay'?"),
        ("MIACRAWL_ARCHIVE=x", "-s MIACRAWL_ARCHIVE: can't be set here: the archive is named by the option --archive"),
        ("TWISTED_DNS_RESOLVER=scrapy.resolver.CachingThreadedResolver", "can't be set: the resolver refuses private"),
        ("SCHEDULER=scrapy.core.scheduler.Scheduler", "can't be set: the frontier"),
    ],
)
def test_error_of_the_command_line_names_the_setting(tmp_path: Path, given: str, told: str) -> None:
    name, _, value = given.partition("=")
    with pytest.raises(ConfigError) as error:
        held(tmp_path, settings={name: value})
    assert told in str(error.value)


def test_error_of_the_environment_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="environment variable MIACRAWL_LIMIT: 'many' is no whole number"):
        effective(tmp_path, environment={"MIACRAWL_LIMIT": "many"})


def test_environment_sets_ours_alone_and_does_not_open_private_addresses(tmp_path: Path) -> None:
    shown = effective(tmp_path, environment={"DOWNLOAD_DELAY": "9", "MIACRAWL_SOMETHING": "x", "MIACRAWL_ARCHIVE": "x"})
    assert shown.settings["DOWNLOAD_DELAY"] == 0.25 and shown.settings["MIACRAWL_ARCHIVE"] == str(tmp_path)
    with pytest.raises(ConfigError, match="give --allow-private there"):
        effective(tmp_path, environment={"MIACRAWL_ALLOW_PRIVATE": "1"})
    assert held(tmp_path, allow_private=True).getbool("MIACRAWL_ALLOW_PRIVATE")


def test_nearly_right_variable_is_told_and_others_are_not() -> None:
    told = misspelt({"MIACRAWL_CONTCT": "x", "MIACRAWL_WHATEVER": "y", "MIACRAWL_LIMIT": "1", "PATH": ""})
    assert told == ["environment variable MIACRAWL_CONTCT is no setting; did you mean MIACRAWL_CONTACT?"]


# --- components ---


@pytest.mark.parametrize("place", ["file", "command line"])
def test_own_components_come_to_ours_and_replace_none(tmp_path: Path, place: str) -> None:
    before = held(tmp_path).getdict("DOWNLOADER_MIDDLEWARES")
    text = f"settings: {{DOWNLOADER_MIDDLEWARES: {{{MINE}: 543}}}}" if place == "file" else ""
    given = {} if place == "file" else {"DOWNLOADER_MIDDLEWARES": f'{{"{MINE}": 543}}'}
    after = held(tmp_path, text, settings=given).getdict("DOWNLOADER_MIDDLEWARES")
    assert before and after == {**before, MINE: 543}
    assert next(iter(after)) == MINE, "ours come last, and the last one wins where two names mean the same component"


def test_components_of_file_and_command_line_are_both_there(tmp_path: Path) -> None:
    text = "settings: {EXTENSIONS: {a.First: 1, a.Second: 2}}"
    settings = held(tmp_path, text, settings={"EXTENSIONS": '{"a.Second": null, "a.Third": 3}'}, live=True)
    found = settings.getdict("EXTENSIONS")
    assert {name: found[name] for name in ("a.First", "a.Second", "a.Third")} == {
        "a.First": 1,
        "a.Second": None,
        "a.Third": 3,
    }
    assert "miacrawl.fetch.progress.Progress" in found


def test_pipeline_of_ones_own_does_not_take_the_archive_away(tmp_path: Path) -> None:
    pipelines = held(tmp_path, "settings: {ITEM_PIPELINES: {a.B: 900}}").getdict("ITEM_PIPELINES")
    assert pipelines == {"a.B": 900, "miacrawl.store.pipeline.StorePipeline": 500}


def test_handlers_of_other_schemes_stay_off(tmp_path: Path) -> None:
    handler = "miacrawl.fetch.handler.BoundedHandler"
    settings = held(tmp_path, f"settings: {{DOWNLOAD_HANDLERS: {{https: {handler}}}}}")
    found = settings.getdict("DOWNLOAD_HANDLERS")
    assert found["https"] == handler and [found[scheme] for scheme in ("file", "ftp", "s3", "data")] == [None] * 4


# --- one site ---

SITES = """\
sites:
  - {url: "https://a.org/", settings: {DOWNLOAD_DELAY: 5, DEPTH_LIMIT: 2}}
  - {url: miafeed, settings: {DOWNLOAD_DELAY: 7}}
  - b.org
settings: {DOWNLOAD_DELAY: 3}
"""


def test_site_has_its_own_value_or_everyones(tmp_path: Path) -> None:
    settings = held(tmp_path, SITES)
    delays = [for_site(settings, site, "DOWNLOAD_DELAY") for site in ("a.org", "miafeed.com", "b.org", "c.org")]
    assert delays == [5.0, 7.0, 3.0, 3.0]
    assert [for_site(settings, site, "DEPTH_LIMIT") for site in ("a.org", "b.org")] == [2, settings["DEPTH_LIMIT"]]


def test_command_line_wins_over_what_a_site_has(tmp_path: Path) -> None:
    settings = held(tmp_path, SITES, settings={"DOWNLOAD_DELAY": "1"})
    assert [for_site(settings, site, "DOWNLOAD_DELAY") for site in ("a.org", "miafeed.com", "b.org")] == [1.0] * 3
    assert for_site(settings, "a.org", "DEPTH_LIMIT") == 2


def test_settings_of_scrapy_alone_serve_too() -> None:
    assert for_site(Settings({"DOWNLOAD_DELAY": 4}), "a.org", "DOWNLOAD_DELAY") == 4
