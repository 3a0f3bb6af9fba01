"""What every rule says of a page, and whether it agrees with the winner."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from miacrawl.extract.agreement import agree
from miacrawl.extract.runners_up import EXAMINED, examine

PAGE = """<html lang="en"><head><title>Why worms work | Garden Notes</title>
<meta property="og:title" content="Why Worms Work!"><meta property="og:site_name" content="Garden Notes">
<meta property="article:published_time" content="2024-05-03T09:00:00Z"><meta name="description" content="A heap that breathes.">
<script type="application/ld+json">{"@type":"Article","headline":"Nine things about worms","articleBody":"Quite another text."}</script>
</head><body><h1>Why worms work</h1><p class="dek">A heap that breathes is a heap that works, and worms are the proof.</p>
<p>By <a rel="author" href="/author/ida">Ida Holm</a>, <time datetime="2024-05-03">3 May 2024</time></p>""" + "".join(
    f"<p>Paragraph {n}: worms pull leaves below ground at night and leave behind what roots can use in the morning.</p>" for n in range(6)
)  # fmt: skip
URL = "https://garden.example/worms"


def test_winner_and_runners_up_of_a_field() -> None:
    finding = examine(PAGE.encode(), URL).findings["title"]
    assert (finding.value, finding.source) == ("Why worms work", "visible:headline")
    assert [(one.source, one.value, one.agrees) for one in finding.runners_up] == [
        ("json-ld:headline", "Nine things about worms", False),
        ("meta:og:title", "Why Worms Work!", True),
        ("title", "Why worms work", True),
    ]
    assert finding.tried >= 5


def test_every_field_is_examined_and_the_article_is_that_of_extract() -> None:
    from miacrawl import extract

    examination = examine(PAGE.encode(), URL)
    assert tuple(examination.findings) == EXAMINED and examination.profile is None
    assert examination.article == extract(PAGE.encode(), URL)
    for name, finding in examination.findings.items():
        assert finding.value == (getattr(examination.article, name) or None)
        assert finding.source == examination.article.provenance.get(name)
        assert finding.source not in {one.source for one in finding.runners_up}


def test_dates_and_bodies_have_runners_up_too() -> None:
    findings = examine(PAGE.encode(), URL).findings
    assert {one.source: one.agrees for one in findings["published"].runners_up}["visible:near-headline"]
    assert [(one.source, one.agrees) for one in findings["body"].runners_up] == [("json-ld:articleBody", False)]


def test_field_without_a_value_has_neither_winner_nor_agreement() -> None:
    finding = examine(b"<title>x</title>", URL).findings["blurb"]
    assert finding.value is None and finding.source is None and finding.runners_up == () and finding.tried > 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Why worms work", "WHY WORMS WORK.", True),
        ("Why worms work", "Why worms sleep", False),
        ("!", "?", False),
        ("日本語", "日本語。", True),
        ("https://a.org/x/", "http://www.a.org/x?utm_source=y", True),
        ("https://a.org/x", "https://a.org/y", False),
        ("http://[", "http://[", True),
        (("Ida Holm", "Wen Li"), ("wen li", "Ida Holm"), True),
        (("Ida Holm",), ("Ida Holm", "Wen Li"), False),
        (date(2024, 5, 3), datetime(2024, 5, 3, 9, tzinfo=UTC), True),
        (datetime(2024, 5, 3, 9, tzinfo=UTC), datetime(2024, 5, 3, 11, tzinfo=UTC), False),
        (date(2024, 5, 3), date(2024, 5, 4), False),
        (3, 3, True),
        (3, 4, False),
        (3, "3", False),
    ],
)
def test_agreement_is_of_meaning(one: object, other: object, same: bool) -> None:
    assert agree("", one, other) is same and agree("", other, one) is same


@pytest.mark.parametrize(
    "html",
    [
        b"",
        b"\x00\xff",
        b"<h1>" * 5000,
        b"<script type='application/ld+json'>[[[{]",
        b"<meta name=author content='\xed\xa0\x80'>",
    ],
)
def test_no_bytes_make_it_raise(html: bytes) -> None:
    assert set(examine(html, "http://[bad").findings) == set(EXAMINED)
