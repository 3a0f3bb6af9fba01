"""What programs read is what readers see: the JSON, CSV and Atom twins of pages."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.request import urlopen

import pytest
from lxml import etree, html

from tests.browser.sample import Facts

pytestmark = pytest.mark.browser
ATOM = {"a": "http://www.w3.org/2005/Atom"}


class Site:
    """The served archive, asked for pages and their twins."""

    def __init__(self, address: str, facts: Facts) -> None:
        self._address, self._facts = address, facts

    def get(self, path: str, content_type: str) -> str:
        """The text at `path`, which must answer, as `content_type`."""
        with urlopen(self._address + path.format_map(self._facts), timeout=120) as response:
            assert response.headers["content-type"].startswith(content_type), path
            assert response.headers["x-content-type-options"] == "nosniff"
            return str(response.read().decode())

    def page(self, path: str) -> html.HtmlElement:
        return html.fromstring(self.get(path, "text/html"))

    def json(self, path: str) -> Any:
        return json.loads(self.get(path, "application/json"))

    def links(self, path: str, within: str) -> list[str]:
        """Paths that the page at `path` links to, in order, of those that begin with `within`."""
        found = self.page(path).xpath("//main//a/@href")
        return [href for href in found if href.startswith(within)]


@pytest.fixture(scope="module")
def site(sample_address: str, sample_facts: Facts) -> Site:
    return Site(sample_address, sample_facts)


def _ids(found: list[dict[str, Any]]) -> list[int]:
    return [int(one["id"]) for one in found]


@pytest.mark.parametrize("query", ["?q=sleep", "?q=sleep&sort=date", "?section={section}", "?q=zebra"])
def test_search_lists_the_same_articles_in_every_form(site: Site, query: str) -> None:
    cards = site.page("/search" + query).xpath("//article//*[self::h2 or self::h3]/a/@href")
    shown = [int(href.rsplit("/", 1)[1]) for href in cards]
    told = site.json("/search.json" + query)
    assert _ids(told["articles"])[: len(shown)] == shown
    rows = list(csv.DictReader(io.StringIO(site.get("/search.csv" + query, "text/csv"))))
    assert [int(row["id"]) for row in rows][: len(shown)] == shown
    feed = etree.fromstring(site.get("/search.atom" + query, "application/atom+xml").encode())
    entries = feed.xpath("a:entry/a:link[@rel='alternate' or not(@rel)]/@href", namespaces=ATOM)
    assert {int(href.rsplit("/", 1)[1]) for href in entries} >= set(shown[:1])


def test_versions_are_the_same(site: Site) -> None:
    numbers = [one["number"] for one in site.json("/article/{changed}/versions.json")["versions"]]
    shown = site.page("/article/{changed}/versions").xpath("//main//h2/text()")
    assert sorted(numbers) == [1, 2]
    assert all(any(f"Version {number}" in heading for heading in shown) for number in numbers)


def test_difference_is_the_same(site: Site) -> None:
    told = site.get("/article/{changed}/diff.json?from=1&to=2", "application/json")
    page = site.page("/article/{changed}/diff?from=1&to=2")
    added = ["".join(one.itertext()).strip() for one in page.xpath("//main//ins")]
    assert added
    plain = " ".join(json.dumps(json.loads(told), ensure_ascii=False).split())
    assert all(" ".join(word.split()) in plain for word in added if word.isalnum())


def test_related_articles_are_the_same(site: Site) -> None:
    told = json.dumps(site.json("/article/{article}/related.json"))
    for heading in site.page("/article/{article}/related").xpath("//main//h3//a/text()"):
        assert json.dumps(" ".join(heading.split()))[1:-1] in told


def test_captures_are_the_same(site: Site) -> None:
    told = site.json("/article/{changed}/captures.json")
    shown = [int(href.rsplit("/", 1)[1]) for href in site.links("/article/{changed}/captures", "/capture/")]
    assert shown and set(shown) <= set(_ids(told["captures"]))
    record = next(href for href in site.links("/capture/{capture}", "/capture/") if href.endswith("/record"))
    assert f"/capture/{site.json('/capture/{capture}.json')['id']}/record" == record


def test_runs_are_the_same(site: Site) -> None:
    told = site.json("/runs.json")["runs"]
    shown = [int(href.rsplit("/", 1)[1]) for href in site.links("/runs", "/run/")]
    assert sorted(set(shown)) == sorted(_ids(told)) == [1, 2]
    run = site.json("/run/{run}.json")["run"]
    text = " ".join(site.page("/run/{run}").xpath("//main")[0].text_content().split())
    assert run["id"] == 2 and f"New articles: {run['new']}" in text and f"Changed articles: {run['changed']}" in text


def test_health_is_the_same(site: Site) -> None:
    told = site.json("/health.json")
    text = " ".join(site.page("/health").xpath("//main")[0].text_content().split())
    assert told["verdict"]["title"] in text
    assert told["alarms"] and all(alarm["explanation"] in text for alarm in told["alarms"])


def test_account_of_an_address_is_the_same(site: Site) -> None:
    told = site.json("/why.json?url={failed_url}")
    text = " ".join(site.page("/why?url={failed_url}").xpath("//main")[0].text_content().split())
    assert told["url"] in text and told["account"]


def test_citations_are_those_of_the_page(site: Site) -> None:
    text = "".join(site.page("/article/{article}").xpath("//main")[0].text_content().split())
    assert "".join(site.get("/article/{article}/cite.txt", "text/plain").split()) in text
