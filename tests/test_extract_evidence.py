import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

import miacrawl
from miacrawl import Article, Evidence
from miacrawl.extract.evidence import (
    MAX_PER_FIELD,
    MAX_VALUE,
    same_day,
    same_language,
    same_names,
    same_opening,
    same_page,
    same_picture,
    same_words,
)

URL = "https://example.org/baking/slow-bread"
TEXT = "<p>" + "Dough that rests overnight needs neither much yeast nor a strong arm, only a cool place. " * 6 + "</p>"


def read(head: str = "", top: str = "<h1>Slow bread</h1>", **data: object) -> Article:
    node = json.dumps({"@type": "NewsArticle", **data}) if data else ""
    script = f'<script type="application/ld+json">{node}</script>' if node else ""
    page = f'<html lang="en"><head>{head}{script}</head><body>{top}{TEXT * 3}</body></html>'
    return miacrawl.extract(page.encode(), URL)


def of(article: Article, field: str) -> list[tuple[str, str]]:
    return [(one.value, one.source) for one in article.evidence if one.field == field]


def test_another_headline_in_the_metadata_is_kept_with_its_source() -> None:
    article = read('<meta property="og:title" content="Why your bread should wait">', headline="Slow bread")
    assert article.title == "Slow bread"
    assert article.evidence == (Evidence("title", "Why your bread should wait", "meta:og:title"),)


def test_what_says_the_same_is_no_evidence() -> None:
    head = (
        '<title>Slow bread - Crumb Weekly</title><meta property="og:site_name" content="Crumb Weekly">'
        '<meta property="og:title" content="SLOW BREAD"><link rel="canonical" href="https://example.org/baking/slow-bread">'
        '<meta property="og:url" content="http://www.example.org/baking/slow-bread/?utm_source=x">'
    )
    assert read(head, headline="Slow  bread").evidence == ()


def test_other_people_in_the_metadata_are_kept() -> None:
    article = read(top='<h1>Slow bread</h1><p class="byline">By Ida Holm</p>', author={"name": "Tom Reed"})
    assert article.authors == ("Ida Holm",)
    assert of(article, "authors") == [("Tom Reed", "json-ld:author")]


def test_another_day_is_kept_in_utc_and_another_hour_is_none() -> None:
    head = '<meta property="article:published_time" content="2024-05-03T23:30:00-02:00">'
    shown = "<h1>Slow bread</h1><div>Published 1 May 2023</div>"
    assert of(read(head, shown), "published") == [("2024-05-04T01:30:00Z", "meta:article:published_time")]
    assert of(read(head, datePublished="2024-05-04T01:35:00Z"), "published") == []


def test_date_of_making_the_file_contradicts_nothing() -> None:
    article = read('<meta name="dcterms.created" content="2020-01-01">', datePublished="2024-05-04")
    assert of(article, "published") == []


def test_another_reading_time_keeps_its_words() -> None:
    head = '<meta name="twitter:label1" content="Reading time"><meta name="twitter:data1" content="9 minutes">'
    article = read(head, "<h1>Slow bread</h1><div>4 min read</div>")
    assert (article.read_minutes, of(article, "read_minutes")) == (
        4,
        [("Reading time: 9 minutes", "meta:twitter:label")],
    )


def test_section_that_only_metadata_names_is_evidence_and_not_taken() -> None:
    article = read('<meta property="article:section" content="Baking">')
    assert article.section is None
    assert of(article, "section") == [("Baking", "meta:article:section")]


def test_description_is_kept_beside_another_blurb_but_not_twice() -> None:
    head = (
        '<meta property="og:description" content="A night in the fridge does what an hour of kneading cannot do at all.">'
        '<meta name="twitter:description" content="Four recipes for loaves that you begin today and bake tomorrow at noon.">'
    )
    top = '<h1>Slow bread</h1><p class="standfirst">The best loaf of the week is begun the evening before.</p>'
    article = read(head, top)
    assert article.blurb and article.summary and article.summary.startswith("A night in the fridge")
    assert [source for _, source in of(article, "blurb")] == ["meta:twitter:description"]


