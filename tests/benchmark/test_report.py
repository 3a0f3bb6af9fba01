"""The report is what was measured: written from the figures alone, with the marks beside them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmark.body_scores import halves
from tests.benchmark.gold_scores import read_table
from tests.benchmark.marks import MARKS, Mark
from tests.benchmark.measured import Measured
from tests.benchmark.report import REMAINING, marks_table, report

DOCS = Path(__file__).parents[2] / "docs"
TABLE = """\
== some:thing: 75 pages, 2 errors
title                  acc 0.910   on gold values 0.920   detect P 1.000 R 1.000   correct P 1.000
blurb (visible)        acc 0.820   on gold values 0.955   detect P 1.000 R 0.977   correct P 0.977
blurb (or meta)        acc 0.110   on gold values 0.750   detect P 1.000 R 0.768   correct P 0.977
read_minutes           acc 0.730   on gold values 0.740   detect P 1.000 R 1.000   correct P 1.000
  without meta-only    acc 0.120   on gold values 1.000   detect P 1.000 R 1.000   correct P 1.000
authors                macro F1 0.650   micro P 1.000 R 0.963 F1 0.981
published (day)        acc 0.560   on gold values 0.986   detect P 0.986 R 0.986   correct P 0.986
section                acc 0.470   on gold values 0.862   detect P 0.903 R 0.966   correct P 0.806
related (URLs)         micro P 0.380 R 0.790 F1 0.857 (260 of 329, offered 278)
                       macro P 0.880 R 0.846 F1 0.130 (all pages, 75)
                       macro P 0.868 R 0.820 F1 0.290 (pages with gold, 53)
                       recall by place: inline 0.81, end 0.79, aside 0.76   blurbs of hits 0.210 (55)
"""
RUN = Measured(
    date="2020-01-01",
    python="CPython 3.11",
    machine="Linux",
    cpus=2,
    repeat=1,
    versions={},
    gold={"miacrawl": {"title": 0.9, "pages": 75.0}, "trafilatura": {"title": 0.8}, "goose3": {"title": 0.7}},
)


def test_figures_are_read_from_the_scorers_table() -> None:
    assert read_table(TABLE) == {
        "title": 0.91,
        "blurb": 0.82,
        "read_minutes": 0.73,
        "read_minutes_gold": 0.74,
        "authors": 0.65,
        "published": 0.56,
        "section": 0.47,
        "related_f1": 0.29,
        "related_precision": 0.38,
        "related_blurbs": 0.21,
        "pages": 75,
        "crashes": 2,
    }


def test_table_without_a_figure_is_an_error() -> None:
    with pytest.raises(ValueError, match="no section"):
        read_table(TABLE.replace("section ", "sect "))


def test_report_in_the_repository_is_that_of_its_figures() -> None:
    run = Measured.read(DOCS / "benchmarks.json")
    text = (DOCS / "benchmarks.md").read_text("utf-8")
    assert text == report(run, REMAINING.read_text("utf-8")), "run: python -m tests.benchmark.run --report"


def test_mark_that_is_missed_is_said_to_be() -> None:
    assert "| gold | title, accuracy | 0.900 | ≥ 0.970 | no | 0.800 (trafilatura) |" in marks_table(RUN)


def test_peer_has_no_score_in_a_field_it_does_not_have() -> None:
    run = replace(RUN, gold={"miacrawl": {"section": 0.8}, "readability": {"section": 0.9}, "goose3": {"section": 0.4}})
    assert "0.400 (goose3)" in marks_table(run)


def test_figures_survive_being_kept() -> None:
    assert Measured.from_json(RUN.to_json()) == RUN


def test_pages_are_halved_by_their_number() -> None:
    assert halves(["0001", "0002", "0004"]) == {
        "all": ["0001", "0002", "0004"],
        "even": ["0002", "0004"],
        "odd": ["0001"],
    }


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: f"{mark.pages}-{mark.key}")
def test_guard_is_on_its_marks_side(mark: Mark) -> None:
    assert mark.kept(mark.guard)
    assert not mark.kept(mark.guard + (0.01 if mark.low_is_good else -0.01))
