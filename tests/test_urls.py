import pytest

from miacrawl.urls import clean, looks_like_article, looks_like_next_page, site_of, url_key, why_not_a_page


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
