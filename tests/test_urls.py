import pytest

from miacrawl.page import Page, _resolved
from miacrawl.urls import (
    clean,
    looks_like_article,
    looks_like_next_page,
    path_pattern,
    site_of,
    url_key,
    why_not_a_page,
    without_credentials,
)

SESSION = "0123456789abcdef0123456789ABCDEF"


@pytest.mark.parametrize(
    "url",
    [
        "https://miafeed.com/category/sleep/naps",
        "http://miafeed.com/category/sleep/naps/",
        "https://www.miafeed.com/category/sleep/naps#top",
        "https://MIAFEED.com:443/category/sleep/naps?utm_source=mail&utm_medium=x",
        "https://miafeed.com/category/sleep/naps?fbclid=abc",
        "https://miafeed.com/category/sleep/naps/index.html",
    ],
)
def test_addresses_of_one_page_have_one_key(url: str) -> None:
    assert url_key(url) == "miafeed.com/category/sleep/naps"


@pytest.mark.parametrize(
    "one, other",
    [
        ("https://a.org/x?id=1", "https://a.org/x?id=2"),
        ("https://a.org/Story", "https://a.org/story"),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8001/x"),
        ("https://a.org/x?q=%e4", "https://a.org/x?q=%f6"),
        ("https://a.org/x?page=1", "https://a.org/x"),
    ],
)
def test_addresses_of_different_pages_have_different_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


def test_order_of_parameters_does_not_matter() -> None:
    assert url_key("https://a.org/?b=2&a=1") == url_key("https://a.org/?a=1&b=2")


def test_clean_takes_away_tracking_and_fragment_only() -> None:
    assert clean("https://a.org/x/?utm_source=m&id=3#part") == "https://a.org/x/?id=3"


def test_site_has_its_port_where_that_is_unusual() -> None:
    assert site_of("https://www.a.org/") == "a.org"
    assert site_of("http://a.org:8080/") == "a.org:8080"
    assert site_of("http://[::1]:8000/") == "[::1]:8000"


@pytest.mark.parametrize("url", ["http://a.org:port/", "http://[::1/", "http://a.org:99999/"])
def test_unreadable_address_raises_value_error(url: str) -> None:
    with pytest.raises(ValueError):
        url_key(url)


def test_files_are_not_pages() -> None:
    assert "pdf" in (why_not_a_page("https://a.org/report.PDF?x=1") or "")
    assert why_not_a_page("https://a.org/story.html") is None
    assert why_not_a_page("https://a.org/version-2.0") is None
    assert "longer" in (why_not_a_page("https://a.org/" + "x" * 3000) or "")


def test_shape_of_an_article_address() -> None:
    assert looks_like_article("https://a.org/2024/05/03/why-we-sleep")
    assert looks_like_article("https://a.org/why-we-sleep-so-badly/")
    assert looks_like_article("https://a.org/news/article-1234567.html")
    assert not looks_like_article("https://a.org/category/sleep")
    assert not looks_like_article("https://a.org/")


def test_shape_of_a_next_page() -> None:
    assert looks_like_next_page("https://a.org/sleep/page/2/")
    assert looks_like_next_page("https://a.org/sleep?page=3")
    assert not looks_like_next_page("https://a.org/sleep/page-turners-of-the-year")


def test_credentials_are_taken_away() -> None:
    assert clean("https://me:secret@a.org:8080/x") == "https://a.org:8080/x"
    assert clean("https://me@you@a.org/x") == "https://a.org/x"
    assert without_credentials("https://me:secret@a.org/x?y=@") == "https://a.org/x?y=@"
    assert url_key("https://me:secret@a.org/x") == "a.org/x"


@pytest.mark.parametrize(
    "url",
    [
        f"https://a.org/x.aspx;jsessionid={SESSION}?y=1",
        f"https://a.org/x.aspx;jsessionid={SESSION}.node-2!-1234?y=1",
        f"https://a.org/x.aspx?jsessionid={SESSION}&y=1",
        f"https://a.org/x.aspx?y=1&PHPSESSID={SESSION}",
        "https://a.org/x.aspx?PHPSESSID=q1w2e3r4t5z6u7i8o9p0a1s2d3&y=1",
        f"https://a.org/x.aspx?sid={SESSION}&y=1",
        "https://a.org/x.aspx?y=1&ASPSESSIONIDABCDEFGH=ABCDEFGHIJKLMNOPQRSTUVWX",
        "https://a.org/x.aspx?CFID=12&CFTOKEN=34567&y=1",
        "https://a.org/(S(4hqa0555fwsecu455xqckv45))/x.aspx?y=1",
        "https://a.org/(4hqa0555fwsecu455xqckv45)/x.aspx?y=1",
    ],
)
def test_session_ids_make_no_new_page(url: str) -> None:
    assert url_key(url) == "a.org/x.aspx?y=1"


