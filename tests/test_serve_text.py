"""Text by strangers on our pages: marked, dated, linked and cleaned without ever running or loading anything."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from miacrawl.serve.body import MAX_TAGS, safe_body
from miacrawl.serve.card import shortened
from miacrawl.serve.dates import shown_date, shown_month
from miacrawl.serve.link import outside
from miacrawl.serve.marks import marked
from miacrawl.serve.stored import pairs, strings

BASE = "https://a.example/health/naps"


def test_found_words_are_marked_and_all_else_escaped() -> None:
    assert marked("a \x02<b>\x03 & c") == "a <mark>&lt;b&gt;</mark> &amp; c"


@given(st.text(alphabet="\x02\x03<a>&", max_size=40))
def test_marks_are_paired_whatever_the_text_holds(text: str) -> None:
    shown = marked(text)
    assert shown.count("<mark>") == shown.count("</mark>")
    assert "<a" not in shown


def test_dates_in_words() -> None:
    assert str(shown_date("2026-03-02")) == "2 March 2026"
    assert str(shown_date("2026-03-02T23:30:00+00:00")) == "2 March 2026"
    assert str(shown_date("2026-03-02T23:30:00+00:00", with_time=True)) == "2 March 2026, 23:30 UTC"
    assert str(shown_date("2026-03-02T23:30:00", with_time=True)) == "2 March 2026, 23:30"
    assert str(shown_date("last spring")) == "last spring"
    assert shown_date(None) is None and shown_date("") is None
    assert shown_month("2026-12") == "December 2026" and shown_month("2026-13") == "2026-13"


@given(st.text(max_size=40))
def test_no_text_is_too_strange_for_a_date(text: str) -> None:
    shown_date(text, with_time=True)
    shown_month(text)
    outside(text)
    strings(text)
    pairs(text)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//a.example/",
        "/x",
        "http://",
        "https://[",
        "java\nscript:1",
        None,
        "",
    ],
)
def test_only_addresses_of_the_web_are_links(address: str | None) -> None:
    assert outside(address) is None


def test_web_address_is_a_link() -> None:
    assert outside(" https://a.example/x?y=1 ") == "https://a.example/x?y=1"


def test_image_becomes_a_link_that_says_what_it_shows() -> None:
    shown = safe_body('<p>x<img src="/pic.jpg" alt="A <b> cup" onerror="alert(1)"></p>', "", BASE)
    assert "<img" not in shown and "onerror" not in shown
    link = html.fromstring(f"<div>{shown}</div>").find(".//a")
    assert link is not None and link.get("href") == "https://a.example/pic.jpg"
    assert link.text == "[Image: A <b> cup]"


def test_image_in_a_link_stays_words_in_that_link() -> None:
    shown = safe_body('<a href="/more"><img src="/pic.jpg" alt="Cup"></a>', "", BASE)
    assert shown.count("<a ") == 1 and "[Image: Cup]" in shown and "/more" in shown


def test_links_say_nothing_of_where_they_come_from() -> None:
    shown = safe_body('<p><a href="/more" target="_blank" onclick="x()">more</a></p>', "", BASE)
    assert 'href="https://a.example/more"' in shown and "noreferrer" in shown and "noopener" in shown
    assert "onclick" not in shown and "target" not in shown


@pytest.mark.parametrize(
    "payload",
    [
        "<script>x()</script>",
        "<svg onload=x()>",
        '<iframe src="https://b.example/">',
        '<a href="javascript:x()">y</a>',
        '<a href=" jav&#x09;ascript:x()">y</a>',
        '<p style="background:url(https://b.example/)">y</p>',
        '<img srcset="https://b.example/ 2x">',
        '<video src="https://b.example/"></video>',
        '<link rel=stylesheet href="https://b.example/">',
        '<base href="https://b.example/">',
        '<form action="https://b.example/"><button>y</button></form>',
        "<math><mtext><table><mglyph><style><img src=x onerror=x()>",
        "<noscript><p title='</noscript><img src=x onerror=x()>'>",
        '<meta http-equiv="refresh" content="0;url=https://b.example/">',
    ],
)
def test_nothing_in_a_body_runs_or_loads(payload: str) -> None:
    shown = safe_body(f"<p>before</p>{payload}<p>after</p>", "", BASE)
    tree = html.fromstring(f"<div>{shown}</div>")
    assert not tree.xpath(
        "//script|//svg|//iframe|//img|//video|//link|//base|//form|//meta|//style|//@style|//@srcset"
    )
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]
    assert all(href.startswith(("http://", "https://")) for href in tree.xpath("//@href"))


@given(st.text(max_size=200))
def test_no_body_is_too_strange_to_show(text: str) -> None:
    safe_body(text, text, BASE)


def test_text_stands_in_where_there_is_no_html() -> None:
    assert safe_body("", "One & two.\n\n<b>Three.", BASE) == "<p>One &amp; two.</p>\n<p>&lt;b&gt;Three.</p>"


def test_overlong_html_gives_way_to_the_text() -> None:
    assert safe_body("<p>" + "x" * 2_000_001, "short", BASE) == "<p>short</p>"


def test_teasers_are_cut_between_words() -> None:
    assert shortened("one two three", 9) == "one two …"
    assert shortened(" one\n two ") == "one two"
    assert shortened("x" * 20, 5) == "xxxxx …"


def test_markup_of_a_strangers_archive_takes_no_minutes() -> None:
    many = " ".join(f"a{number}" for number in range(150_000))
    for markup in (f"<p {many}>x</p>", f"<p x='>' {many}>x</p>"):
        began = time.process_time()
        assert safe_body(markup, "plain", BASE) in ("<p>x</p>", "<p>&gt;x</p>")
        assert time.process_time() - began < 1


def test_text_of_very_many_elements_is_shown_plain() -> None:
    assert safe_body("<p>a" * MAX_TAGS, "plain", BASE) != "<p>plain</p>"
    assert safe_body("<p>a" * (MAX_TAGS + 1), "plain", BASE) == "<p>plain</p>"
