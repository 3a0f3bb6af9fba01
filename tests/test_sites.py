"""Site profiles, and what the crawl makes of them."""

from __future__ import annotations

import pytest

from miacrawl.sites import built_in, profile_for, profile_named
from miacrawl.spiders.discovering import ARTICLE, Discoverer

MIA = "https://miafeed.com"


@pytest.mark.parametrize("site", built_in(), ids=lambda site: site.key)
def test_profile_is_whole(site) -> None:  # type: ignore[no-untyped-def]
    assert site.start and all(site.owns(url) for url in site.start)
    assert profile_named(site.key) is site and profile_for(site.start[0]) is site


@pytest.mark.parametrize(
    "url", [f"{MIA}/category/sleep/short-naps", "https://www.miafeed.com/category/sleep/short-naps/?x=1"]
)
def test_articles_of_mias_feed(url: str) -> None:
    site = profile_for(url)
    assert site and site.is_article(url) and not site.is_listing(url)


@pytest.mark.parametrize(
    "path", ["/", "", "/category/sleep", "/category/sleep/", "/category/sleep?page=2", "/category/sleep/page/2"]
)
def test_listings_of_mias_feed(path: str) -> None:
    site = profile_for(MIA)
    assert site and site.is_listing(MIA + path) and not site.is_article(MIA + path)


def test_profile_decides_what_is_fetched() -> None:
    discoverer = Discoverer(wants=lambda url: "miafeed.com" in url)
    found = {
        path: discoverer.page(MIA + path, "listing", MIA, 1)
        for path in ("/category/a/b", "/category/a", "/about", "/a/page/2")
    }
    assert (found["/category/a/b"].kind, found["/category/a/b"].priority) == ("page", ARTICLE)
    assert found["/category/a"].kind == "listing"
    assert "neither an article nor a listing" in (found["/about"].unwanted or "")
    assert found["/a/page/2"].unwanted is None


def test_site_without_a_profile_has_none() -> None:
    assert profile_for("https://example.org/") is None and profile_for("http://[bad") is None


def test_other_sites_and_files_are_unwanted_with_a_reason() -> None:
    discoverer = Discoverer(wants=lambda url: "a.org" in url, depth_limit=lambda site: 3)
    assert discoverer.page("https://b.org/x", "related", None, 1).unwanted == "off-site"
    assert "DEPTH_LIMIT" in (discoverer.page("https://a.org/x", "listing", None, 4).unwanted or "")
    assert ".pdf" in (discoverer.page("https://a.org/x.pdf", "listing", None, 1).unwanted or "")
    assert discoverer.page("https://a.org/x", "listing", None, 3).unwanted is None
