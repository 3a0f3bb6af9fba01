"""`<meta http-equiv=refresh>` is looked for at a page's beginning alone, whatever charset the page names."""

from __future__ import annotations

import time

from scrapy.http import HtmlResponse, Request
from scrapy.utils.test import get_crawler

from miacrawl.fetch.redirects import BoundedMetaRefresh

TELLS = b'<meta http-equiv="refresh" content="0; url=/there">'


def asked_for(body: bytes, charset: str) -> str | None:
    """The address that the page leads on to; None where it is read as it is, whole."""
    middleware = BoundedMetaRefresh.from_crawler(get_crawler())
    response = HtmlResponse("http://a.example/", headers={"Content-Type": f"text/html; charset={charset}"}, body=body)
    found = middleware.process_response(Request("http://a.example/"), response)
    if isinstance(found, Request):
        return found.url
    assert found is response
    return None


def test_page_that_says_it_is_punycode_does_not_hold_up_the_crawl() -> None:
    half = b"a" * 300_000
    began = time.process_time()
    assert asked_for(half + b"\xff" * 5 + b"-" + half, "punycode") is None
    assert time.process_time() - began < 5, "all other sites waited for hours"


def test_pages_long_and_short_lead_on() -> None:
    for rest in (b"", b"<p>x" * 50_000):
        assert asked_for(TELLS + rest, "utf-8") == "http://a.example/there"
    assert asked_for(b"<p>x" * 50_000, "utf-8") is None
