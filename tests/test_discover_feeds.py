from hypothesis import given
from hypothesis import strategies as st

from miacrawl.discover.feeds import FeedEntry, is_feed, parse_feed

BASE = "https://a.org/feed.xml"
RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>A</title><link>https://a.org/</link><atom:link rel="self" href="https://a.org/feed.xml"/>
<item><title>One</title><link>https://a.org/one</link><pubDate>Fri, 03 May 2024 10:00:00 GMT</pubDate></item>
<item><title>Two</title><guid isPermaLink="true">https://a.org/two</guid></item>
<item><title>Three</title><guid isPermaLink="false">tag:3</guid></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="/feed"/><entry><title>x</title>
<link rel="enclosure" href="/a.mp3"/><link rel="alternate" href="/x"/><updated>2024-05-03T00:00:00Z</updated></entry>
<entry><id>https://a.org/y</id></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="https://a.org/r"><link>https://a.org/r</link>
<dc:date>2024-05-03</dc:date></item></rdf:RDF>"""


def test_rss_links_and_permalinks() -> None:
    assert list(parse_feed(RSS, BASE)) == [
        FeedEntry("https://a.org/one", "Fri, 03 May 2024 10:00:00 GMT"),
        FeedEntry("https://a.org/two"),
    ]


def test_atom_takes_the_alternate_link() -> None:
    assert list(parse_feed(ATOM, BASE)) == [
        FeedEntry("https://a.org/x", "2024-05-03T00:00:00Z"),
        FeedEntry("https://a.org/y"),
    ]


def test_rss_one_in_rdf() -> None:
    assert list(parse_feed(RDF, BASE)) == [FeedEntry("https://a.org/r", "2024-05-03")]
    assert is_feed(RDF)


def test_a_page_is_no_feed() -> None:
    assert not is_feed(b"<!doctype html><html><body><p>x</body></html>")
    assert not is_feed(b"")


@given(st.binary(max_size=300), st.integers(0, len(RSS)))
def test_no_damage_makes_it_raise(noise: bytes, place: int) -> None:
    list(parse_feed(RSS[:place] + noise + RSS[place:], BASE))
