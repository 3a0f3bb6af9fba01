import pytest
from hypothesis import given
from hypothesis import strategies as st

from miacrawl.extract.directives import (
    HONOURED,
    Directives,
    Reservation,
    directives_of,
    gathered,
    header_directives,
    header_reservation,
    meta_reservation,
    why_not_archived,
)
from miacrawl.page import Page

URL = "https://a.org/story"


def page(head: str) -> Page:
    return Page(f"<html><head>{head}</head><body><p>x</p></body></html>".encode(), URL)


@pytest.mark.parametrize(
    "content, found",
    [
        ("noindex", ("noindex",)),
        ("NOINDEX, Follow", ("noindex",)),
        ("none", ("noindex", "nofollow")),
        ("noindex,noindex,nofollow", ("noindex", "nofollow")),
        ("index, follow, max-snippet:-1, max-image-preview: large", ("max-snippet:-1", "max-image-preview:large")),
        ("noai, noimageai", ("noai", "noimageai")),
        ("nocache", ("noarchive",)),
        ("unavailable_after: 25-Aug-2030 15:00:00 GMT", ("unavailable_after:25-aug-2030 15:00:00 gmt",)),
        (
            "unavailable_after: Friday, 25 Aug 2030 15:00 GMT, noindex",
            ("unavailable_after:friday, 25 aug 2030 15:00 gmt", "noindex"),
        ),
        ("all", ()),
        ("please do, whatever: you like", ()),
        ("noindex" + " " * 30_000 + "," + "nofollow," * 1_000, ("noindex", "nofollow")),
    ],
)
def test_robots_meta_tag(content: str, found: tuple[str, ...]) -> None:
    assert directives_of(page(f'<meta name="robots" content="{content}">')) == found


def test_what_is_said_to_us_by_name_counts_and_to_others_not() -> None:
    head = '<meta name="Robots" content="nofollow"><meta name="miacrawl" content="noarchive"><meta name="googlebot" content="noindex">'
    assert directives_of(page(head)) == ("nofollow", "noarchive")


@pytest.mark.parametrize(
    "values, found",
    [
        (["noindex, nofollow"], ("noindex", "nofollow")),
        (["noindex", "noarchive"], ("noindex", "noarchive")),
        (["googlebot: noindex"], ()),
        (["miacrawl: noindex, nosnippet"], ("noindex", "nosnippet")),
        (["MiaCrawl : none"], ("noindex", "nofollow")),
        (["unavailable_after: 25 Jun 2030 15:00:00 PST"], ("unavailable_after:25 jun 2030 15:00:00 pst",)),
        (["max-snippet: 50, noindex"], ("max-snippet:50", "noindex")),
        (["otherbot: noindex", "nofollow"], ("nofollow",)),
        ([], ()),
    ],
)
def test_x_robots_tag(values: list[str], found: tuple[str, ...]) -> None:
    assert header_directives(values) == found


def test_reservation_in_page_and_headers() -> None:
    head = '<meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="/policy.json">'
    assert meta_reservation(page(head)) == Reservation(True, "https://a.org/policy.json")
    assert header_reservation({"tdm-reservation": "1", "tdm-policy": "javascript:x"}, URL) == Reservation(True, None)
    assert header_reservation({"tdm-reservation": "0", "tdm-policy": "/p"}, URL) == Reservation(False, None)
    assert header_reservation({"tdm-reservation": "yes"}, URL) == header_reservation({}, URL) == Reservation()


def test_all_is_gathered_and_the_nearest_reservation_counts() -> None:
    head = '<meta name="robots" content="noarchive"><meta name="tdm-reservation" content="0">'
    site = {"tdmrep.json": Reservation(True, "https://a.org/p"), "ai.txt": Reservation()}
    found = gathered(page(head), ["noindex"], {"tdm-reservation": "1"}, site, url=URL)
    assert found == Directives(("noarchive", "noindex"), False, None, ("meta", "header", "tdmrep.json"))
    found = gathered(page(""), [], {}, site, url=URL)
    assert found == Directives((), True, "https://a.org/p", ("tdmrep.json",))
    assert gathered(None, url=URL) == Directives()


def test_nothing_is_honoured_unless_that_is_wanted() -> None:
    said = Directives(("noindex", "noarchive", "nosnippet", "noai"), True)
    assert why_not_archived(said, frozenset()) is None
    assert why_not_archived(said, frozenset({"noarchive"})) == "the page asks not to be archived (noarchive)"
    assert why_not_archived(said, frozenset({"tdm"})) == "text and data mining is reserved (tdm-reservation)"
    assert all(why_not_archived(said, frozenset({name})) for name in HONOURED)
    assert why_not_archived(Directives(("nofollow",), False), HONOURED) is None


@given(st.text(max_size=200))
def test_no_value_makes_it_raise(value: str) -> None:
    for directive in header_directives([value, f"miacrawl:{value}"]):
        assert directive == directive.lower() and len(directive) < 300
    header_reservation({"tdm-reservation": "1", "tdm-policy": value}, URL)
