"""Markup that no sound page has is bounded before it is parsed."""

import time

import pytest

from miacrawl import extract
from miacrawl.bounds import MAX_ATTRIBUTES, MAX_TAG, MAX_TAGS, MAX_WRITTEN, bounded
from miacrawl.page import Page

TEXT = "<p>Worms eat what we leave them, and what they leave is better than anything that is sold in bags.</p>"


def test_page_within_bounds_is_left_as_it_is() -> None:
    page = f"<html><body><h1>Worms</h1>{TEXT * 50}<script>{'var a = 1 > 0;' * 9000}</script></body></html>"
    assert bounded(page) == page


def test_page_is_cut_after_very_many_tags() -> None:
    assert bounded("<p>a" * (MAX_TAGS + 5)).count("<") < MAX_TAGS


def test_overlong_tag_loses_its_attributes_and_what_follows_is_read() -> None:
    page = f"<h1>Worms</h1><div {'a=b ' * MAX_TAG}>{TEXT * 4}</div>"
    assert "<div>" in bounded(page)
    assert "Worms eat" in extract(page.encode(), "https://a.org/worms").body


def test_tag_without_end_is_bounded() -> None:
    assert len(bounded("<h1>Worms</h1><div " + "a=b " * MAX_TAG)) < 100


def _named(many: int, value: str = "") -> str:
    return " ".join(f"a{number}{value}" for number in range(many))


CROWDED = {
    "end of a tag in a value": f"<div x='>' {_named(300_000)}>",
    "ends of tags in all values": "<div " + _named(150_000, "='>'") + ">",
    "beginnings of tags in values": "<div " + _named(100_000, "='<'") + ">",
    "just below what is long": f"<div {_named(8_000)}></div>" * 60,
}


@pytest.mark.parametrize("markup", CROWDED.values(), ids=CROWDED)
def test_tags_with_very_many_attributes_take_no_time(markup: str) -> None:
    began = time.process_time()
    page = Page(f"<h1>Worms</h1>{markup}{TEXT}</div>".encode(), "https://a.org/")
    assert "Worms eat" in page.root.findtext(".//p")
    assert time.process_time() - began < 2, "attributes are looked up one after the other: minutes"


def test_tag_with_many_attributes_keeps_them() -> None:
    page = "<div " + _named(MAX_WRITTEN, "='<b>'") + f">{TEXT}</div>"
    assert bounded(page) == page
    assert bounded(page.replace("<div ", "<div x ")) == f"<div>{TEXT}</div>"


def test_element_with_very_many_attributes_keeps_those_that_are_read() -> None:
    many = " ".join(f"a{number}=1" for number in range(MAX_ATTRIBUTES + 1))
    page = Page(f"<body><div class=story {many}>{TEXT}</div>{TEXT * 6000}".encode(), "https://a.org/")
    assert dict(page.root.find(".//div").items()) == {"class": "story"}


def test_what_follows_the_first_end_of_the_body_is_read() -> None:
    page = f"<html><body><header>Garden news</header></body></html><main><h1>Worms</h1>{TEXT * 4}</main>"
    assert extract(page.encode(), "https://a.org/worms").body.startswith("Worms eat")


def test_folded_panels_belong_to_the_text() -> None:
    panel = f'<h3><button aria-controls=p1>How?</button></h3><div id=p1 role=region style="display:none">{TEXT}</div>'
    opening = "<p>It takes a bucket and some patience, says the man next door, who has kept worms for years.</p>"
    page = f"<main><h1>Worms</h1>{opening * 1}{panel}</main>"
    assert "better than anything" in extract(page.encode(), "https://a.org/worms").body
