"""Charts: bars that say what they stand for, ticks with room, and weeks as they were."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from lxml import html

from miacrawl.serve import weekly
from miacrawl.serve.chart import Bars, Series, Spark
from miacrawl.serve.graph import Graph, Node, fitting

HOSTILE = '"><script>alert(1)</script>'


def bars(**changes: object) -> Bars:
    usual = {"labels": ("one", "two"), "series": (Series("a", (3, 0)), Series("b", (1, 2))), "unit": "articles"}
    return Bars(**{"title": "A chart", **usual, **changes})  # type: ignore[arg-type]


def test_every_bar_says_its_label_total_and_parts() -> None:
    titles = html.fromstring(bars().svg).xpath("//title/text()")
    assert titles == ["one: 4 articles (a: 3, b: 1)", "two: 2 articles (b: 2)"]


def test_parts_of_a_bar_stand_on_each_other_and_nothing_is_drawn_for_nought() -> None:
    first, second = html.fromstring(bars(top=4).svg).xpath("//path/@d")
    assert first == "M0.1 160.0v-120.0h.8v120.0z", "three quarters of the height, and no second bar"
    assert second.startswith("M0.1 40.0v-40.0"), "on top of the first"


def test_scale_ends_at_a_round_number_above_the_highest_bar() -> None:
    for highest, expected in ((4, "4"), (7, "8"), (31, "40"), (1_234, "2,000"), (0, "1")):
        chart = bars(series=(Series("a", (highest, 0)),))
        assert html.fromstring(chart.svg).xpath("//text[@class='scale']/text()")[0] == expected


def test_labels_never_touch_on_a_telephone() -> None:
    chart = bars(labels=tuple(f"Week {place}" for place in range(52)), series=(Series("a", (1,) * 52),))
    ticks = html.fromstring(chart.svg).xpath("//text[contains(@class, 'tick') and not(contains(@class, 'wide'))]")
    starts = [float(tick.get("x").rstrip("%")) * 2.4 for tick in ticks]  # pixels, of 240
    assert 2 <= len(ticks) <= 6
    assert all(after - before > 7 * 6.5 for before, after in pairwise(starts))
    assert starts[-1] + 7 * 6.5 < 240


def test_table_holds_the_same_numbers() -> None:
    rows = html.fromstring(f"<table>{bars().rows}</table>").xpath("//tr")
    assert [[cell.text for cell in row] for row in rows] == [["one", "3", "1"], ["two", "0", "2"]]


def test_what_pages_say_is_escaped_in_charts_and_drawings() -> None:
    chart = bars(title=HOSTILE, labels=(HOSTILE, "x"), series=(Series(HOSTILE, (1, 2)), Series("b", (1, 1))))
    node = Node(HOSTILE, HOSTILE, f"/why?url={HOSTILE}", False)
    graph = Graph(node, [node], [node])
    for markup in (chart.svg, chart.rows, Spark(HOSTILE, (1,)).svg, graph.svg):
        assert "<script" not in markup and HOSTILE not in markup


def test_drawings_carry_no_style_of_their_own() -> None:
    node = Node("a", "b", "/", True)
    for markup in (bars().svg, Spark("x", (1, 2)).svg, Graph(node, [node], []).svg):
        assert "style=" not in markup and "url(" not in markup


def test_weeks_without_articles_are_bars_without_height() -> None:
    rows = [{"site": "", "value": "2026-01-05", "n": 3}, {"site": "", "value": "2026-03-02", "n": 1}]
    chart = weekly.chart("Articles", rows, "")
    assert chart is not None and len(chart.labels) == 52
    assert chart.labels[-1] == "Week of 2 March 2026" and chart.series[0].values[-9:] == (3, 0, 0, 0, 0, 0, 0, 0, 1)


def test_others_are_what_the_charted_sites_leave() -> None:
    rows = [{"site": "", "value": "2026-01-05", "n": 9}, {"site": "a.example", "value": "2026-01-05", "n": 4}]
    chart = weekly.chart("Articles", rows, "", ["a.example", "silent.example"])
    assert chart is not None
    assert [(one.name, one.values[-1]) for one in chart.series] == [("a.example", 4), ("others", 5)]


@pytest.mark.parametrize("value", ["", "soon", "0001-01-01", "-4713-12-01"])
def test_weeks_of_no_time_make_no_chart(value: str) -> None:
    assert weekly.chart("Articles", [{"site": "", "value": value, "n": 1}], "") is None


def test_months_stand_where_they_begin_with_the_year_where_it_is_new() -> None:
    rows = [{"site": "", "value": "2026-02-09", "n": 1}]
    chart = weekly.chart("Articles", rows, "")
    assert chart is not None and chart.ticks is not None
    written = [tick for tick in chart.ticks if tick]
    assert written[0] == "Feb 2025" and written[-2:] == ["Jan 2026", "Feb"]


@pytest.mark.parametrize(("text", "letters", "shown"), [("short", 10, "short"), ("a long title", 8, "a long…")])
def test_titles_fit_their_box(text: str, letters: int, shown: str) -> None:
    assert fitting(text, letters) == shown


def test_wide_letters_take_the_room_of_two() -> None:
    assert fitting("北方日报北方", 8) == "北方日…" and fitting("北方日报", 8) == "北方日报"


def test_drawing_counts_what_it_leaves_out_and_links_all_it_shows() -> None:
    node = Node("a", "b", "/article/1/related", True)
    svg = html.fromstring(Graph(node, [node] * 12, [Node("c", "not archived", "/why", False)], 88, 0).svg)
    assert svg.xpath("//a[@class='more']")[0].text_content() == "and 88 more"
    assert len(svg.xpath("//a[@class='archived']")) == 12 and len(svg.xpath("//a[@class='missing']")) == 1
    assert re.search(r"M\d+ ", svg.xpath("//path[contains(@class, 'broken')]/@d")[0])
