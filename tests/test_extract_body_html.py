"""The body's HTML: what a reader needs, and nothing that runs."""

from __future__ import annotations

import re

import pytest

from miacrawl import extract

URL = "https://a.org/garden/worms"
LONG = "Worms eat what we leave them, and what they leave is better than anything that is sold in bags at the store."


def html(inner: str) -> str:
    page = (
        f"<!doctype html><title>Worms</title><body><article><h1>Worms</h1><p>{LONG}</p>{inner}<p>{LONG}!</p></article>"
    )
    return extract(page.encode(), URL).body_html


def test_links_are_absolute_and_give_nothing_away() -> None:
    found = html(
        '<p>Ask <a href="/neighbours?a=1&b=2" onclick="x()">the neighbours</a> how they do it, again and again.</p>'
    )
    assert '<a href="https://a.org/neighbours?a=1&amp;b=2" rel="noopener noreferrer">the neighbours</a>' in found


def test_lists_headings_and_quotes_keep_their_marks() -> None:
    found = html(
        "<h2>What you need</h2><ul><li>A bucket</li><li>Worms</li></ul><blockquote><p>Yes, worms.</p></blockquote>"
    )
    assert "<h2>What you need</h2><ul><li>A bucket</li><li>Worms</li></ul><blockquote>" in found


def test_figures_stay_with_their_captions() -> None:
    found = html('<figure><img src="/w.jpg" alt="A worm"><figcaption>From above</figcaption></figure>')
    assert '<figure><img src="https://a.org/w.jpg" alt="A worm"><figcaption>From above</figcaption></figure>' in found


def test_each_paragraph_of_bare_text_is_there_once() -> None:
    page = f"<title>Worms</title><h1>Worms</h1><div>{LONG} 1<br><br>{LONG} 2<br><br>{LONG} 3</div>"
    assert extract(page.encode(), URL).body_html == "".join(f"<p>{LONG} {n}</p>" for n in (1, 2, 3))


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">a link that is long enough to be read</a>',
    '<a href="JaVa&#10;script:alert(1)">a link that is long enough to be read</a>',
    '<a href="data:text/html,<script>alert(1)</script>">a link that is long enough</a>',
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<b style="background:url(https://evil.example/x)">bold words that somebody wrote here</b>',
    '<p onmouseover="alert(1)">Words over which a mouse may pass, on any day of the week.</p>',
    "&lt;script&gt;alert(1)&lt;/script&gt; is how it is written, they say, and so it is.",
    '<figure><img src="javascript:alert(1)" alt="&quot;><script>alert(1)</script>"><figcaption><script>1</script></figcaption></figure>',
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize(
    "frame", ["{}", "<p>Some words before it, {} and some words after it, so that it is text.</p>"]
)
def test_nothing_that_runs_gets_through(payload: str, frame: str) -> None:
    found = html(frame.format(payload))
    assert not re.search(
        r"<(?:script|svg|style|iframe|math|form|object|noscript)|<[^>]*\s(?:on\w+|style|srcdoc)\s*=", found, re.I
    )
    assert not re.search(r"(?:href|src)=\"(?!https?://)", found, re.I)
