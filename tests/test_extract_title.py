import pytest

import miacrawl
from miacrawl.extract.headline import headline_node
from miacrawl.page import Page, text_of

URL = "https://example.org/garden/when-to-prune-an-old-apple-tree"
TITLE = "When to prune an old apple tree"
TEXT = "<p>" + "An old tree wants light in its crown, and it wants the saw only when it is asleep. " * 4 + "</p>"


def title(body: str, head: str = "") -> str | None:
    return miacrawl.extract(f"<html><head>{head}</head><body>{body}{TEXT * 3}</body></html>".encode(), URL).title


def source(body: str, head: str = "") -> str:
    page = f"<html><head>{head}</head><body>{body}{TEXT * 3}</body></html>"
    return miacrawl.extract(page.encode(), URL).provenance["title"]


def test_headline_shown_beats_what_metadata_calls_it() -> None:
    head = '<meta property="og:title" content="Pruning apple trees: a guide">'
    assert title(f"<h1>{TITLE}</h1>", head) == TITLE
    assert source(f"<h1>{TITLE}</h1>", head) == "visible:headline"


def test_h1_of_the_logo_is_not_the_headline() -> None:
    body = f'<h1><a href="/">The Orchard</a></h1><article><h2>{TITLE}</h2></article>'
    assert title(body, f"<title>{TITLE} | The Orchard</title>") == TITLE


def test_h1_of_another_article_in_the_sidebar_is_not_the_headline() -> None:
    body = f'<aside><h1>Ten pears for small gardens</h1></aside><main><h1 class="entry-title">{TITLE}</h1></main>'
    assert title(body, f"<title>{TITLE}</title>") == TITLE


def test_headline_in_a_span_is_found_by_what_the_page_calls_itself() -> None:
    assert title(f"<div><span>{TITLE}</span></div>", f'<meta property="og:title" content="{TITLE}">') == TITLE


@pytest.mark.parametrize(
    "headline",
    [
        f'<h1><span class="kicker">Trees</span> {TITLE}</h1>',
        f'<h1><span data-part="overline">Trees</span><span>{TITLE}</span></h1>',
        f"<h1><span>Trees:</span> <span>{TITLE}</span></h1>",
        f'<h1>{TITLE}<a class="headerlink" href="#x">¶</a></h1>',
        f"<h1>{TITLE} <small>updated</small></h1>",
        f"<h1>{TITLE}<span hidden>for members</span></h1>",
    ],
)
def test_parts_of_their_own_are_left_out(headline: str) -> None:
    assert title(headline) == TITLE


def test_kicker_in_the_same_text_stays() -> None:
    assert title("<h1>Opinion | Let the apples fall</h1>") == "Opinion | Let the apples fall"


@pytest.mark.parametrize("ending", [" - The Orchard", " | The Orchard", " – The Orchard", " « The Orchard"])
def test_name_of_the_site_is_cut_off_metadata(ending: str) -> None:
    head = f'<meta property="og:site_name" content="The Orchard"><title>{TITLE}{ending}</title>'
    assert title("<p>No headline here.</p>", head) == TITLE


def test_dash_in_a_headline_stays() -> None:
    head = '<meta property="og:site_name" content="The Orchard"><title>Apples - a history</title>'
    assert title("", head) == "Apples - a history"


def test_json_ld_of_a_page_without_headline() -> None:
    head = (
        '<script type="application/ld+json">{"@graph": [{"@type": ["NewsArticle"], '
        '"headline": "Frost &amp;amp; fruit"},]}</script>'
    )
    assert title("", head) == "Frost & fruit"
    assert source("", head) == "json-ld:headline"


def test_headline_of_a_page_without_headings() -> None:
    body = f"<table><tr><td><font size=5><b>{TITLE}</b></font></td></tr></table>"
    assert title(body, f"<title>The Orchard Times - {TITLE}</title>") == TITLE


def test_page_that_says_nothing_has_no_title() -> None:
    assert miacrawl.extract(b"", URL).title is None


def test_headline_node_is_the_anchor_of_the_other_fields() -> None:
    page = Page(f"<html><body><nav><h1>Menu</h1></nav><h1 id=a>{TITLE}</h1></body></html>".encode(), URL)
    node = headline_node(page)
    assert node is not None
    assert text_of(node) == TITLE
    assert headline_node(page) is node
