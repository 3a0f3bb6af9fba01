import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miacrawl.extract.directives import Reservation
from miacrawl.extract.reservations import MAX_BYTES, ai_txt_says, fits, tdmrep_rules, tdmrep_says

BASE = "https://a.org/.well-known/tdmrep.json"
RULES = [
    {"location": "/free/*.html", "tdm-reservation": 0},
    {"location": "/news/", "tdm-reservation": 1, "tdm-policy": "/policies/news.json"},
    {"location": "*.pdf$", "tdm-reservation": 1},
]
AI_TXT = b"""# Spawning AI
User-Agent: *
Disallow: /
Disallow: *.jpg
Allow: /open/
User-agent: otherbot
User-agent: miacrawl-not
Disallow: /open/
"""


@pytest.mark.parametrize(
    "path, said",
    [
        ("/free/x.html", Reservation(False)),
        ("/news/story", Reservation(True, "https://a.org/policies/news.json")),
        ("/x/report.pdf", Reservation(True)),
        ("/x/report.pdf?y", Reservation()),
        ("/about", Reservation()),
    ],
)
def test_first_rule_of_tdmrep_that_fits_counts(path: str, said: Reservation) -> None:
    rules = tdmrep_rules(json.dumps(RULES).encode(), BASE)
    assert len(rules) == 3
    assert tdmrep_says(rules, f"https://a.org{path}") == said


@pytest.mark.parametrize(
    "data", [b"", b"<html>", b"[1, null, {}]", b'[{"location": 1, "tdm-reservation": 1}]', b"[" * 100_000, b"\xff\xfe{"]
)
def test_unreadable_tdmrep_says_nothing(data: bytes) -> None:
    assert tdmrep_rules(data, BASE) == ()


def test_a_single_rule_needs_no_list() -> None:
    rules = tdmrep_rules(b'{"location": "/", "tdm-reservation": "1"}', BASE)
    assert tdmrep_says(rules, "https://a.org/x").reserved is True


@pytest.mark.parametrize(
    "pattern, path, fitting",
    [
        ("/", "/x", True),
        ("/x$", "/x", True),
        ("/x$", "/xy", False),
        ("*.pdf$", "/a.pdf.pdf", True),
        ("*.pdf", "/a.pdfs", True),
        ("/a*b*c", "/a1b2c3", True),
        ("/a*b*c$", "/a1b2c3", False),
        ("/a*a$", "/a", False),
        ("/*", "/", True),
        ("*", "/x", True),
        ("x", "/x", False),
    ],
)
def test_patterns(pattern: str, path: str, fitting: bool) -> None:
    assert fits(pattern, path) is fitting


def test_no_pattern_takes_long() -> None:
    began = time.process_time()
    assert not fits("*a" * 250 + "b$", "/" + "a" * 2_000)
    assert time.process_time() - began < 0.5


def test_ai_txt_is_read_as_robots_txt_is() -> None:
    assert ai_txt_says(AI_TXT, "https://a.org/story") == Reservation(True)
    assert ai_txt_says(AI_TXT, "https://a.org/open/story") == Reservation(False)
    assert ai_txt_says(AI_TXT, "https://a.org/open/story", "otherbot") == Reservation(True)


@pytest.mark.parametrize(
    "data", [b"", b"# nothing", b"<html><body>Disallow: /", b"Disallow: /", b"User-agent: x\nDisallow: /"]
)
def test_ai_txt_without_a_rule_for_us_says_nothing(data: bytes) -> None:
    assert ai_txt_says(data, "https://a.org/") == Reservation()


def test_endless_files_are_read_in_part() -> None:
    began = time.process_time()
    ai_txt_says(b"User-agent: a\n" * 50_000 + b"Disallow: /*a*a\n" * 50_000, "https://a.org/")
    tdmrep_rules(b'[{"location": "/", "tdm-reservation": 1},' * 100_000, BASE)
    assert time.process_time() - began < 2 and MAX_BYTES < 1_000_000


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    ai_txt_says(b"User-agent: *\nDisallow: " + data, "https://a.org/x")
    tdmrep_says(tdmrep_rules(b'[{"tdm-reservation": 1, "location": "' + data + b'"}]', BASE), "https://a.org/x")
