"""Pages made to be slow: the time grows with the page, not with its square."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from miacrawl import extract

PAGES: dict[str, Callable[[int], bytes]] = {
    "links that are headings": lambda n: b"<h1>Rel</h1>" + b"<a href=/x-y-z>Related articles</a> " * n,
    "headings of blocks": lambda n: b"<h1>A</h1>" + b"<h2>Related articles</h2><p><a href=/x/y-z>A title of it</a></p>" * n,
    "cards in one block": lambda n: b"<h2>Related</h2>" + b"".join(b"<p><a href=/a/b-%d>A title %d</a>" % (i, i) for i in range(n)),
    "named blocks": lambda n: b"<h1>A</h1>" + b"<div class=related><a href=/x/y-z>A title of it</a></div>" * n,
    "dates": lambda n: b"<h1>A</h1>" + b"<time datetime=2024-01-01>1 May 2024</time>" * n,
    "bylines": lambda n: b"<h1>A</h1>" + b"<div class=byline>By Ida Holm, 3 min read</div>" * n,
    "line breaks": lambda n: b"<h1>A</h1>" + b"word<br><br>" * n,
    "list items": lambda n: b"<h1>A</h1><ul>" + b"<li>some words of a list" * n,
    "meta tags": lambda n: b"<meta name=author content='Ida Holm'>" * n,
    "open spans": lambda n: b"<h1>A</h1>" + b"<span>a " * n,
    "structured data": lambda n: b"<script type='application/ld+json'>[" + b'{"@type":"NewsArticle"},' * n + b"{}]</script>",
}  # fmt: skip


def seconds(page: bytes) -> float:
    """CPU time of extraction, the better of two runs.

    What the tests before this one left in memory is kept out of it: the collector would walk all of that again and
    again, the more often the larger the page is.
    """
    times = []
    gc.collect()
    gc.freeze()
    try:
        for _ in range(2):
            begun = time.process_time()
            extract(page, "https://a.org/garden/worms")
            times.append(time.process_time() - begun)
    finally:
        gc.unfreeze()
    return min(times)


@pytest.mark.parametrize("name", PAGES)
def test_time_grows_with_the_page(name: str) -> None:
    make = PAGES[name]
    seconds(make(10))
    for _ in range(3):  # what shares the processor may come or go between the two
        small, large = seconds(make(3_000)), seconds(make(12_000))
        if large < 0.3 or large < 9 * small:
            return
    pytest.fail(f"{small:.2f} s for 3,000, {large:.2f} s for 12,000")


def test_page_beyond_the_limit_is_read_to_the_limit() -> None:
    page = b"<h1>A long page</h1>" + b"<p>Some words, and then some more of the same words.</p>" * 400_000
    assert extract(page, "https://a.org/long").title == "A long page"


def test_a_page_goes_when_it_was_read_and_waits_for_no_collector() -> None:
    """Cycles would keep it, and its tree, until the garbage collector came: seen to cost a tenth of a crawl."""
    page = (
        b"<title>A story of the day</title><nav class=breadcrumb><a href=/>Home</a> <a href=/x>News</a></nav>"
        b"<h1>A story of the day</h1><p class=standfirst>What it tells, in a line of its own.</p>"
        + b"<p>Running text of the article, a sentence that is long enough to be read as one. </p>" * 8
        + b"<h2>Related articles</h2><ul>"
        + b"".join(
            b"<li><a href=/news/other-%d><h3>Another story %d</h3></a><p>Its teaser.</p>" % (n, n) for n in range(6)
        )
        + b"</ul>"
    )
    extract(page, "https://a.org/news/story-of-the-day")
    while gc.collect():  # what other tests have left may leave something in its turn
        pass
    gc.disable()
    try:
        found = extract(page, "https://a.org/news/story-of-the-day")
        assert len(found.related) == 6
        assert gc.collect() == 0
    finally:
        gc.enable()
