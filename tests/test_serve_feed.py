"""Feeds of whatever articles hold: always XML, with times as RFC 3339 has them, and all that RFC 4287 asks for."""

from __future__ import annotations

import json
import re
import sqlite3

import pytest
from lxml import etree

from tests import shelf
from tests.reader import Reader

ATOM = {"a": "http://www.w3.org/2005/Atom"}
TIME = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(Z|[+-]\d\d:\d\d)")
TEXTS = (
    "a\x00\x01\x0b\x1f\x7f\x85\ufffe\uffff b",
    "\U0001f600\U0001d4b3 astral ]]> <b>&amp;&lt;/title>",
    "\u202e right to left \u2028 \u2029",
    "   ",
    "",
    "x" * 5_000,
)
TIMES = (
    *("0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "2026-01-01T00:00:00+00:00:30", "2026-01-01", "2026"),
    *("2026-02-31T10:00:00Z", "2026-03-30T08:00:00.123456+02:00", "-1", "tomorrow", ""),
)


def check(feed: etree._Element) -> list[str]:
    """Hold a feed against RFC 4287; the ids of its entries."""

    def found(node: etree._Element, path: str) -> list[str]:
        return [str(one) for one in node.xpath(path, namespaces=ATOM)]

    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    entries = feed.xpath("a:entry", namespaces=ATOM)
    for node in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert len(found(node, f"a:{name}")) == 1, name
        assert len(found(node, "a:link[@rel='alternate']")) == 1
        (unique,) = found(node, "a:id/text()")
        assert re.match("(urn|https?):", unique)
        assert all(TIME.fullmatch(time) for time in found(node, "a:updated/text() | a:published/text()"))
        assert all(found(node, "a:link/@href")) and len(found(node, "a:published")) <= 1
        assert len(found(node, "a:author/a:name")) == len(found(node, "a:author"))
    assert found(feed, "a:author/a:name/text()"), "of entries without one it is the author"
    ids = found(feed, "a:entry/a:id/text()")
    assert len(set(ids)) == len(ids)
    return ids


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    folder = shelf.build(tmp_path_factory.mktemp("feeds"))
    db = sqlite3.connect(folder / "archive.db")
    with db:
        for number, text in enumerate(TEXTS, 1):
            values = [text] * 5 + [json.dumps([text, "Ida"]), number]
            names = "title = ?, blurb = ?, section = ?, site_name = ?, language = ?, authors = ?"
            db.execute(f"UPDATE articles SET {names} WHERE id = ?", values)
        for number, time in enumerate(TIMES, len(TEXTS) + 1):
            changed = "published = ?, first_seen = ?, changed_at = ?"
            db.execute(f"UPDATE articles SET {changed} WHERE id = ?", [time] * 3 + [number])
        db.execute("UPDATE articles SET url = 'http://a.example/\"<>^ {ü' || char(1) WHERE id = 20")
        db.execute("UPDATE articles SET authors = '[\"\\ud800 half\"]', title = CAST(x'fffe61' AS TEXT) WHERE id = 21")
    db.close()
    return Reader(folder)


def test_feeds_hold_whatever_articles_do(reader: Reader) -> None:
    answers = reader.each(["/search.atom", "/search.atom?page=2"])
    assert {answer.status_code for answer in answers.values()} == {200}
    ids = [one for answer in answers.values() for one in check(etree.fromstring(answer.content))]
    assert len(set(ids)) == 30


@pytest.mark.parametrize("asked", ["q=%F0%9F%98%80", "q=%00%01%EF%BF%BE", "q=%ED%A0%80", "site=x%22%3C", "page=99"])
def test_feeds_of_whatever_is_asked_are_feeds(reader: Reader, asked: str) -> None:
    check(etree.fromstring(reader.get(f"/search.atom?{asked}").content))
