"""A site's profile before the generic rules: each field by its selectors, by the day on which the page was fetched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from miacrawl import Article, extract
from miacrawl.sites import use_profiles
from miacrawl.sites.profile_file import profile_from

URL = "https://garden.example/beans"
TEXT = "Sow broad beans as soon as the ground can be worked, and cover them with straw on nights of hard frost. "
PAGE = f"""<!doctype html><html lang="en"><head><title>Beans</title><base href="https://garden.example/deep/"></head><body>
<div class="x-head">Sowing beans early</div><h1>Garden Notes</h1>
<p class="x-dek">What the cold does not mind.</p><p class="x-cat">Seeds</p>
<p class="x-who">Words: <b class="x-name">Ida Holm</b> and <b class="x-name">Wen Li</b></p>
<span class="x-time">7 minutes</span><span class="x-date" data-on="2024-02-03">the other week</span>
<div class="x-side"><p>{TEXT * 6}</p><p>{TEXT * 6}</p><p>{TEXT * 6}</p></div>
<div class="x-story"><p>Straw helps. {TEXT}</p><h2>Why so early</h2><p>Because it works. <a href="why">See</a> {TEXT}</p></div>
<div class="x-more"><h3>From the shed</h3><ul><li><a href="/spade-work">Sharpening a spade at home</a><p>A file and a vice will do, and ten quiet minutes in the shed.</p></li>
<li><a href="/beans">Sowing beans early, this page</a></li><li><a href="/worms-at-work">Worms at work in winter</a></li></ul></div>
</body></html>""".encode()
PROFILE = """
key: garden
name: The Garden
hosts: garden.example
fields:
  title: [h1.gone, .x-head]
  blurb: .x-dek
  section: .x-cat
  read_time: .x-time
  published: [{css: .x-date, attribute: data-on}]
  authors: .x-name
  body: .x-story
  related: .x-more
"""


@pytest.fixture(autouse=True)
def none_afterwards() -> Iterator[None]:
    yield
    use_profiles(())


def read(profile: str = PROFILE, **options: date) -> Article:
    use_profiles((profile_from(profile, "garden.yaml"),))
    return extract(PAGE, URL, **options)


def test_every_field_is_read_by_its_selector_and_says_so() -> None:
    found = read()
    assert (found.title, found.blurb, found.section) == ("Sowing beans early", "What the cold does not mind.", "Seeds")
    assert (found.read_minutes, found.read_time_text) == (7, "7 minutes")
    assert found.authors == ("Ida Holm", "Wen Li") and found.published == date(2024, 2, 3)
    assert found.provenance["title"] == "site:garden:css(.x-head)"
    assert found.provenance["published"] == "site:garden:css(.x-date@data-on)"
    assert found.provenance["body"] == found.provenance["word_count"] == "site:garden:css(.x-story)"
    assert found.provenance["site_name"] == "site:garden"


def test_body_is_sought_in_its_container_alone() -> None:
    body, html = read().body, read().body_html
    assert body.startswith("Straw helps.") and "Why so early" in body and body.count("Sow broad beans") == 2
    assert '"https://garden.example/deep/why"' in html


def test_related_links_are_those_of_the_block_without_the_page_itself() -> None:
    found = read()
    assert [(link.title, link.position) for link in found.related] == [
        ("Sharpening a spade at home", 1),
        ("Worms at work in winter", 2),
    ]
    first = found.related[0]
    assert (first.url, first.blurb, first.heading) == (
        "https://garden.example/spade-work", "A file and a vice will do, and ten quiet minutes in the shed.", "From the shed",
    )  # fmt: skip
    assert found.provenance["related"] == "site:garden:css(.x-more)"


def test_selectors_that_match_nothing_leave_the_field_to_the_generic_rules() -> None:
    gone = read(PROFILE.replace(".x-", ".y-"))
    generic = extract(PAGE, "https://elsewhere.example/beans")
    assert (gone.title, gone.body, gone.authors) == (generic.title, generic.body, generic.authors)
    assert not any(source.startswith("site:garden:") for source in gone.provenance.values())


def test_day_of_capture_decides_which_selector_holds() -> None:
    dated = "key: garden\nhosts: garden.example\nfields:\n  title:\n    - {css: .x-head, until: 2023-05-31}\n    - {css: .x-dek, from: 2023-06-01}"
    assert read(dated, captured=date(2023, 5, 31)).title == "Sowing beans early"
    assert read(dated, captured=datetime(2023, 6, 1, 12)).title == read(dated).title == "What the cold does not mind."


@pytest.mark.parametrize(
    "html", [b"", b"<div class=x-story>", b"<div class=x-more><a href='http://['>a b c</a>", b"<p class=x-name>" * 3000]
)
def test_no_page_makes_a_profile_raise(html: bytes) -> None:
    use_profiles((profile_from(PROFILE, "garden.yaml"),))
    assert isinstance(extract(html, URL), Article)


def test_nested_and_repeated_containers_are_read_once() -> None:
    use_profiles((profile_from("key: garden\nhosts: garden.example\nfields:\n  body: .x", "garden.yaml"),))
    page = f"<h1>Beans in March</h1><div class=x><p>One. {TEXT}</p><div class=x><p>Two. {TEXT}</p></div></div><div class=x><p>Three. {TEXT}</p></div>"
    body = extract(page.encode(), URL).body
    assert [line.partition(".")[0] for line in body.split("\n\n")] == ["One", "Two", "Three"]
