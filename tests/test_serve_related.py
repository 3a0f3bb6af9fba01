"""The graph of related links: an article's neighbourhood, drawn, listed and as JSON; what a site recommends."""

from __future__ import annotations

from typing import Any

import pytest

from miacrawl.serve.pages import site_recommended
from tests import crowd
from tests.reader import Reader
from tests.steady_reader import SteadyReader


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return SteadyReader(crowd.build(tmp_path_factory.mktemp("graph")))


@pytest.fixture(scope="module")
def page(reader: Reader) -> Any:
    return reader.page("/article/1/related")


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())


def test_neighbourhood_counts_each_recommender_once(page: Any) -> None:
    assert "130 archived articles recommend it; its own page has 4 links" in _text(page)
    entries = page.xpath("//section[@aria-labelledby='recommenders']//li")
    assert len(entries) == 100 and "30 more are in" in _text(page)


def test_neighbourhood_tells_title_blurb_date_block_and_place(page: Any) -> None:
    first = page.xpath("//section[@aria-labelledby='recommenders']//li")[0]
    assert "Story 201" in _text(first) and "place 1, after the text, under Read next" in _text(first)
    assert first.xpath(".//h3/a/@href") == ["/article/201"]
    second = page.xpath("//section[@aria-labelledby='recommended']//li")[0]
    assert "Card of 2" in _text(second) and "A teaser." in _text(second) and "⇄ returned" in _text(second)
    assert [_text(block) for block in page.xpath("//p[contains(@class, 'block')]")] == ["Read next", "Most read"]


def test_missing_ones_say_what_the_ledger_knows_and_lead_to_why(page: Any) -> None:
    lost, unheard = page.xpath("//li[@class='missing']")
    assert "Not archived: gone (not found (HTTP 404))" in _text(lost)
    assert "/why?url=https%3A%2F%2Falpha.example%2Flost" in lost.xpath(".//a/@href")
    assert _text(unheard.xpath(".//span[@class='lacking']")[0]) == "Not archived"
    assert "noreferrer" in lost.xpath(".//h3/a/@rel")[0]


def test_drawing_shows_twelve_on_a_side_and_counts_the_rest(page: Any) -> None:
    (svg,) = page.xpath("//svg[@class='graph']")
    assert len(svg.xpath(".//a[@class='archived']")) == 12 + 2 and len(svg.xpath(".//a[@class='missing']")) == 2
    assert _text(svg.xpath(".//a[@class='more']")[0]) == "and 118 more"
    assert svg.xpath(".//a[@class='centre']/@href") == ["/article/1"]
    assert svg.xpath(".//a[@class='archived']/@href")[0] == "/article/201/related"
    assert svg.xpath(".//a[@class='missing']/@href")[0].startswith("/why?url=")


def test_two_steps_away_is_what_the_recommended_recommend(page: Any) -> None:
    far = page.xpath("//section[@aria-labelledby='far']//li")
    assert [link.xpath("./a/@href")[0] for link in far] == ["/article/3"], "not itself, nor what it recommends itself"


def test_json_has_each_node_once_and_edges_in_both_directions(reader: Reader) -> None:
    graph = reader.get("/article/1/related.json").json()
    nodes = {node["id"]: node for node in graph["nodes"]}
    assert len(nodes) == len(graph["nodes"]) and graph["article"] == "article:1"
    assert graph["counts"] == {"recommenders": 130, "recommenders_are_at_least": False, "recommended": 4}
    out = [edge for edge in graph["edges"] if edge["from"] == "article:1"]
    assert [edge["to"] for edge in out][:3] == ["article:2", "article:201", "url:alpha.example/lost"]
    assert out[2] | {"position": 3, "heading": "Most read", "location": "aside"} == out[2]
    assert nodes["url:alpha.example/lost"]["state"] == "gone" and not nodes["url:alpha.example/lost"]["archived"]
    assert nodes["url:unheard.example/of"]["state"] == "unknown"
    assert sum(edge["to"] == "article:1" for edge in graph["edges"]) == 100 == graph["limit"]
    assert {end for edge in graph["edges"] for end in (edge["from"], edge["to"])} <= set(nodes)


def test_page_documents_every_member_of_the_json(reader: Reader, page: Any) -> None:
    told = {code.text for code in page.xpath("//details[@class='twin']//code")}
    graph = reader.get("/article/1/related.json").json()
    members = {*graph, *graph["counts"], *(name for node in graph["nodes"] for name in node), *graph["edges"][0]}
    assert members <= told


@pytest.mark.parametrize("number", ["999", "abc", "9" * 40, "%00", "-1"])
def test_unknown_article_has_no_neighbourhood(reader: Reader, number: str) -> None:
    assert "No such article" in reader.text(f"/article/{number}/related", 404)
    assert reader.get(f"/article/{number}/related.json").json()["ok"] is False


def test_article_without_links_says_so(reader: Reader) -> None:
    page = reader.page("/article/204/related")
    assert "offers no related articles" in _text(page) and not page.xpath("//svg[@class='graph']")


# What a site recommends


def test_most_recommended_count_articles_not_links(reader: Reader) -> None:
    first = reader.page("/site/alpha.example/recommended").xpath("//ol[@class='ranked']/li")[0]
    assert _text(first).startswith("129 articles recommend this Story 1 "), "article 2 recommends it twice"
    assert first.xpath(".//a/@href")[:2] == ["/article/1", "/article/1/related"]


def test_month_narrows_what_is_counted_by_who_recommends(reader: Reader) -> None:
    month = str(crowd.MONDAY)[:7]
    page = reader.page(f"/site/alpha.example/recommended?month={month}")
    assert page.xpath("//option[@selected]/@value") == [month]
    assert f"recommendations of {crowd.MONDAY.day} article" in _text(page)
    for wrong in ("2026-13", "%00", "1999-01"):
        assert reader.get(f"/site/alpha.example/recommended?month={wrong}").status_code == 200


def test_missing_addresses_come_with_state_reason_and_a_way_to_why(reader: Reader) -> None:
    rows = reader.page("/site/alpha.example/recommended").xpath("//section[@aria-labelledby='missing']//tbody/tr")
    assert [row[0].text for row in rows] == ["2", "1"]
    assert "gone: not found (HTTP 404)" in _text(rows[0]) and "unknown: never met" in _text(rows[1])
    assert rows[0].xpath(".//a/@href")[1] == "/why?url=https%3A%2F%2Falpha.example%2Flost"


def test_links_between_sites_are_counted_both_ways(reader: Reader) -> None:
    aside = reader.page("/site/alpha.example/recommended").xpath("//aside//nav")
    assert [_text(nav)[:60] for nav in aside] == [
        "Recommends articles of beta.example:8080 1 Recommendations of the 400"[:60],
        "Is recommended by beta.example:8080 1 Links to its 130 newest articles."[:60],
    ]
    assert "beta.example:8080" in _text(
        reader.page("/site/alpha.example/recommended").xpath("//*[@aria-labelledby='elsewhere']")[0]
    )


def test_bound_on_recommenders_is_told(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_recommended, "MOST", 50)
    text = Reader(reader.folder).text("/site/alpha.example/recommended")
    assert "the newest 50 of 130 articles" in text and "49 articles recommend this" in text


def test_unknown_site_recommends_nothing_and_is_a_404(reader: Reader) -> None:
    assert "No such site" in reader.text("/site/nowhere.example/recommended", 404)


def test_every_page_of_the_graph_keeps_the_policy(reader: Reader) -> None:
    for path in ("/article/1/related", "/site/alpha.example/recommended"):
        response = reader.get(path)
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert "<script" not in response.text and " style=" not in response.text
