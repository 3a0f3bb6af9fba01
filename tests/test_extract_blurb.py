import pytest

import miacrawl

URL = "https://example.org/sea/the-tide-mill"
TITLE = "The tide mill that never stopped"
BLURB = "For three hundred years the sea has ground the village's flour. Now it makes its light as well."
P1 = "The wheel stands in a gap of the dam as wide as a cart, and twice a day it turns with the tide."
TEXT = f"""<p>{P1} Nobody remembers who built it, and no book says it.</p>
<p>What the miller knows is the sound when all is well: a low knock every two seconds, like somebody at the door.</p>
<p>When the ebb sets in he opens the sluice by hand, as his mother did, and waits on the bench until the stones run.</p>
"""


def extract(top: str, *, text: str = TEXT, head: str = "") -> miacrawl.Article:
    page = f"<html lang=en><head>{head}</head><body><article>{top}{text}</article></body></html>"
    return miacrawl.extract(page.encode(), URL)


@pytest.mark.parametrize(
    "element",
    [
        f'<p class="lead">{BLURB}</p>',
        f'<p class="article__standfirst">{BLURB}</p>',
        f'<div class="dek"><p>{BLURB}</p></div>',
        f'<h2 class="subtitle">{BLURB}</h2>',
        f'<div class="chapo">{BLURB}</div>',
        f'<p class="ArticleLead">{BLURB}</p>',
        f'<p itemprop="description">{BLURB}</p>',
        f'<header><p data-testid="summary">{BLURB}</p></header>',
    ],
)
def test_named_element_is_the_standfirst(element: str) -> None:
    article = extract(f"<h1>{TITLE}</h1>{element}")
    assert (article.blurb, article.provenance["blurb"]) == (BLURB, "visible:marked")


@pytest.mark.parametrize("meta", ["<p>By Ann Moor</p>", "<time>3 May 2024</time>", "<div>4 min read</div>"])
def test_lone_paragraph_before_byline_date_or_read_time_is_the_standfirst(meta: str) -> None:
    article = extract(f"<h1>{TITLE}</h1><p>{BLURB}</p>{meta}")
    assert (article.blurb, article.provenance["blurb"]) == (BLURB, "heuristic:before-byline")


def test_paragraph_that_stands_apart_from_the_body_is_the_standfirst() -> None:
    article = extract(f"<h1>{TITLE}</h1><h2>{BLURB}</h2>", text=f"<div class=text>{TEXT}</div>")
    assert article.blurb == BLURB


def test_bold_opening_is_the_standfirst() -> None:
    article = extract(f"<h1>{TITLE}</h1>", text=f"<p><strong>{BLURB}</strong></p>{TEXT}")
    assert (article.blurb, article.provenance["blurb"]) == (BLURB, "heuristic:emphasised")


def test_plain_opening_is_body() -> None:
    assert extract(f"<h1>{TITLE}</h1>").blurb is None


def test_plain_opening_that_the_metadata_repeats_is_body() -> None:
    article = extract(f"<h1>{TITLE}</h1>", head=f'<meta property="og:description" content="{P1[:90]}…">')
    assert article.blurb is None
    assert article.summary is None


def test_two_parts_of_a_standfirst_are_joined() -> None:
    article = extract(f'<h1>{TITLE}</h1><p class="subtitle">The sea as miller</p><p class="lead">{BLURB}</p>')
    assert article.blurb == f"The sea as miller {BLURB}"


def test_points_under_the_headline_stand_in_for_a_standfirst() -> None:
    points = "<ul class=key-points><li>The mill is older than the church.</li><li>It now lights forty houses.</li></ul>"
    article = extract(f"<h1>{TITLE}</h1>{points}", text=f"<div>{TEXT}</div>")
    assert article.blurb == "The mill is older than the church. It now lights forty houses."


@pytest.mark.parametrize(
    "element",
    [
        '<figure><img src="m.jpg"><figcaption class="lead">The wheel at low water, from the dam.</figcaption></figure>',
        '<p class="intro">This article contains affiliate links, for which we may earn a commission.</p>',
        '<p class="lead">By Ann Moor</p>',
        f'<p class="lead">{TITLE}</p>',
        '<div class="author-bio">Ann Moor is a writer who lives by the sea and keeps two boats.</div>',
        '<div class="newsletter summary">Get our letter from the coast each Sunday in your mailbox.</div>',
        '<div class="related lead"><a href="/b">How salt was made on the flats behind the dam</a></div>',
    ],
)
def test_what_stands_there_but_is_no_standfirst(element: str) -> None:
    assert extract(f"<h1>{TITLE}</h1>{element}").blurb is None


def test_description_that_readers_do_not_see_is_the_summary() -> None:
    article = extract(f"<h1>{TITLE}</h1>", head=f'<meta name="description" content="{BLURB}">')
    assert article.blurb is None
    assert (article.summary, article.provenance["summary"]) == (BLURB, "meta:description")


def test_summary_does_not_repeat_the_blurb() -> None:
    article = extract(
        f'<h1>{TITLE}</h1><p class="lead">{BLURB}</p>', head=f'<meta name="description" content="{BLURB}">'
    )
    assert (article.blurb, article.summary) == (BLURB, None)


@pytest.mark.parametrize("text", [TITLE, "Sea news", "All that happens on the coast, each morning anew"])
def test_title_and_slogan_are_no_summary(text: str) -> None:
    slogan = '{"@type":"WebSite","name":"Coast","description":"All that happens on the coast, each morning anew"}'
    head = f'<meta name="description" content="{text}"><script type="application/ld+json">{slogan}</script>'
    assert extract(f"<h1>{TITLE}</h1>", head=head).summary is None
