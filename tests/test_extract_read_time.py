import pytest

import miacrawl
from miacrawl.extract.read_time import duration, stated_time

URL = "https://example.org/a/slow-bread"
TEXT = "<p>" + "Dough that rests overnight needs neither much yeast nor a strong arm, only a cool place. " * 4 + "</p>"


def minutes(line: str, *, head: str = "", after: str = "") -> int | None:
    page = f"<html><head>{head}</head><body><h1>Slow bread</h1>{line}{TEXT * 3}{after}</body></html>"
    return miacrawl.extract(page.encode(), URL).read_minutes


@pytest.mark.parametrize(
    "line, expected",
    [
        ("2 min read", 2),
        ("3.5 min read", 4),
        ("12-minute read", 12),
        ("5 mins read", 5),
        ("3 minutes to read", 3),
        ("Reading time: 4 minutes", 4),
        ("Est. reading time: 7 minutes", 7),
        ("Less than a minute read", 1),
        ("Reading Time: < 1 minute", 1),
        ("45 sec read", 1),
        ("Reading time: 1 min 40 sec", 2),
        ("Lesezeit: 3 Min.", 3),
        ("Lesezeit von 4 Minuten", 4),
        ("Geschätzte Lesezeit: 7 Minuten", 7),
        ("6 Min. Lesedauer", 6),
        ("Tiempo de lectura: 6 min", 6),
        ("5 minutos de lectura", 5),
        ("Temps de lecture : 3 minutes", 3),
        ("4 min de lecture", 4),
        ("Lecture 2 min.", 2),
        ("Tempo di lettura: 3 minuti", 3),
        ("Tempo de leitura: 8 min", 8),
        ("Leestijd: 4 minuten", 4),
        ("4 min. lezen", 4),
        ("Czas czytania: 5 min", 5),
        ("Čtení na 6 minut", 6),
        ("Lästid: 2 minuter", 2),
        ("Læsetid 3 min.", 3),
        ("Lesetid: 4 minutter", 4),
        ("Lukuaika 3 min", 3),
        ("Okuma süresi: 4 dakika", 4),
        ("Время чтения: 5 минут", 5),
        ("Час читання: 3 хв", 3),
        ("Χρόνος ανάγνωσης: 4 λεπτά", 4),
        ("Waktu baca: 3 menit", 3),
        ("この記事は約5分で読めます", 5),
        ("阅读时间 3 分钟", 3),
        ("읽는 시간 4분", 4),
        ("5 phút đọc", 5),
        ("olvasási idő: 4 perc", 4),
    ],
)
def test_reading_time_in_many_words(line: str, expected: int) -> None:
    found = stated_time(line)
    assert found is not None
    assert found.minutes == expected
    assert minutes(f"<div>{line}</div>") == expected


@pytest.mark.parametrize(
    "line",
    [
        "Listen: 5 min",
        "4 min listen",
        "Video: 3 minutes",
        "Published 5 minutes ago",
        "Prep time 20 min",
        "Bake for 25 minutes",
        "0 min read",
        "A 40 minute drive from town",
        "Read more in 2024",
        "3 reads",
        "Ready in 20 minutes",
        "Ready in: 20 min",
    ],
)
def test_other_times_are_none(line: str) -> None:
    assert minutes(f"<div>{line}</div>") is None


def test_minutes_alone_count_beside_date_or_author() -> None:
    assert minutes("<div><span>Ida Holm</span> <span>•</span> <span>5 min</span></div>") == 5


def test_minutes_alone_of_a_player_do_not_count() -> None:
    assert minutes('<div class="audio-player"><span>5 min</span></div>') is None


def test_named_element_needs_no_words() -> None:
    assert minutes('<span class="article-reading-time">6 minutes</span>') == 6


def test_reading_time_of_a_card_is_another_articles() -> None:
    card = '<section class="related"><a href="/b"><h3>Rye</h3><span>9 min read</span></a></section>'
    assert minutes("", after=card) is None


def test_reading_time_deep_in_the_page_is_not_this_articles() -> None:
    assert minutes("", after="<div><h3>More</h3><div>9 min read</div></div>") is None


