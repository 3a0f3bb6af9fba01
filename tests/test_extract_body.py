"""The body: the article's text, and nothing of what stands around it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miacrawl import extract
from miacrawl.extract.body import find_body
from miacrawl.page import Page

URL = "https://a.org/garden/worms"
FIRST = "Worms eat what we leave them, and what they leave is better than anything that is sold in bags at the store."
SECOND = "A handful of them, a bucket and some patience are enough; by the spring the bucket is full of dark crumbs."
THIRD = "Keep it damp, keep it dark, and keep citrus out of it: that is the whole of the law, says the man next door."
TEXT = f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


def body(inner: str, *, head: str = "") -> str:
    page = f"<!doctype html><title>Worms</title>{head}<body>{inner}</body>"
    return extract(page.encode(), URL).body


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


ARTICLE = paragraphs(FIRST, SECOND, THIRD)


def test_paragraphs_are_joined_by_a_blank_line() -> None:
    assert body(f"<main><h1>Worms</h1>{ARTICLE}</main>") == TEXT


def test_headings_lists_quotes_tables_and_code_stay() -> None:
    inner = (
        f"<article><h1>Worms</h1><p>{FIRST}</p><h2>What you need</h2><ul><li>A bucket</li><li>Some worms</li></ul>"
        f"<blockquote><p>Nobody regrets worms.</p></blockquote><p>{SECOND}</p><table><tr><td>Week</td><td>3</td></tr></table>"
        f"<pre>feed(worms)\n  wait(7)</pre><p>{THIRD}</p></article>"
    )
    found = body(inner).split("\n\n")
    for part in ("What you need", "A bucket", "Some worms", "Nobody regrets worms.", "Week", "feed(worms)\n  wait(7)"):
        assert part in found


def test_text_in_several_containers_is_joined() -> None:
    inner = f"<div id=story><div>{paragraphs(FIRST)}</div><div class=slot></div><div>{paragraphs(SECOND, THIRD)}</div></div>"
    assert body(f"<h1>Worms</h1>{inner}") == TEXT


def test_bare_text_parted_by_line_breaks_is_text() -> None:
    assert body(f"<h1>Worms</h1><table><tr><td>{FIRST}<br><br>{SECOND}<br><br>{THIRD}</td></tr></table>") == TEXT


def test_inline_marks_leave_no_blanks() -> None:
    marked = FIRST.replace("Worms", "<b>W</b>orms").replace("store.", "<a href='/s'>store</a>.")
    assert body(f"<main><h1>Worms</h1>{paragraphs(marked, SECOND, THIRD)}</main>") == TEXT


@pytest.mark.parametrize(
    "around",
    [
        '<nav class="breadcrumb"><a href="/">A</a> › <a href="/garden">Garden</a></nav>',
        '<div class="share-bar">Share this article <a href="/f">Facebook</a></div>',
        "<p>Share this article</p>",
        '<p class="byline">By Ida Holm</p>',
        "<p>By Ida Holm</p>",
        "<p>2 min read</p>",
        "<span>Lesezeit: 4 Minuten</span>",
        "<time datetime='2024-05-03'>3 May 2024</time>",
        "<p>Published on 3 May 2024</p>",
        "<form><label>Email</label><input><p>Sign up for our weekly newsletter about gardens and those who love "
        "them.</p></form>",
        '<div class="newsletter"><h3>Stay updated</h3><p>Every Friday, the best of the garden in your mailbox, for free.</p></div>',
        '<p><a href="/garden/beans">Read also: How beans climb, and why they never fall</a></p>',
        '<div class="related-posts"><h3>Related articles</h3><p><a href="/x">How beans climb in the rain</a></p>'
        "<p>Beans climb higher than anybody thinks, and faster than most of us can walk up a hill in May.</p></div>",
        '<section><h2>Related Articles</h2><div><a href="/garden/beans"><h3>How beans climb in the rain</h3>'
        "<p>Beans climb higher than anybody thinks, and faster than most of us can walk up a "
        "hill.</p></a></div></section>",
        '<div class="author-bio"><p>Ida Holm has kept worms for eleven years, and writes about them for this magazine.</p></div>',
        '<div id="comments"><p>I tried this last year and it went very well, thank you so much for the advice!</p></div>',
        "<footer><p>All rights reserved by the publisher, and nothing may be copied without written "
        "permission.</p></footer>",
        '<aside class="most-read"><p><a href="/1">One story that everybody reads this week</a></p></aside>',
        "<figure><img src=/w.jpg><figcaption>A worm, photographed from above by somebody brave.</figcaption></figure>",
        '<div style="display:none"><p>This text is here for machines only and no reader ever sees any of it at all.</p></div>',
        "<script>var text = 'Not a text that anybody should ever read in an archive of articles.'</script>",
    ],
)
def test_what_stands_around_the_text_is_not_in_it(around: str) -> None:
    assert body(f"<main><h1>Worms</h1>{ARTICLE}{around}</main>") == TEXT
    assert body(f"<main><h1>Worms</h1>{around}{ARTICLE}</main>") == TEXT


def test_title_and_standfirst_are_not_repeated() -> None:
    standfirst = "Why a bucket of worms belongs in every kitchen."
    inner = f'<article><h1>Worms</h1><p class="standfirst">{standfirst}</p><div>{ARTICLE}</div></article>'
    found = extract(f"<title>Worms</title><body>{inner}".encode(), URL)
    assert (found.blurb, found.body) == (standfirst, TEXT)


def test_layout_named_like_a_widget_is_still_the_text() -> None:
    parts = "".join(f'<div class="elementor-widget"><p>{text}</p></div>' for text in (FIRST, SECOND, THIRD) * 2)
    assert FIRST in body(f"<h1>Worms</h1><div class=page>{parts}</div>")


def test_empty_shell_gives_the_body_that_its_data_states() -> None:
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Worms", "articleBody": TEXT}
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    found = extract(f"<title>Worms</title>{head}<body><div id=root></div>".encode(), URL)
    assert (found.body, found.provenance["body"]) == (TEXT, "json-ld:articleBody")


def test_word_count_counts_characters_where_there_are_no_blanks() -> None:
    text = "ミミズは土を良くします。" * 12
    page = f"<html lang=ja><title>ミミズ</title><h1>ミミズの話をしましょう</h1><p>{text}</p><p>{text}</p>"
    found = extract(page.encode(), URL)
    assert found.word_count == sum(character not in "。\n" for character in found.body)
    assert extract(f"<h1>Worms</h1>{ARTICLE}".encode(), URL).word_count == len(TEXT.replace(":", "").split())


@settings(deadline=None)
@given(st.binary(max_size=600))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    find_body(Page(data, URL), None, None, ())


@pytest.mark.parametrize("tag", ["div", "p", "ul><li", "table><tr><td", "a href=x", "b", "blockquote"])
def test_depth_does_no_harm(tag: str) -> None:
    extract(f"<h1>Deep</h1>{f'<{tag}>' * 30_000}text".encode(), URL)
