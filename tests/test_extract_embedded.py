"""Text that a page shows only once its scripts run is read from their data."""

import json

from miacrawl import extract

URL = "https://a.org/worms"
SAID = [
    "Worms eat what we leave them, and what they leave is better than anything that is sold in bags at the store.",
    "A handful of them, a bucket and some patience are enough; by the spring the bucket is full of dark crumbs.",
    "Keep it damp, keep it dark, and keep citrus out of it: that is the whole of the law, says the man next door.",
    "In the autumn the box goes into the shed, under an old coat, and there it stays until the first warm week.",
]
TEXT = "\n\n".join(SAID)


def page(script: str) -> bytes:
    head = "<title>Why worms matter</title><meta property=og:title content='Why worms matter'>"
    return f"<html><head>{head}</head><body><div id=root></div>{script}</body></html>".encode()


def test_long_value_under_a_telling_key() -> None:
    data = {
        "props": {"pageProps": {"article": {"title": "Why worms matter", "body": "".join(f"<p>{p}</p>" for p in SAID)}}}
    }
    found = extract(page(f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script>'), URL)
    assert found.body == TEXT and found.provenance["body"] == "embedded:state"
    assert "not-article" not in found.flags and "empty-shell" not in found.flags


def test_list_of_paragraphs_in_an_assignment() -> None:
    data = {"story": {"blocks": [{"type": "p", "text": text} for text in SAID], "related": [{"text": "x " * 500}]}}
    assert extract(page(f"<script>window.__INITIAL_STATE__ = {json.dumps(data)};</script>"), URL).body == TEXT


def test_other_texts_of_the_data_are_not_taken() -> None:
    data = {"footer": {"text": " ".join(SAID)}, "cookieNotice": {"body": " ".join(SAID)}}
    assert extract(page(f'<script type="application/json">{json.dumps(data)}</script>'), URL).body == ""


def test_shown_text_wins() -> None:
    data = json.dumps({"body": "This is another text. " * 60})
    shown = "".join(f"<p>{text}</p>" for text in SAID)
    html = f'<main><h1>Worms</h1>{shown}</main><script type="application/json">{data}</script>'
    assert extract(html.encode(), URL).body == TEXT


def test_markup_of_the_data_is_cleaned() -> None:
    body = (
        "".join(f"<p>{text}</p>" for text in SAID)
        + "<p onclick=x()>And so it goes on for a while.</p><script>alert(1)</script>"
    )
    data = json.dumps({"body": body}).replace("</", "<\\/")
    found = extract(page(f'<script type="application/json">{data}</script>'), URL)
    assert "And so it goes on" in found.body and "alert" not in found.body_html and "onclick" not in found.body_html


def test_deep_and_broken_data_is_left() -> None:
    for text in ("[" * 100_000, '{"a":' * 5000, '{"body": "' + "x " * 400, "null " * 100):
        assert extract(page(f'<script type="application/json">{text}</script>'), URL).body == ""
