import json
from pathlib import Path

import pytest

import miacrawl
from miacrawl import Article
from miacrawl.extract.confidence import CALIBRATED, counts, share

URL = "https://example.org/baking/slow-bread"
SENTENCE = "Dough that rests overnight needs neither much yeast nor a strong arm, only a cool place. "


def read(head: str = "", text: str = f"<p>{SENTENCE * 6}</p>" * 8, **data: object) -> Article:
    node = json.dumps({"@type": "NewsArticle", "headline": "Slow bread", **data})
    page = (
        f'<html lang="en"><head><script type="application/ld+json">{node}</script>{head}</head>'
        f'<body><h1>Slow bread</h1><p class="byline">By Ida Holm</p><article>{text}</article></body></html>'
    )
    return miacrawl.extract(page.encode(), URL)


def test_agreeing_sources_make_a_value_surer() -> None:
    agreeing = read('<meta property="og:title" content="Slow bread">', author={"name": "Ida Holm"})
    disagreeing = read(
        '<meta property="og:title" content="Why wait">', headline="Why wait", author={"name": "Tom Reed"}
    )
    assert agreeing.title == disagreeing.title == "Slow bread"
    assert agreeing.authors == disagreeing.authors == ("Ida Holm",)
    for field in ("title", "authors"):
        assert agreeing.confidence[field] > disagreeing.confidence[field]


def test_a_body_of_sentences_is_surer_than_one_of_loose_lines() -> None:
    line = "<p>A recipe with a name of its own, a picture and no sentence</p>"
    loose = f"<p>{SENTENCE * 6}</p>{line * 4}" * 8
    assert read().confidence["body"] > read(text=loose).confidence["body"]


def test_a_short_body_is_less_sure_than_a_long_one() -> None:
    assert read(text=f"<p>{SENTENCE * 2}</p>" * 3).confidence["body"] < read().confidence["body"]


def test_only_values_have_a_confidence_and_it_is_never_certain() -> None:
    article = read()
    assert article.blurb is None and "blurb" not in article.confidence
    assert article.confidence.keys() <= set(CALIBRATED)
    assert all(0 < value < 1 for value in article.confidence.values())


def test_no_word_count_of_the_page_makes_extract_raise() -> None:
    for count in ("1e999", "-5", "many", [1], {"@value": "900"}, True, 10**400):
        assert read(wordCount=count, articleBody=["x"]).confidence["body"] > 0


TABLE = {"title": {"": (90, 100), "agree": (50, 50), "agree, meta:og:title": (1, 2)}}


def test_share_of_what_was_never_counted_is_that_of_the_more_general_way() -> None:
    assert share(TABLE, "title", ("none", "url")) == share(TABLE, "title", ()) == round(91 / 102, 2)
    assert share(TABLE, "title", ("agree", "css:h1")) == share(TABLE, "title", ("agree",))
    assert share(TABLE, "blurb", ("agree", "css:p")) == 0.5


def test_few_values_move_the_share_a_little() -> None:
    assert share(TABLE, "title", ("agree",)) > share(TABLE, "title", ("agree", "meta:og:title")) > 0.5


@pytest.mark.parametrize("right, number, surest", [(3, 3, 0.8), (22, 22, 0.96), (9000, 9000, 0.99)])
def test_nothing_is_surer_than_what_was_counted_allows(right: int, number: int, surest: float) -> None:
    everywhere = {"": (right, number), "agree": (right, number), "agree, url": (right, number)}
    assert share({"x": everywhere}, "x", ("agree", "url")) == surest


def test_table_holds_counts_of_rules_and_nothing_else() -> None:
    table = counts()
    assert set(table) == set(CALIBRATED)
    for ways in table.values():
        assert all(0 <= right <= number for right, number in ways.values())
        whole = ways[""][1]
        assert sum(number for way, (_, number) in ways.items() if way and ", " not in way) == whole


def test_documentation_shows_the_calibration() -> None:
    text = (Path(__file__).parent.parent / "docs" / "confidence.md").read_text("utf-8")
    for field, ways in counts().items():
        assert f"| {field} | all | {ways[''][1]} | {ways[''][0]} |" in text, "run: python -m tests.benchmark.calibrate"
