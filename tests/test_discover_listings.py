from miacrawl.discover.listings import announced_feeds, listing_links
from miacrawl.page import Page


def page(html: str) -> Page:
    return Page(html.encode(), "https://a.org/section/")


def test_links_once_each_in_page_order() -> None:
    found = listing_links(page('<a href="/one">1</a><a href="two#part">2</a><a href="/one">again</a>'))
    assert list(found) == [("https://a.org/one", False), ("https://a.org/section/two", False)]


def test_next_page_is_known_by_its_rel() -> None:
    found = dict(listing_links(page('<link rel="next" href="?page=2"><a rel="next nofollow" href="?page=3">more</a>')))
    assert found == {"https://a.org/section/?page=2": True, "https://a.org/section/?page=3": True}


def test_what_is_no_web_address_is_no_link() -> None:
    html = '<a href="mailto:x@a.org">m</a><a href="javascript:void(0)">j</a><a href="http://[bad/">b</a><a>n</a>'
    assert list(listing_links(page(html))) == []


def test_base_href_is_obeyed() -> None:
    assert list(listing_links(page('<base href="https://b.org/x/"><a href="y">y</a>'))) == [
        ("https://b.org/x/y", False)
    ]


def test_announced_feeds_without_those_of_comments() -> None:
    html = """<link rel=alternate type="application/rss+xml" href="/feed.xml">
    <link rel=alternate type="application/atom+xml; charset=utf-8" href="/atom.xml">
    <link rel=alternate type="application/rss+xml" href="/comments/feed/">
    <link rel=alternate hreflang=de href="/de">"""
    assert list(announced_feeds(page(html))) == ["https://a.org/feed.xml", "https://a.org/atom.xml"]
