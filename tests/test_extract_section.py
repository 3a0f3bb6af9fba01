import pytest

import miacrawl

URL = "https://example.org/sport/sailing/round-the-island"
TITLE = "Round the island in a bathtub"
TEXT = "<p>" + "The tub was enamelled and weighed as much as its crew, which did not help it up the wind. " * 4 + "</p>"


def section(top: str, *, head: str = "", below: str = "", url: str = URL) -> str | None:
    page = f"<html lang=en><head>{head}</head><body>{top}<h1>{TITLE}</h1>{below}{TEXT * 3}</body></html>"
    return miacrawl.extract(page.encode(), url).section


@pytest.mark.parametrize(
    "top",
    [
        '<a class="kicker" href="/sailing">Sailing</a>',
        '<span class="category-label">Sailing</span>',
        '<div><a href="/sailing">Sailing</a></div>',
        '<nav class="breadcrumbs"><a href="/">Home</a> › <a href="/sport">Sport</a> › <a href="/s">Sailing</a></nav>',
        f'<ol class="breadcrumb"><li><a href="/">Home</a><li><a href="/s">Sailing</a><li>{TITLE}</ol>',
        '<nav aria-label="Breadcrumb"><ul><li><a href="/">Start</a></li><li><a href="/s">Sailing</a></li></ul></nav>',
        '<p><a href="/">Example</a> &gt; <a href="/sport/sailing/">Sailing</a></p>',
    ],
)
def test_overline_or_last_breadcrumb(top: str) -> None:
    assert section(top) == "Sailing"


def test_category_in_the_line_of_the_date() -> None:
    below = '<div class="meta">May 3, 2024 in <a rel="category tag" href="/c">Sailing</a></div>'
    assert section("", below=below) == "Sailing"


def test_shown_category_that_metadata_names_too_comes_first() -> None:
    head = '<meta property="article:section" content="Sailing">'
    top = '<a class="topic" href="/live">Live blog</a>'
    below = '<ul class="category-list"><li><a href="/w">Water</a></li><li><a href="/s">Sailing</a></li></ul>'
    assert section("", head=head, below=below) == "Sailing"
    assert section(top, head=head, below='<p class="category"><a href="/s">Sailing</a></p>') == "Sailing"


def test_section_that_only_metadata_names_is_not_shown() -> None:
    assert section("", head='<meta property="article:section" content="Sailing">') is None


@pytest.mark.parametrize(
    "top",
    [
        '<div><a href="/share">Share on Facebook</a></div>',
        '<a class="label" href="/subscribe">Subscribe</a>',
        '<div class="label">May 3, 2024</div>',
        '<p><a href="/">Home</a></p>',
        "<ul>" + "".join(f'<li><a href="/{n}">Topic {n}</a></li>' for n in "abcdefghijklmnopqrstuvwxyz") + "</ul>",
    ],
)
def test_what_is_no_section(top: str) -> None:
    assert section(top, url="https://example.org/x") is None
