"""A browser's requests come no faster than robots.txt allows; nothing else runs beside this test (Makefile)."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.browser.shells import APP, build, settings
from tests.conftest import Run
from tests.site import FakeSite

pytestmark = pytest.mark.browser


def test_the_host_is_asked_no_faster_and_no_more_at_a_time_than_set(site: FakeSite, crawl: Run) -> None:
    many = "".join(f'fetch("/api/{number}");' for number in range(4))
    build(site, many + APP)
    site.pages["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nCrawl-delay: 0.5\n")
    crawl(*settings(), site.url)
    assert "/api/article.json" in site.asked
    times = site.times[1:]  # robots.txt comes before its own rules
    assert len(times) >= 7
    # One that arrives late stands closer to the next, and no closer to those after it.
    ahead = [time - 0.5 * number for number, time in enumerate(times)]
    assert min(later - earlier for earlier, later in combinations(ahead, 2)) > -0.15