def test_language_canonical_site_name_and_image_are_compared() -> None:
    head = (
        '<meta property="og:locale" content="fr_FR"><link rel="canonical" href="/baking/slow-bread">'
        '<meta property="og:url" content="https://example.org/elsewhere"><meta property="og:site_name" content="Crumb">'
        '<meta property="og:image" content="/loaf-1200x630.jpg"><meta name="twitter:image" content="/knife.jpg">'
    )
    article = read(head, publisher={"name": "Holm Press"}, image="https://cdn.example/loaf.jpg?w=9")
    assert of(article, "language") == [("fr-FR", "meta:og:locale")]
    assert of(article, "canonical_url") == [("https://example.org/elsewhere", "meta:og:url")]
    assert of(article, "site_name") == [("Holm Press", "json-ld:publisher.name")]
    assert of(article, "image") == [("https://example.org/knife.jpg", "meta:twitter:image")]


def test_picture_that_a_graph_refers_to_is_looked_up_and_its_identifier_is_no_address() -> None:
    picture = {"@id": "https://example.org/x#picture", "@type": "ImageObject", "url": "https://example.org/knife.jpg"}
    about = {"@type": "NewsArticle", "headline": "Slow bread", "image": {"@id": picture["@id"]}}
    for graph, found in (([about, picture], "https://example.org/knife.jpg"), ([about], None)):
        script = f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'
        assert read(script).image == found


def test_volume_is_bounded() -> None:
    names = ("parsely-author", "sailthru.author", "author", "article:author", "dc.creator", "byl", "authors")
    head = "".join(f'<meta name="{name}" content="Ann Other{number * "n"}">' for number, name in enumerate(names))
    article = read(
        f'{head}<meta name="description" content="{"loaf " * 300}">',
        '<h1>Slow bread</h1><p class="byline">By Ida Holm</p>',
    )
    assert len(of(article, "authors")) == MAX_PER_FIELD
    assert all(len(one.value) <= MAX_VALUE for one in article.evidence)


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("Slow bread", "slow bread!", True),
        ("Slow bread, and why", "Slow bread, and…", True),
        ("Slow bread…", "Slow bread, and why", True),
        ("Slow bread", "Slow bread rises", False),
        ("", "…", True),
        ("Slow bread", "…", False),
    ],
)
def test_titles_are_compared_by_their_letters(one: str, other: str, same: bool) -> None:
    assert same_words(one, other) is same


def test_descriptions_may_be_cut_anywhere() -> None:
    whole = "The best loaf of the week is begun the evening before and baked when the house is still asleep"
    assert same_opening(whole, whole[:80])
    assert not same_opening(whole, "A night in the fridge does what an hour of kneading cannot")


def test_names_are_compared_in_any_order() -> None:
    assert same_names(("Ida Holm", "Tomás Rey"), ("TOMÁS REY", "Ida Holm"))
    assert not same_names(("Ida Holm",), ("Ida Holm", "Tomás Rey"))


def test_days_are_compared_in_their_own_zone_and_in_utc() -> None:
    late = datetime(2024, 5, 3, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    assert same_day(late, date(2024, 5, 3)) and same_day(late, datetime(2024, 5, 4, 1, tzinfo=UTC))
    assert not same_day(late, date(2024, 5, 5))
    assert same_day(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9))), date(1, 1, 1))


def test_addresses_pictures_and_tags_have_normal_forms() -> None:
    assert same_page("https://a.org/x/?utm_source=y", "http://www.a.org/x")
    assert not same_page("https://a.org/x", "https://[oops")
    assert same_picture("https://a.org/i/loaf-1200x630.jpg?w=1", "https://cdn.org/900/loaf.jpg")
    assert not same_picture("https://a.org/i/1.jpg", "https://a.org/i/2.jpg")
    assert same_language("en", "en-GB") and not same_language("en-GB", "en-US") and not same_language("en", "de")