@pytest.mark.parametrize(
    "url",
    ["https://a.org/x?sid=12", "https://a.org/x?sid=sleep", "https://a.org/(draft)/x.aspx", "https://a.org/x;y=1"],
)
def test_what_has_not_the_shape_of_a_session_id_stays(url: str) -> None:
    assert url_key(url) == url.removeprefix("https://")


@pytest.mark.parametrize(
    "path, reason",
    [
        ("/a/b/a/b/a/b", "repeats itself"),
        ("/x/about/about/about/y", "repeats itself"),
        ("/a/b/c/a/b/c/a/b/c/d", "repeats itself"),
        ("/" + "/".join(f"p{n}" for n in range(26)), "more than 25 parts"),
        ("/?" + "&".join(f"a{n}=1" for n in range(13)), "more than 12 parameters"),
    ],
)
def test_traps_are_known_by_their_shape(path: str, reason: str) -> None:
    assert reason in (why_not_a_page(f"https://a.org{path}") or "")


@pytest.mark.parametrize("path", ["/a/b/a/b", "/2011/11/11/11-things", "/11/11/11/", "/?" + "&".join("abcdefghijkl")])
def test_sound_addresses_are_no_traps(path: str) -> None:
    assert why_not_a_page(f"https://a.org{path}") is None


@pytest.mark.parametrize(
    "url, pattern",
    [
        ("https://a.org/calendar/2024/05?month=3", "/calendar/N/N?month=N"),
        ("https://a.org/calendar/2031/12/?month=11", "/calendar/N/N?month=N"),
        ("https://a.org/events/2024-05-03", "/events/N-N-N"),
        ("https://a.org/events?day=2024-05-03T10:00", "/events?day=N-N-NTN:N"),
        ("https://a.org/s/550e8400-e29b-41d4-a716-446655440000/page", "/s/X/page"),
        ("https://a.org/s/9f86d081884c7d65/page", "/s/X/page"),
        (f"https://a.org/page;jsessionid={SESSION}", "/page"),
        ("https://a.org/shop?size=xl&colour=red&page=3", "/shop?colour=W&page=N&size=W"),
        ("https://a.org/shop?page=7&colour=dark-blue&size=s", "/shop?colour=W&page=N&size=W"),
        ("https://a.org/2024/05/03/why-we-sleep", "/N/N/N/why-we-sleep"),
        ("https://a.org/news/why-we-sleep", "/news/why-we-sleep"),
        ("https://a.org/%D0%BD%D0%B0/12-%D0%BC%D0%B0%D0%B9", "/на/N-май"),
        ("https://a.org/", "/"),
    ],
)
def test_pattern_is_one_for_a_trap_and_its_own_for_each_article(url: str, pattern: str) -> None:
    assert path_pattern(url) == pattern


BASES = (
    *("https://a.org", "https://a.org/x/y?z#f", "http://u@a.org:8080/x;p/", "https://a.org//b.org/c"),
    *("mailto:x", "/x", "https://[x/"),
)
HREFS = (
    *(
        "/x",
        "//b.org/x",
        "/../x/./y",
        "/a;b?c#d",
        "?q",
        "#f",
        " /x",
        "/\t/b.org/x",
        "/\\b.org",
        "x:y",
        "http:/x",
        "/:80x",
    ),
    *("//b.org:x/", "", "/", "//", "///b.org/x", "/x//y", "/ä ö", "https://b.org/x#y", "/https://b.org/x"),
)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("href", HREFS)
def test_an_address_is_the_same_whichever_page_of_the_site_it_was_first_met_on(base: str, href: str) -> None:
    for _ in range(2):
        assert Page.absolute_from(base, href) == _resolved(base, href)
