"""miacrawl.yaml is read strictly: what is wrong in it is named with file, line, key and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from miacrawl.config import PER_SITE, Config, Setting, read_config, sites_of
from miacrawl.config.known import known_settings
from miacrawl.errors import ConfigError

WHOLE = """\
sites:
  - https://example.org/
  - miafeed
  - blog.example.com
  - url: https://example.net/news
    settings:
      DOWNLOAD_DELAY: 2
      DEPTH_LIMIT: 3
settings:
  DOWNLOAD_DELAY: 0.5
  CONCURRENT_REQUESTS: 4
  AUTOTHROTTLE_ENABLED: no
  USER_AGENT: "me 1.0"
  RETRY_HTTP_CODES: [500, 503]
  MEMUSAGE_NOTIFY_MAIL: a@example.org, b@example.org
  DOWNLOAD_SLOTS:
    example.org: {delay: 3, concurrency: 1}
  DEFAULT_REQUEST_HEADERS:
    Accept-Language: de
  MIACRAWL_CONTACT: mailto:me@example.edu
  PLAYWRIGHT_LAUNCH_OPTIONS: {headless: true, timeout: 20000}
  JOBDIR: ~
"""


def config(folder: Path, text: str | bytes) -> Config:
    (folder / "miacrawl.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_config(folder)


def test_values_have_the_types_that_scrapy_takes(tmp_path: Path) -> None:
    read = config(tmp_path, WHOLE)
    assert {name: setting.value for name, setting in read.settings.items()} == {
        "DOWNLOAD_DELAY": 0.5,
        "CONCURRENT_REQUESTS": 4,
        "AUTOTHROTTLE_ENABLED": False,
        "USER_AGENT": "me 1.0",
        "RETRY_HTTP_CODES": [500, 503],
        "MEMUSAGE_NOTIFY_MAIL": ["a@example.org", "b@example.org"],
        "DOWNLOAD_SLOTS": {"example.org": {"delay": 3.0, "concurrency": 1}},
        "DEFAULT_REQUEST_HEADERS": {"Accept-Language": "de"},
        "MIACRAWL_CONTACT": "mailto:me@example.edu",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {"headless": True, "timeout": 20000},
        "JOBDIR": None,
    }
    assert isinstance(read.settings["DOWNLOAD_SLOTS"].value["example.org"]["delay"], float)


def test_setting_knows_its_line(tmp_path: Path) -> None:
    assert config(tmp_path, WHOLE).settings["DOWNLOAD_DELAY"] == Setting(0.5, "miacrawl.yaml, line 10")


def test_sites_are_addresses_hosts_and_keys_with_settings_of_their_own(tmp_path: Path) -> None:
    read = config(tmp_path, WHOLE)
    assert sites_of(read) == ("https://example.org/", "miafeed", "blog.example.com", "https://example.net/news")
    assert [entry.sites for entry in read.sites] == [
        ("example.org",),
        ("miafeed.com",),
        ("blog.example.com",),
        ("example.net",),
    ]
    own = read.sites[3].settings
    assert own["DOWNLOAD_DELAY"] == Setting(2.0, "miacrawl.yaml, line 7") and own["DEPTH_LIMIT"].value == 3


def test_profile_of_the_archive_is_a_site(tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "garden.yaml").write_text("key: garden\nhosts: [garden.example, old.garden.example:8080]\n")
    entry = config(tmp_path, "sites: [{url: garden, settings: {DEPTH_LIMIT: 2}}]").sites[0]
    assert entry.sites == ("garden.example", "old.garden.example:8080")


@pytest.mark.parametrize("text", ["", "# nothing\n", "sites:\nsettings:\n", "{}", "sites: []\nsettings: {}", "﻿"])
def test_file_without_entries_says_nothing(tmp_path: Path, text: str) -> None:
    assert config(tmp_path, text) == Config()


def test_missing_file_says_nothing(tmp_path: Path) -> None:
    assert read_config(tmp_path) == Config() == read_config(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a", "line 1: is a list; give keys and values (sites, settings)"),
        ("sits: []", "line 1: unknown key 'sits'; did you mean 'sites'? The keys here are sites, settings"),
        ("settings: 5", "settings: is a text; give keys and values"),
        ("sites: {a.org: 1}", "sites: is a mapping; give a list, as in [https://example.org/]"),
        ("settings:\n  DOWNLOAD_DELY: 1", "line 2: settings.DOWNLOAD_DELY: unknown setting 'DOWNLOAD_DELY'; did you"
         " mean 'DOWNLOAD_DELAY'?"),
        ("settings: {download_delay: 1}", "unknown setting 'download_delay'"),
        ("settings: {MIACRAWL_CONTCT: a}", "did you mean 'MIACRAWL_CONTACT'?"),
        ("settings: {SOMETHING_ELSE_ALTOGETHER: a}", "there are Scrapy's, MIACRAWL_… and PLAYWRIGHT_…"),
        ("settings: {CONCURRENT_REQUESTS_PER_IP: 1}", "did you mean 'CONCURRENT_REQUESTS_PER_DOMAIN'?"),
        ("settings:\n  DOWNLOAD_DELAY: soon", "line 2: settings.DOWNLOAD_DELAY: 'soon' is no number; write digits"),
        ("settings: {DOWNLOAD_DELAY: -1}", "-1 is less than 0; give 0 or more"),
        ("settings: {DOWNLOAD_DELAY: .inf}", "'.inf' is no number"),
        ("settings: {DOWNLOAD_DELAY: nan}", "'nan' is no number"),
        ("settings: {DOWNLOAD_DELAY: 1e999}", "is beyond 1,000,000,000,000"),
        ("settings: {DOWNLOAD_DELAY: 1:30}", "'1:30' is no number"),
        ("settings: {DOWNLOAD_DELAY: [1]}", "is a list; give a number"),
        ("settings: {DOWNLOAD_DELAY: }", "DOWNLOAD_DELAY: is empty; give a value, or leave the key out"),
        ("settings: {DOWNLOAD_DELAY: 1, DOWNLOAD_DELAY: 2}", "the key 'DOWNLOAD_DELAY' is there twice; keep one"),
        ("settings: {DOWNLOAD_DELAY_JITTER: 2}", "2 is more than 1; give 1 or less"),
        ("settings: {CONCURRENT_REQUESTS: 0}", "0 is less than 1; give 1 or more"),
        ("settings: {CONCURRENT_REQUESTS: 1.5}", "'1.5' is no whole number; write digits, as in 16"),
        ("settings: {CONCURRENT_REQUESTS: " + "9" * 5000 + "}", "is no whole number"),
        ("settings: {ROBOTSTXT_OBEY: maybe}", "'maybe' is neither true nor false"),
        ("settings: {LOG_LEVEL: LOUD}", "'LOUD' is none of CRITICAL, ERROR, WARNING, INFO, DEBUG"),
        ("settings: {USER_AGENT: {a: b}}", "USER_AGENT: is a mapping; give one text"),
        ('settings: {USER_AGENT: "a\\r\\nX-Evil: 1"}', "has the character '\\r' in it"),
        ("settings: {RETRY_HTTP_CODES: {a: b}}", "is a mapping; give a list, as in [a, b]"),
        ("settings: {DOWNLOAD_SLOTS: 5}", "DOWNLOAD_SLOTS: is a text; give keys and values"),
        ("settings: {DOWNLOAD_SLOTS: {a.org: {dely: 5}}}", "DOWNLOAD_SLOTS.a.org: unknown key 'dely'; did you mean"),
        ("settings:\n  DOWNLOAD_SLOTS:\n    a.org:\n      delay: -1", "settings.DOWNLOAD_SLOTS.a.org.delay: -1"),
        ("settings: {DOWNLOAD_SLOTS: {[a]: 1}}", "has a list as a key; give a text"),
        ("settings: {MIACRAWL_ARCHIVE: x}", "can't be set here: the archive is named by the option --archive"),
        ("settings: {MIACRAWL_SITES: {}}", "stands in miacrawl.yaml, under 'sites'"),
        ("settings: {MIACRAWL_ALLOW_PRIVATE: true}", "give --allow-private there"),
        ("settings: {SCHEDULER: scrapy.core.scheduler.Scheduler}", "can't be set: the frontier keeps every address's"),
        ("settings: {TWISTED_DNS_RESOLVER: a.B}", "can't be set: the resolver refuses private addresses; leave it out"),
        ("settings: {DNS_RESOLVER: a.B}", "can't be set: the resolver refuses private addresses"),
        ("settings: {TELNETCONSOLE_ENABLED: true}", "nobody controls a crawl from outside"),
        ("settings: {DOWNLOADER_MIDDLEWARES_BASE: {}}", "these are Scrapy's own parts; change them by DOWNLOADER"),
        ("settings: {DOWNLOADER_MIDDLEWARES: {miacrawl.fetch.scope.ScopeMiddleware: }}", "is miacrawl's to place"),
        ("settings: {DOWNLOADER_MIDDLEWARES: {scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware: 1}}",
         "is miacrawl's to place"),
        ("settings: {ITEM_PIPELINES: {miacrawl.store.pipeline.StorePipeline: 1}}", "is miacrawl's to place"),
        ("settings: {ITEM_PIPELINES: {rm -rf: 1}}", "is no component's import path"),
        ("settings: {ITEM_PIPELINES: {a.B: first}}", "'first' is no whole number"),
        ("settings: {DOWNLOAD_HANDLERS: {file: scrapy.core.downloader.handlers.file.FileDownloadHandler}}",
         "only http and https are fetched"),
        ("settings: {DOWNLOAD_HANDLERS: {https: scrapy.core.downloader.handlers._httpx.HttpxDownloadHandler}}",
         "by a handler that refuses private addresses"),
        ("sites: [nosuchsite]", "sites[1]: unknown site 'nosuchsite'; The sites here are miafeed; give an http(s)"),
        ("sites: [miafed]", "did you mean 'miafeed'?"),
        ("sites: ['ftp://a.org/']", "unknown site 'ftp://a.org/'"),
        ("sites: ['https://a.org:port/']", "unknown site"),
        ("sites: [[a.org]]", "sites[1]: is a list; give keys and values (url, settings)"),
        ("sites: [{settings: {}}]", "the key 'url' is missing; add it"),
        ("sites: [{url: a.org, setings: {}}]", "unknown key 'setings'; did you mean 'settings'?"),
        ("sites: [{url: a.org, settings: {DOWNLOAD_DELY: 1}}]", "settings: unknown setting 'DOWNLOAD_DELY'; did"),
        ("sites: [{url: a.org, settings: {LOG_LEVEL: INFO}}]", "unknown setting 'LOG_LEVEL'; The settings here are"),
        ("sites: [{url: a.org, settings: {DOWNLOAD_DELAY: -2}}]", "sites[1].settings.DOWNLOAD_DELAY: -2 is less"),
        ("sites:\n - a.org\n - b.org\n - a.org", "line 4: sites[3]: a.org is there already, in line 2; keep one"),
        ("sites:\n - {url: a.org, settings: {DEPTH_LIMIT: 1}}\n - {url: 'https://a.org/x', settings: {DEPTH_LIMIT: 2}}",
         "line 3: sites[2]: a.org has settings already, in line 2; put them together"),
    ],
)  # fmt: skip
def test_error_says_where_and_what_to_do(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as error:
        config(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path / 'miacrawl.yaml'}, line ") and told in str(error.value)


def test_error_deep_in_a_value_names_its_own_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"line 4: settings\.DOWNLOAD_SLOTS\.a\.org\.delay: -1 is less than 0"):
        config(tmp_path, "settings:\n  DOWNLOAD_SLOTS:\n    a.org:\n      delay: -1")


def test_two_start_pages_of_a_site_are_two_entries(tmp_path: Path) -> None:
    assert len(config(tmp_path, "sites: ['https://a.org/x', 'https://a.org/y']").sites) == 2


@pytest.mark.parametrize("name", ["miacrawl.yml", "miacrawl.yaml.txt"])
def test_file_of_another_name_is_not_passed_over_in_silence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("settings: {}")
    with pytest.raises(ConfigError, match=rf"{name} is not read; name it miacrawl\.yaml"):
        read_config(tmp_path)


def test_what_a_site_can_have_is_a_setting() -> None:
    assert {"DOWNLOAD_DELAY", "CONCURRENT_REQUESTS_PER_DOMAIN", "DEPTH_LIMIT"} <= set(PER_SITE) & set(known_settings())


@pytest.mark.parametrize("name", sorted(known_settings()))
def test_every_default_is_of_the_kind_that_is_taken(name: str) -> None:
    from miacrawl.config.known import our_defaults, scrapy_defaults

    kinds = {"truth": (bool, int), "whole": int, "number": (int, float), "text": str, "mapping": dict}
    kinds |= {"list": (list, tuple, set, frozenset), "any": object}
    for value in (our_defaults().get(name), scrapy_defaults().get(name)):
        assert value is None or isinstance(value, kinds[known_settings()[name].kind])
