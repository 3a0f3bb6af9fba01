import gzip

from hypothesis import given
from hypothesis import strategies as st

from miacrawl.discover.sitemaps import SitemapEntry, is_sitemap, parse_sitemap

BASE = "https://a.org/sitemap.xml"
URLSET = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url><loc> https://a.org/one </loc><lastmod>2024-05-03</lastmod>
       <image:image><image:loc>https://a.org/picture.jpg</image:loc></image:image></url>
  <url><loc>/two</loc><news:news><news:publication_date>2024-05-04T10:00:00Z</news:publication_date></news:news></url>
  <url><loc></loc></url>
  <url><loc>ftp://a.org/three</loc></url>
</urlset>"""
INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <sitemap><loc>https://a.org/s1.xml.gz</loc><lastmod>2024-01-01</lastmod></sitemap></sitemapindex>"""


def test_urlset_with_news_and_images() -> None:
    assert list(parse_sitemap(URLSET, BASE)) == [
        SitemapEntry("https://a.org/one", "2024-05-03"),
        SitemapEntry("https://a.org/two", published="2024-05-04T10:00:00Z", is_news=True),
    ]


def test_index_names_sitemaps() -> None:
    assert list(parse_sitemap(INDEX, BASE)) == [SitemapEntry("https://a.org/s1.xml.gz", "2024-01-01", True)]


def test_gzip_is_unpacked() -> None:
    assert len(list(parse_sitemap(gzip.compress(URLSET), BASE))) == 2
    assert is_sitemap(gzip.compress(URLSET))


def test_torn_gzip_yields_what_can_be_read() -> None:
    many = URLSET.replace(b"</urlset>", b"".join(b"<url><loc>/%d</loc></url>" % n for n in range(5000)) + b"</urlset>")
    packed = gzip.compress(many)
    assert 0 < len(list(parse_sitemap(packed[: len(packed) // 2], BASE))) < 5002


def test_plain_text_sitemap() -> None:
    assert [entry.url for entry in parse_sitemap(b"https://a.org/x\n\nnot an address\nhttps://a.org/y\n", BASE)] == [
        "https://a.org/x",
        "https://a.org/y",
    ]


def test_broken_xml_yields_what_stands_before_the_break() -> None:
    assert [entry.url for entry in parse_sitemap(URLSET[: URLSET.index(b"<url><loc>/two")], BASE)] == [
        "https://a.org/one"
    ]


def test_entities_are_not_expanded() -> None:
    bomb = b"""<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM
    "file:///etc/passwd">]><urlset><url><loc>https://a.org/&b;</loc></url><url><loc>https://a.org/&f;</loc></url></urlset>"""
    found = [entry.url for entry in parse_sitemap(bomb, BASE)]
    assert all("aaaa" not in url and "root" not in url for url in found)


@given(st.binary(max_size=2000))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    list(parse_sitemap(data, BASE))
    is_sitemap(data)


@given(st.binary(max_size=300), st.integers(0, len(URLSET)))
def test_no_damage_makes_it_raise(noise: bytes, place: int) -> None:
    list(parse_sitemap(URLSET[:place] + noise + URLSET[place:], BASE))
