"""Related links: the blocks that readers are offered after an article, and nothing else that is linked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miacrawl import RelatedLink, extract
from miacrawl.extract.related import find_related
from miacrawl.page import Page

URL = "https://a.org/garden/worms"
TEXT = "".join(
    f"<p>Worms eat what we leave them, and what they leave after week {number} is better than anything in a bag.</p>"
    for number in range(1, 6)
)
BEANS = ("https://a.org/garden/beans-that-climb", "How beans climb in the rain", "They climb higher than we can reach.")
SOUP = ("https://a.org/kitchen/soup-of-leeks", "A soup of leeks for April", "Four leeks, one pot and half an hour.")


def related(after: str, *, before: str = "", text: str = TEXT, url: str = URL) -> tuple[RelatedLink, ...]:
    page = f"<!doctype html><title>Worms</title><body><header><nav><a href=/>Home</a></nav></header><main>{before}"
    return extract(f"{page}<h1>Why worms matter to us</h1>{text}{after}</main></body>".encode(), url).related


def cards(after: str, **options: str) -> list[tuple[str, str, str | None]]:
    return [(link.url, link.title, link.blurb) for link in related(after, **options)]


MARKUPS = {
    "link around heading and teaser": '<a href="{url}"><h3>{title}</h3><p>{blurb}</p></a>',
    "heading link, then teaser": '<div><h3><a href="{url}">{title}</a></h3><p>{blurb}</p></div>',
    "utility classes": '<div class="relative flex flex-col"><a class="absolute inset-0" href="{url}"></a>'
    '<h4 class="text-lg font-bold">{title}</h4><p class="mt-2 text-sm">{blurb}</p></div>',
    "list items": '<li><a href="{url}">{title}</a><p>{blurb}</p></li>',
    "image, title and read-more links": '<div><a href="{url}"><img src="/i.jpg" alt=""></a><h3><a href="{url}">{title}</a></h3>'
    '<p>{blurb}</p><a href="{url}">Read more</a></div>',
    "picture link, rubric, title and teaser in one link": '<article><a href="{url}" aria-label="{title}"><img src="/i.jpg"></a>'
    '<div><a href="/labor">Labor</a></div><a href="{url}"><div class="headline">{title}</div><div>{blurb}</div></a></article>',
    "teaser before the title, in what is named a category": '<article><span class="meta-category">{blurb} That is all there is to say.'
    '</span><h2><a href="{url}">{title}</a></h2></article>',
    "byline that is a link": '<div><h3><a href="{url}">{title}</a></h3><p>{blurb}</p><a href="/people/ida">Ida Holm</a></div>',
    "sheet laid over the card, rubrics below": '<article><h4>{title}</h4><p>{blurb}</p><p>In <a href="/news/all">News</a>, '
    '<a href="/news/north">North</a></p><a class="stretched-link" href="{url}"></a></article>',
    "date and author beside the teaser": '<div><h3><a href="{url}">{title}</a></h3><span class="date">3 May 2024</span>'
    "<span class=author>By Ida Holm</span><p>{blurb}</p><span>4 min read</span></div>",
}
HEADINGS = (
    "<h2>Related Articles</h2>",
    "<h3>RELATED ARTICLES</h3>",
    "<div>Related articles</div>",
    "<p><b>You may also like</b></p>",
)


def block(markup: str, heading: str = "<h2>Related Articles</h2>") -> str:
    shown = "".join(markup.format(url=url, title=title, blurb=blurb) for url, title, blurb in (BEANS, SOUP))
    return f"<section>{heading}<div>{shown}</div></section>"


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize("name", MARKUPS)
def test_cards_under_a_heading_whatever_the_markup(name: str, heading: str) -> None:
    found = cards(block(MARKUPS[name], heading))
    assert [card[:2] for card in found] == [BEANS[:2], SOUP[:2]]
    assert all((blurb or "").startswith(told) for (_, _, blurb), (_, _, told) in zip(found, (BEANS, SOUP), strict=True))


def test_block_after_a_newsletter_box() -> None:
    box = "<div><h3>Stay Updated</h3><p>How often shall we write?</p><form><input></form><p>Unsubscribe at any time.</p></div>"
    found = related(box + block(MARKUPS["heading link, then teaser"]))
    assert [link.title for link in found] == [BEANS[1], SOUP[1]]
    assert {(link.heading, link.where) for link in found} == {("Related Articles", "end")}
    assert [link.position for link in found] == [1, 2]


@pytest.mark.parametrize(
    "heading",
    [
        "Related stories", "More on this topic", "Read next", "Recommended for you", "More from Ida Holm", "Keep reading",
        "Mehr zum Thema", "Lesen Sie auch", "Das könnte Sie auch interessieren", "À lire aussi", "Sur le même sujet",
        "Te puede interesar", "Noticias relacionadas", "Leia também", "Leggi anche", "Lees ook", "Läs också", "Les også",
        "Læs også", "Czytaj także", "Čtěte také", "Читайте также", "Читайте також", "İlgili haberler", "Baca juga",
        "関連記事", "관련 기사", "相关阅读", "اقرأ أيضا",
    ],
)  # fmt: skip
def test_headings_of_many_languages(heading: str) -> None:
    assert cards(block(MARKUPS["list items"], f"<h3>{heading}</h3>")) == [BEANS, SOUP]


@pytest.mark.parametrize(
    "name", ["yarpp-related", "jp-relatedposts", "recirc-unit", "td_block_related_posts", "ReadNext"]
)
def test_containers_that_are_named(name: str) -> None:
    shown = block(MARKUPS["heading link, then teaser"], "").replace("<section>", f'<section class="{name}">')
    assert cards(shown) == [BEANS, SOUP]


@pytest.mark.parametrize(
    "promo",
    [
        '<p>Read also: <a href="{url}">{title}</a></p>',
        '<p><strong>Lesen Sie auch: <a href="{url}">{title}</a></strong></p>',
        '<p><a href="{url}">READ MORE: {title}</a></p>',
        '<p><a href="{url}">{title}</a></p>',
        '<aside class="related"><a href="{url}">{title}</a></aside>',
    ],
)
def test_promos_inside_the_text(promo: str) -> None:
    url, title, _ = BEANS
    middle = TEXT + promo.format(url=url, title=title) + TEXT
    assert [(link.url, link.title, link.where) for link in related("", text=middle)] == [(url, title, "inline")]


@pytest.mark.parametrize(
    "other",
    [
        '<nav><ul><li><a href="/garden/all-about-soil">All about the soil</a></li></ul></nav>',
        '<section><h2>Most read</h2><ul><li><a href="/x/a-story-for-all">A story for all of us</a></li></ul></section>',
        '<section><h2>Latest news</h2><ul><li><a href="/x/a-story-for-all">A story for all of us</a></li></ul></section>',
        '<div class="tags">Tags: <a href="/tag/worms">Worms and what they do</a></div>',
        '<section><h2>Related topics</h2><a href="/tag/worms">Worms and what they do</a></section>',
        '<div class="share"><h3>Share</h3><a href="https://www.facebook.com/sharer?u=x">Share this story now</a></div>',
        '<div class="taboola"><h3>You may like</h3><a href="https://ads.example/x">Ten beans that doctors hate</a></div>',
        '<section><h2>Related</h2><a rel="sponsored" href="/offer/x">A spade for half of the price</a></section>',
        '<div class="newsletter"><h2>Read more</h2><a href="/newsletter">Our letter in your mailbox</a></div>',
        '<div class="post-navigation"><a rel="prev" href="/garden/old-story">An older story of ours</a></div>',
        '<div id="comments"><p><a href="/user/ida">Ida says it is all true</a></p></div>',
        '<footer><h3>More from A</h3><ul><li><a href="/about/who-we-are">Who we are and why</a></li></ul></footer>',
        '<section><h2>Related Articles</h2><a href="/garden/worms">Why worms matter to us</a></section>',
        "<p>As <a href='/garden/beans-that-climb'>we wrote of beans in the rain</a> last year, it all comes down to soil.</p>",
    ],
)
def test_what_is_not_related(other: str) -> None:
    assert related(other) == ()


def test_blocks_of_two_kinds_are_told_apart() -> None:
    popular = '<h2>Most popular</h2><ul><li><a href="/x/a-story-for-all">A story for all of us</a></li></ul>'
    assert cards(block(MARKUPS["list items"]) + popular) == [BEANS, SOUP]


def test_each_address_once_with_the_teaser_of_whichever_card_has_one() -> None:
    twice = block('<a href="{url}?utm_source=box">{title}</a>') + block(MARKUPS["heading link, then teaser"])
    assert [(title, blurb) for _, title, blurb in cards(twice)] == [BEANS[1:], SOUP[1:]]


def test_panel_that_is_folded_until_a_reader_opens_it_is_read() -> None:
    panel = block(MARKUPS["list items"], "").replace(
        "<section>", '<section id="relatedTab" style="display: none" role=tabpanel>'
    )
    assert cards(panel) == [BEANS, SOUP]


def test_promo_whose_words_stand_in_its_link() -> None:
    promo = f'<div class=plug><a href="{BEANS[0]}"><h2><small>Les også</small> <span>{BEANS[1]}</span></h2></a></div>'
    assert [link.url for link in related("", text=TEXT + promo + TEXT)] == [BEANS[0]]


def test_linked_words_that_only_lead_on_head_no_block() -> None:
    control = '<div><a href="/code-of-conduct">More information</a></div><ul><li><a href="/x/a-story-for-all">A story for all of us</a></li></ul>'
    assert [link.heading for link in related(control)] == [None]


def test_links_of_a_related_block_that_look_alike_may_lead_off_the_site() -> None:
    cards_of_both = (
        '<li class=card><a class=t href="/garden/beans-that-climb">How beans climb in the rain</a></li>'
        '<li class=card><a class=t href="/kitchen/soup-of-leeks">A soup of leeks for April</a></li>'
        '<li class=card><a class=t href="https://b.org/kept/a-bed-of-moss">A bed of moss for the cat</a></li>'
        '<li class=ad><a class=b href="https://shop.net/sale/of-spades">A sale of spades this week</a></li>'
    )
    found = related(f"<h2>Related Articles</h2><ul>{cards_of_both}</ul>")
    assert [link.title for link in found][2:] == ["A bed of moss for the cat"]


def test_bylines_beside_headed_titles_are_no_cards() -> None:
    made = "".join(
        f'<div><h2><a href="/garden/story-{n}">Story number {n} of our garden</a></h2>'
        f'<a href="/magazine-of-{n}">The Magazine of Number {n} Things</a></div>'
        for n in range(1, 5)
    )
    assert [link.url for link in related(f"<h2>Related Articles</h2>{made}")] == [
        f"https://a.org/garden/story-{n}" for n in range(1, 5)
    ]


@pytest.mark.parametrize("words", ["https://a.org/garden/a-long-address", "Skip past the newsletter promotion"])
def test_addresses_and_skip_links_are_no_titles(words: str) -> None:
    assert related("", text=f'{TEXT}<p><a href="/garden/somewhere-else">{words}</a></p>{TEXT}') == ()


@settings(deadline=None)
@given(st.binary(max_size=600))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    find_related(Page(data, URL))