def test_shown_time_beats_metadata() -> None:
    head = '<meta name="twitter:label1" content="Est. reading time"><meta name="twitter:data1" content="9 minutes">'
    assert minutes("<div>4 min read</div>", head=head) == 4


@pytest.mark.parametrize("number", [1, 2, 4])
def test_label_and_data_pairs(number: int) -> None:
    head = (
        '<meta name="twitter:label9" content="Written by"><meta name="twitter:data9" content="Ida">'
        f'<meta name="twitter:label{number}" content="Geschätzte Lesezeit">'
        f'<meta name="twitter:data{number}" content="7 Minuten">'
    )
    page = miacrawl.extract(f"<html><head>{head}</head><body><h1>Brot</h1>{TEXT}</body></html>".encode(), URL)
    assert (page.read_minutes, page.read_time_text) == (7, "Geschätzte Lesezeit: 7 Minuten")
    assert page.provenance["read_minutes"] == "meta:twitter:label"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("PT5M", 5),
        ("PT1H5M", 65),
        ("PT300S", 5),
        ("P5M", 5),
        ("pt5m", 5),
        ("PT5", 5),
        ("P5", 5),
        ("PT5MIN", 5),
        ("PT5 minutes", 5),
        ("PT 5 M", 5),
        ("PT0H5M0S", 5),
        ("P0DT0H5M", 5),
        ("P0Y0M0DT0H5M0S", 5),
        ("P0000-00-00T00:05:00", 5),
        ("00:05:00", 5),
        ("5:30", 6),
        ("PT4.6M", 5),
        ("PT4,6M", 5),
        ("4.6", 5),
        ("5.0", 5),
        ("PT1M40S", 2),
        ("T5M", 5),
        ("5M", 5),
        ("PT20S", 1),
        ("5", 5),
        ("5 min", 5),
    ],
)
def test_iso_durations_and_their_common_mistakes(text: str, expected: int) -> None:
    found = duration(text)
    assert found is not None
    assert found.minutes == expected


@pytest.mark.parametrize(
    "text", ["", "PT", "PT0S", "P0D", "soon", "PT99999M", "-PT5M", "300", "P1D", "P1Y", "PT" + "9" * 500 + "M"]
)
def test_no_durations(text: str) -> None:
    assert duration(text) is None


def test_json_ld_time_required() -> None:
    head = '<script type="application/ld+json">{"@type":"Article","headline":"x","timeRequired":"PT6M"}</script>'
    assert minutes("", head=head) == 6


def test_recipe_time_is_not_reading_time() -> None:
    head = '<script type="application/ld+json">{"@type":"Recipe","totalTime":"PT45M","cookTime":"PT30M"}</script>'
    assert minutes("<div>Total time: 45 min</div>", head=head) is None


@pytest.mark.parametrize("label, data", [("Cooking time", "20 min"), ("Ready in", "20 min"), ("Read", "5 min listen")])
def test_label_of_another_time_is_none(label: str, data: str) -> None:
    head = f'<meta name="twitter:label1" content="{label}"><meta name="twitter:data1" content="{data}">'
    assert minutes("", head=head) is None


def test_minutes_alone_on_a_recipes_page_are_of_cooking() -> None:
    head = '<script type="application/ld+json">{"@type":"Recipe","name":"Rye","totalTime":"PT25M"}</script>'
    assert minutes("<div><span>Ida Holm</span> <span>•</span> <span>25 min</span></div>", head=head) is None


def test_microdata_of_the_article_counts_and_that_of_others_does_not() -> None:
    own = '<div itemscope itemtype="https://schema.org/BlogPosting"><meta itemprop="timeRequired" content="PT6M"></div>'
    recipe = '<div itemscope itemtype="https://schema.org/Recipe"><meta itemprop="timeRequired" content="PT40M"></div>'
    card = f'<section class="related">{own.replace("6M", "9M")}</section>'
    assert minutes("", after=recipe + card + own) == 6
    assert minutes("", after=recipe + card) is None
