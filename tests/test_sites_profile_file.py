"""A profile's YAML file is read strictly: what is wrong is named with file, line, key and what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from miacrawl.errors import ConfigError
from miacrawl.sites.profile_file import profile_from, read_profile

WHOLE = r"""
key: garden
name: Garden Notes
hosts: [garden.example, garden.example:8080]
start: [https://garden.example/, "https://www.garden.example/news"]
article: /\d{4}/[^/]+
listing: /topics/[^/]+|
fields:
  title: h1.headline
  published:
    - css: time.posted
      attribute: datetime
      from: 2023-06-01
    - css: p.dateline
      until: 2023-05-31
  authors: [a.writer, .byline]
  body: div.story
"""


def fields(text: str) -> str:
    """A profile whose fields are `text`."""
    return f"key: x\nhosts: [a.org]\nfields:\n  {text}\n"


def test_whole_profile_is_read() -> None:
    site = profile_from(WHOLE, "garden.yaml")
    assert (site.key, site.name, site.hosts[1]) == ("garden", "Garden Notes", "garden.example:8080")
    assert site.is_article("https://garden.example/2024/beans/") and site.is_listing("https://garden.example/")
    assert [rule.source for rule in site.title] == ["site:garden:css(h1.headline)"]
    new, old = site.published
    assert new.source == "site:garden:css(time.posted@datetime)" and new.since == date(2023, 6, 1) and new.until is None
    assert old.until == date(2023, 5, 31) and old.holds(date(2023, 5, 31)) and not old.holds(date(2023, 6, 1))
    assert len(site.authors) == 2 and len(site.body) == 1 and not site.related


def test_profile_that_the_readme_shows_can_be_used() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    site = profile_from(readme.partition("```yaml\n")[2].partition("```")[0], "README.md")
    assert site.is_article("https://example.org/2024/beans") and site.is_listing("https://example.org/")
    assert [rule.source for rule in site.on(date(2023, 1, 1)).published] == ["site:example:css(p.dateline)"]


def test_start_and_name_may_be_left_out() -> None:
    site = profile_from("key: x\nhosts: a.org", "x.yaml")
    assert site.start == ("https://a.org/",) and site.name == "x"


def test_values_are_the_text_that_stands_there() -> None:
    assert profile_from("key: 'on'\nname: No\nhosts: a.org", "x.yaml").name == "No"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "x.yaml: is empty"),
        ("a: [", "x.yaml, line 1: not YAML"),
        ("[" * 3000, "x.yaml, line 1: is nested more than 20 deep"),
        ("\x01", "not YAML"),
        ("- a", "line 1: is a list; give keys and values (key, name"),
        ("hosts: a.org", "the key 'key' is missing"),
        ("key: x\nhosts: []", "line 2: hosts: is an empty list"),
        ("key: x\nhosts: a.org\nfeilds: {}", "line 3: unknown key 'feilds'; did you mean 'fields'?"),
        ("key: x\nhosts: a.org\n<<: {}", "unknown key '<<'; The keys here are"),
        ("key: x\nkey: y\nhosts: a.org", "line 2: the key 'key' is there twice"),
        ("key: X.Y\nhosts: a.org", "key: 'X.Y' is no key"),
        ("key: [x]\nhosts: a.org", "key: is a list; give one text"),
        ("key:\nhosts: a.org", "key: is empty; give a value, or leave the key out"),
        ("key: x\nhosts: https://a.org", "hosts: 'https://a.org' is no host name"),
        ("key: x\nhosts: www.a.org", "without https://, www. and path"),
        ("key: x\nhosts: a.org\nstart: a.org", "start: 'a.org' is no http(s) address"),
        ("key: x\nhosts: a.org\nstart: https://b.org/", "is on none of the hosts (a.org)"),
        ("key: x\nhosts: a.org\narticle: /(a", "article: '/(a' is no regular expression (missing )"),
        (fields("titel: h1"), "line 4: fields: unknown key 'titel'; did you mean 'title'?"),
        (fields("title: 'p >'"), "fields.title: 'p >' is no CSS selector"),
        (fields("title: 'h1::text'"), "for an attribute's value use the key 'attribute'"),
        (fields("title: 'a|b'"), "is no CSS selector that can be used (Undefined namespace"),
        (fields(f"title: {'b ' * 900}"), "more than 1000 characters"),
        (fields("title: [{css: h1, untill: 2024-01-01}]"), "unknown key 'untill'; did you mean 'until'?"),
        (fields("title: [{until: 2024-01-01}]"), "the key 'css' is missing"),
        (fields("title: [{css: h1, until: 2024-02-30}]"), "fields.title[1].until: '2024-02-30' is no day"),
        (fields("title: [{css: h1, from: 1 May}]"), "write it as 2024-05-31"),
        (fields("title: [{css: h1, from: 2024-01-02, until: 2024-01-01}]"), "so the rule never holds"),
        (fields("title: [{css: h1, attribute: 'a b'}]"), "'a b' is no attribute's name"),
        (fields("body: [{css: div, attribute: id}]"), "body is an element, not a text: leave 'attribute' out"),
        (fields("title: [[h1]]"), "fields.title[1]: is a list; give keys and values (css"),
    ],
)  # fmt: skip
def test_error_says_where_and_what_to_do(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as error:
        profile_from(text, "x.yaml")
    assert told in str(error.value)


def test_file_that_is_missing_too_long_or_no_utf8_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with pytest.raises(ConfigError, match="can't be read"):
        read_profile(path)
    path.write_bytes(b"key: \xff")
    with pytest.raises(ConfigError, match=r"not UTF-8 \(byte 6\)"):
        read_profile(path)
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(ConfigError, match="no profile"):
        read_profile(path)


def test_profile_says_which_file_it_is_from(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("﻿" + WHOLE, "utf-8")
    assert read_profile(path).origin == str(path)
