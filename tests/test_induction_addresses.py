"""The shape of article addresses, learned from examples."""

from __future__ import annotations

import pytest

from miacrawl.induction.addresses import article_shape
from miacrawl.induction.draft import key_for


def pattern(articles: list[str], others: list[str] | None = None) -> str | None:
    shape = article_shape(
        [f"https://a.org{path}" for path in articles], [f"https://a.org{path}" for path in others or []]
    )
    return shape.pattern if shape else None


def test_days_become_digits() -> None:
    assert pattern(["/2024/05/03/worms", "/2023/11/20/beans"]) == r"/\d{4}/\d{1,2}/\d{1,2}/[^/]+"


def test_word_that_all_share_stays() -> None:
    assert pattern(["/news/a/one", "/news/b/two", "/news/c/three"]) == "/news/[^/]+/[^/]+"


def test_word_that_two_share_may_be_chance() -> None:
    assert pattern(["/sleep/one", "/sleep/two"]) == "/[^/]+/[^/]+"


def test_ending_that_all_share_stays() -> None:
    assert pattern(["/a-b.html", "/c.html"]) == r"/[^/]+\.html"


def test_other_addresses_make_it_as_special_as_needed() -> None:
    assert pattern(["/why-worms-work", "/beans-in-march"], ["/about", "/contact"]) == "/[^/]+-[^/]+"
    assert pattern(["/why-worms-work", "/beans-in-march"], ["/about-us"]) == "/[^/]+-[^/]+-[^/]+"
    assert pattern(["/story-12345", "/tale-99999"], ["/about-us", "/how-we-work"]) == r"/[^/]*\d{4,}[^/]*"


def test_lengths_of_paths_are_told_apart() -> None:
    assert pattern(["/a-b", "/x/c-d", "/y/e-f"]) == "/[^/]+|/[^/]+/[^/]+"


def test_counts_say_how_good_it_is() -> None:
    shape = article_shape(["https://a.org/one", "https://a.org/two"], ["https://a.org/about", "https://a.org/a/b"])
    assert shape and (shape.articles, shape.of_articles, shape.others, shape.of_others) == (2, 2, 1, 2)


def test_addresses_without_path_or_shape_have_none() -> None:
    assert pattern(["/", ""]) is None
    assert pattern(["/a", "/a/b", "/a/b/c", "/a/b/c/d", "/a/b/c/d/e"]) is None


def test_signs_of_regular_expressions_in_addresses_are_plain() -> None:
    assert pattern(["/a+(b/x", "/a+(b/y", "/a+(b/z"]) == r"/a\+\(b/[^/]+"


@pytest.mark.parametrize(
    ("host", "key"),
    [("example.org", "example"), ("news.example.co.uk", "news-example"), ("blog.example.com", "blog-example"),
     ("127.0.0.1:8000", "127-0-0-1-8000"), ("[::1]:80", "1-80"), ("localhost", "localhost"), ("例え.jp", "site")],
)  # fmt: skip
def test_key_of_a_host(host: str, key: str) -> None:
    assert key_for(host) == key
