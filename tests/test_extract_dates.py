from datetime import UTC, date, datetime, timedelta, timezone

import pytest

import miacrawl
from miacrawl.extract.dates import parse_date

URL = "https://example.org/news/the-bridge-reopens"
TEXT = "<p>" + "The bridge is open again, and the first to cross it was a cat that nobody had counted on. " * 4 + "</p>"


def extract(line: str = "", *, head: str = "", lang: str = "en", url: str = URL, end: str = "") -> miacrawl.Article:
    page = f"<html lang={lang}><head>{head}</head><body><h1>The bridge reopens</h1>{line}{TEXT * 3}{end}</body></html>"
    return miacrawl.extract(page.encode(), url)


def json_ld(pairs: str) -> str:
    return f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"x",{pairs}}}</script>'


@pytest.mark.parametrize(
    "text, language, moment",
    [
        ("2024-05-03", None, date(2024, 5, 3)),
        ("2024-05-03T10:20:30Z", None, datetime(2024, 5, 3, 10, 20, 30, tzinfo=UTC)),
        ("2024-05-03T10:20:30+0900", None, datetime(2024, 5, 3, 10, 20, 30, tzinfo=timezone(timedelta(hours=9)))),
        ("2024-05-03 10:20", None, datetime(2024, 5, 3, 10, 20)),
        ("20240503T102030Z", None, datetime(2024, 5, 3, 10, 20, 30, tzinfo=UTC)),
        ("1714731630", None, datetime(2024, 5, 3, 10, 20, 30, tzinfo=UTC)),
        ("1714731630000", None, datetime(2024, 5, 3, 10, 20, 30, tzinfo=UTC)),
        ("Fri, 03 May 2024 10:20:30 GMT", None, datetime(2024, 5, 3, 10, 20, 30, tzinfo=UTC)),
        ("May 3, 2024 5:50 pm EST", "en", datetime(2024, 5, 3, 17, 50, tzinfo=timezone(timedelta(hours=-5)))),
        ("Friday 3rd of May 2024", "en", date(2024, 5, 3)),
        ("5/3/2024", "en-US", date(2024, 5, 3)),
        ("3/5/2024", "en-GB", date(2024, 5, 3)),
        ("03.05.2024, kl. 13.05", "nb", datetime(2024, 5, 3, 13, 5)),
        ("3. Mai 2024, 10:20 Uhr", "de", datetime(2024, 5, 3, 10, 20)),
        ("3 mai 2024 à 10h20", "fr", datetime(2024, 5, 3, 10, 20)),
        ("3 de mayo de 2024 10:20 h", "es", datetime(2024, 5, 3, 10, 20)),
        ("3 maggio 2024", "it", date(2024, 5, 3)),
        ("3 maja 2024", "pl", date(2024, 5, 3)),
        ("3 listopada 2024", "pl", date(2024, 11, 3)),
        ("3. listopada 2024", "hr", date(2024, 10, 3)),
        ("3. května 2024", "cs", date(2024, 5, 3)),
        ("2024. május 3.", "hu", date(2024, 5, 3)),
        ("3 Mayıs 2024", "tr", date(2024, 5, 3)),
        ("3 мая 2024", "ru", date(2024, 5, 3)),
        ("3 травня 2024", "uk", date(2024, 5, 3)),
        ("3 Μαΐου 2024", "el", date(2024, 5, 3)),
        ("3. toukokuuta 2024", "fi", date(2024, 5, 3)),
        ("2024年5月3日 10:20", "ja", datetime(2024, 5, 3, 10, 20)),
        ("2024년 5월 3일", "ko", date(2024, 5, 3)),
        ("3 พ.ค. 2567", "th", date(2024, 5, 3)),
        ("3 Mei 2024", "id", date(2024, 5, 3)),
    ],
)
def test_dates_of_many_languages(text: str, language: str | None, moment: date) -> None:
    found = parse_date(text, language)
    assert found == moment
    assert isinstance(found, datetime) == isinstance(moment, datetime)


@pytest.mark.parametrize("text", ["", "0000-00-00", "2024-13-45", "May", "12 34", "version 1.2.3", "31/31/2024"])
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None


