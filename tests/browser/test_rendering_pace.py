"""A browser's requests come no faster than robots.txt allows; nothing else runs beside this test (Makefile)."""

from __future__ import annotations

import pytest

from tests.browser.shells import APP, build, settings
from tests.conftest import Run
from tests.pace import too_close
from tests.site import FakeSite

pytestmark = pytest.mark.browser


def test_the_host_is_asked_no_faster_and_no_more_at_a_time_than_set(site: FakeSite, crawl: Run) -> None:
    many = "".join(f'fetch("/api/{number}");' for number in range(4))
    build(site, many + APP)
    site.pages["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nCrawl-delay: 0.8\n")
    crawl(*settings(), site.url)
    assert "/api/article.json" in site.asked
    times = site.times[1:]  # robots.txt comes before its own rules
    assert len(times) >= 7
    assert too_close(times, 0.8) < 0.4
