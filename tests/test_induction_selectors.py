"""Which selectors are thought to outlive a redesign."""

from __future__ import annotations

import pytest
from lxml import etree

from miacrawl.induction.selectors import is_nameless, selectors_for, stable_classes
from miacrawl.strategy import compiled


def element(html: str) -> etree._Element:
    """The element with `target` among its attributes."""
    root = etree.fromstring(f"<html><body>{html}</body></html>", etree.HTMLParser())
    return root.xpath("//*[@target]")[0]


def ranked(html: str) -> list[str]:
    found = {}
    for priced in selectors_for(element(html)):
        found[priced.css] = min(priced.cost, found.get(priced.css, 99))
    return sorted(found, key=lambda css: found[css])


@pytest.mark.parametrize(
    "name", ["headline", "article-title", "ArticleBody", "c-title--h1", "wp-block-post-title", "entry__content", "postBodyText", "text-content", "top-story"]
)  # fmt: skip
def test_names_that_mean_something_are_kept(name: str) -> None:
    assert stable_classes(element(f'<p target class="{name}">')) == [name]


@pytest.mark.parametrize(
    "name",
    ["css-1a2b3c", "sc-bdVaJa", "kXyZab", "svelte-abcxyz", "mt-4", "text-xl", "md:flex", "font-bold", "max-w-3xl", "flex",
     "is-open", "js-title", "active", "post-123", "col-md-6", "_title", "dkgrtxz", "hover:underline", "jsx-99", "x"],
)  # fmt: skip
def test_names_made_by_machines_for_looks_or_states_are_not(name: str) -> None:
    assert stable_classes(element(f'<p target class="{name}">')) == []


def test_classes_of_a_wordpress_post_are_no_names() -> None:
    assert stable_classes(element('<div target class="hentry type-post category-sleep tag-naps story">')) == ["story"]


def test_microdata_and_test_ids_come_before_classes_and_classes_before_tags() -> None:
    order = ranked(
        '<div class="story"><h1 target itemprop="headline" data-testid="title" class="big-title css-9x8y7z">x</h1></div>'
    )
    places = [order.index(css) for css in ('h1[itemprop="headline"]', '[data-testid="title"]', "h1.big-title", "h1")]
    assert places == sorted(places) and not any("9x8y7z" in css for css in order)


def test_short_comes_before_long() -> None:
    order = ranked('<div class="story"><p target class="dek">x</p></div>')
    assert order.index("p.dek") < order.index("div.story > p.dek") < order.index("div.story p")


def test_css_modules_are_known_by_their_beginning() -> None:
    assert 'h1[class*="Headline_title__"]' in ranked('<h1 target class="Headline_title__x7Gq2">x</h1>')


def test_tags_alone_are_nameless() -> None:
    assert (
        is_nameless("h1")
        and is_nameless("article > time[datetime]")
        and not is_nameless("p.dek")
        and not is_nameless("#top")
    )


@pytest.mark.parametrize(
    "html",
    [
        '<p target class="a\'] [b" id="]&quot;" itemprop="&quot;]">',
        '<p target class="' + "ab " * 5000 + '">',
        "<div class=story>" * 200 + "<p target>",
    ],
)
def test_selectors_of_hostile_elements_can_be_read(html: str) -> None:
    found = ranked(html)
    assert len(found) < 2000
    for css in found:
        compiled(css)
