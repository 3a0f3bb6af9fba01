"""Flags: what is told of a page, first of all whether it is an article."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miacrawl import extract
from miacrawl.extract.flags import FLAGS

URL = "https://a.org/garden/worms-are-our-friends"
TEXT = "".join(
    f"<p>Worms eat what we leave them, and what they leave after week {number} is better than anything in a bag.</p>"
    for number in range(1, 8)
)
TEASERS = "".join(
    f'<article><h2><a href="/garden/story-number-{n}">Story number {n} of the garden</a></h2>'
    f"<p>What story number {n} tells, in one sentence that makes people want to read all of it.</p></article>"
    for n in range(12)
)


def flags(body: str, *, head: str = "", url: str = URL) -> tuple[str, ...]:
    return extract(f"<!doctype html><html><head><title>Garden</title>{head}</head><body>{body}".encode(), url).flags


def test_article_has_no_flag() -> None:
    assert flags(f"<h1>Worms are our friends</h1>{TEXT}") == ()


@pytest.mark.parametrize(
    "body, url",
    [
        (f"<h1>Garden</h1>{TEASERS}", "https://a.org/garden"),
        (f"<h1>All stories</h1>{TEASERS}", "https://a.org/"),
        ("<h1>Search</h1><form><input name=q></form><p>Type what you look for.</p>", "https://a.org/search?q=x"),
        ("<h1>Contact</h1><p>Write to us.</p>", "https://a.org/contact"),
        (
            "<h1>About us</h1><p>We are three people who like worms, and who write about them every week.</p>",
            "https://a.org/about",
        ),
        ("", URL),
    ],
)
def test_other_pages_are_no_articles(body: str, url: str) -> None:
    assert "not-article" in flags(body, url=url)


def test_article_with_a_related_block_of_cards_is_an_article() -> None:
    assert "not-article" not in flags(f"<main><h1>Worms</h1>{TEXT}</main><section><h2>Related</h2>{TEASERS}</section>")


@pytest.mark.parametrize("title", ["Page not found", "404", "Seite nicht gefunden", "Página no encontrada"])
def test_error_page_with_a_status_of_success(title: str) -> None:
    assert "soft-404" in flags(f"<h1>{title}</h1><p>We looked for it, and it is not here any more.</p>")


def test_shell_that_waits_for_its_scripts() -> None:
    assert "empty-shell" in flags('<div id="root"></div><script src="/app.js"></script>')


def test_headline_without_text() -> None:
    data = json.dumps({"@type": "NewsArticle", "headline": "Worms are our friends"})
    head = f'<script type="application/ld+json">{data}</script>'
    assert "empty-body" in flags("<h1>Worms are our friends</h1>", head=head)


def test_paywall_that_the_page_declares() -> None:
    data = json.dumps({"@type": "NewsArticle", "headline": "Worms", "isAccessibleForFree": "False"})
    head = f'<script type="application/ld+json">{data}</script>'
    assert "paywall" in flags(f"<h1>Worms</h1>{TEXT}", head=head)


def test_paywall_that_readers_see() -> None:
    assert "paywall" in flags(f"<h1>Worms</h1>{TEXT[:300]}<p>Subscribe to continue reading this article.</p>")


def test_every_flag_is_described() -> None:
    assert all(FLAGS.values())


@settings(deadline=None)
@given(st.binary(max_size=600))
def test_flags_of_any_bytes_are_known(data: bytes) -> None:
    assert set(extract(data, URL).flags) <= set(FLAGS)