def test_json_ld_keeps_zone_and_words() -> None:
    article = extract(head=json_ld('"datePublished":"2024-05-03T08:00:00+02:00"'))
    assert article.published == datetime(2024, 5, 3, 8, tzinfo=timezone(timedelta(hours=2)))
    assert article.published_text == "2024-05-03T08:00:00+02:00"
    assert article.provenance["published"] == "json-ld:datePublished"


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2024-05-03">',
        '<meta name="dc.date.issued" content="2024-05-03">',
        '<meta name="parsely-pub-date" content="2024-05-03">',
        '<meta name="sailthru.date" content="May 3, 2024">',
        '<meta itemprop="datePublished" content="2024-05-03">',
    ],
)
def test_metadata(head: str) -> None:
    assert extract(head=head).published == date(2024, 5, 3)


@pytest.mark.parametrize(
    "line",
    [
        '<time datetime="2024-05-03">last week</time>',
        '<span itemprop="datePublished" content="2024-05-03">May</span>',
        '<div class="date">May 3, 2024</div>',
        "<p>By Ada Moor | May 3, 2024 | 4 min read</p>",
        "<p>Updated June 9, 2024. Published May 3, 2024</p>",
    ],
)
def test_date_shown_by_the_headline(line: str) -> None:
    assert extract(line).published == date(2024, 5, 3)


def test_visible_date_beats_metadata_of_another_day() -> None:
    head = '<meta property="article:published_time" content="2017-04-12T18:33:59+02:00">'
    article = extract("<p>19 February 2020</p>", head=head)
    assert (article.published, article.published_text) == (date(2020, 2, 19), "19 February 2020")


def test_time_zone_does_not_make_it_another_day() -> None:
    head = json_ld('"datePublished":"2024-05-04T02:00:00Z"')
    assert extract("<p>May 3, 2024</p>", head=head).published == datetime(2024, 5, 4, 2, tzinfo=UTC)


@pytest.mark.parametrize("label", ["Updated", "Last modified:", "Aktualisiert am", "Mis à jour le", "Güncelleme:"])
def test_date_of_an_update_does_not_beat_metadata(label: str) -> None:
    head = '<meta property="article:published_time" content="2024-05-03">'
    article = extract(f"<p>{label} 9 June 2024</p>", head=head)
    assert article.published == date(2024, 5, 3)
    assert article.modified == date(2024, 6, 9)


def test_date_of_an_update_is_taken_where_there_is_no_other() -> None:
    assert extract("<p>Updated 9 June 2024</p>").published == date(2024, 6, 9)


def test_modified_from_json_ld() -> None:
    article = extract(head=json_ld('"datePublished":"2024-05-03","dateModified":"2024-06-09T07:00:00Z"'))
    assert article.modified == datetime(2024, 6, 9, 7, tzinfo=UTC)
    assert article.modified_text == "2024-06-09T07:00:00Z"


def test_change_at_the_moment_of_publication_is_none() -> None:
    assert extract(head=json_ld('"datePublished":"2024-05-03","dateModified":"2024-05-03"')).modified is None


@pytest.mark.parametrize(
    "line",
    [
        "<figure><figcaption>The bridge on May 3, 1931</figcaption></figure>",
        "<p>It fell into the river on the night of May 3, 1931, when the ice broke up after a hard frost.</p>",
        "<p>© 2020 Example Press</p>",
    ],
)
def test_dates_of_what_is_told_are_not_the_articles(line: str) -> None:
    assert extract(line).published is None


def test_dates_of_a_list_of_other_articles_do_not_beat_metadata() -> None:
    head = '<meta property="article:published_time" content="2024-05-03">'
    cards = "".join(f"<div><a href='/{n}'>Another story</a> <span>June {n}, 2024</span></div>" for n in (7, 8, 9))
    assert extract(cards, head=head).published == date(2024, 5, 3)


def test_address_names_the_day() -> None:
    assert extract(url="https://example.org/2024/05/03/the-bridge").published == date(2024, 5, 3)


def test_only_date_below_the_text() -> None:
    assert extract(end="<div>Posted on May 3, 2024</div>").published == date(2024, 5, 3)


def test_page_without_date() -> None:
    article = extract()
    assert (article.published, article.modified, article.published_text) == (None, None, None)
