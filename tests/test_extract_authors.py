import json

import pytest

import miacrawl
from miacrawl.extract.person import names_in

URL = "https://example.org/hills/bees"
TEXT = (
    "<p>"
    + "The hives stand in a row along the south wall, and the bees fly out over the road to the limes. " * 4
    + "</p>"
)


def authors(line: str, *, head: str = "", end: str = "") -> tuple[str, ...]:
    page = f"<html><head>{head}</head><body><h1>Bees on the hill</h1>{line}{TEXT * 3}{end}</body></html>"
    return miacrawl.extract(page.encode(), URL).authors


def json_ld(**article: object) -> str:
    data = {"@type": "NewsArticle", "headline": "Bees on the hill", **article}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


@pytest.mark.parametrize(
    "byline, names",
    [
        ("By Ada Moor", ("Ada Moor",)),
        ("By ADA MOOR and Ben Noor", ("ADA MOOR", "Ben Noor")),
        ("Von Anna Berg und Ben Noor, Berlin", ("Anna Berg", "Ben Noor", "Berlin")),
        ("Par Le Courrier et AFP", ("Le Courrier", "AFP")),
        ("Por María R. Sanz", ("María R. Sanz",)),
        ("Di Marco de Luca", ("Marco de Luca",)),
        ("Written by Rita Link, MS, RD on November 14, 2019", ("Rita Link",)),
        ("By Byron Hall", ("Byron Hall",)),
        ("By April May", ("April May",)),
        ("AFP, MANILA", ("AFP",)),
        ("Associated Press in Valencia", ("Associated Press",)),
        ("By Ada Moor | May 3, 2024 | 5 min read", ("Ada Moor",)),
        ("By Ada Moor, Health Reporter", ("Ada Moor",)),
        ("By Ada Moor. Photos by Ben Noor", ("Ada Moor",)),
        ("Автор: Антон Зелинский", ("Антон Зелинский",)),
        ("文／松岡 大地", ("松岡 大地",)),
        ("J.O. Hasel", ("J.O. Hasel",)),
        ("Nicolas Gut C.", ("Nicolas Gut C.",)),
        ("Lynn Eld MD", ("Lynn Eld",)),
        ("Follow us", ()),
        ("Updated May 3, 2024", ()),
        ("", ()),
    ],
)
def test_names_of_a_byline(byline: str, names: tuple[str, ...]) -> None:
    assert names_in(byline) == names


def test_link_to_an_authors_page() -> None:
    assert authors('<div><a href="/authors/ada-moor">Ada Moor</a></div>') == ("Ada Moor",)
    assert authors('<a rel="author" href="/x">ada</a>') == ("ada",)


def test_people_whom_data_and_page_name_alike() -> None:
    head = json_ld(author=[{"@type": "Person", "name": "Ada Moor"}, {"@type": "Person", "name": "Ben Noor"}])
    page = f"<html><head>{head}</head><body><h1>Bees on the hill</h1><p>By Ada Moor and Ben Noor</p>{TEXT * 3}"
    article = miacrawl.extract(page.encode(), URL)
    assert article.authors == ("Ada Moor", "Ben Noor")
    assert article.provenance["authors"] == "json-ld:author"


def test_visible_byline_beats_the_editor_in_the_data() -> None:
    head = json_ld(author={"@type": "Person", "name": "Edith Editor"})
    assert authors('<p class="byline">By Ada Moor</p>', head=head) == ("Ada Moor",)


def test_person_by_reference_in_a_graph() -> None:
    graph = {
        "@graph": [
            {"@type": "Article", "headline": "Bees on the hill", "author": {"@id": "#ada"}},
            {"@type": "Person", "@id": "#ada", "name": "Ada Moor"},
        ]
    }
    assert authors("", head=f'<script type="application/ld+json">{json.dumps(graph)}</script>') == ("Ada Moor",)


def test_organisation_that_only_data_names_is_no_author() -> None:
    assert authors("", head=json_ld(author={"@type": "Organization", "name": "Hill Press"})) == ()


@pytest.mark.parametrize("name", ["admin", "Staff", "Redaktion", "example.org", "https://example.org/ada"])
def test_accounts_and_roles_are_no_authors(name: str) -> None:
    assert authors("", head=f'<meta name="author" content="{name}">') == ()


def test_agency_shown_as_byline_is_the_author() -> None:
    assert authors('<div class="byline">Reuters</div>') == ("Reuters",)


def test_reviewer_and_photographer_are_no_authors() -> None:
    line = '<p>By <a href="/author/ada">Ada Moor</a></p><p>Reviewed by <a href="/author/ben">Ben Noor</a></p>'
    assert authors(line) == ("Ada Moor",)
    assert authors('<figure><figcaption class="author">Cleo Lens</figcaption></figure>') == ()


def test_name_beside_the_date() -> None:
    assert authors("<div><span>Ada Moor</span> · <span>May 3, 2024</span></div>") == ("Ada Moor",)


def test_label_and_data_pair() -> None:
    head = '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Ada Moor">'
    assert authors("", head=head) == ("Ada Moor",)


def test_byline_below_the_text() -> None:
    assert authors("", end="<footer><p>Posted by Ada Moor.</p></footer>") == ("Ada Moor",)


def test_author_of_a_related_card_is_not_this_articles() -> None:
    assert authors("", end='<aside class="related"><a href="/author/zoe">Zoe Other</a></aside>') == ()
