"""The article's text as the page's scripts carry it, for pages that show none until their scripts run.

Frameworks leave the data that a page is made from in it: `<script id="__NEXT_DATA__" type="application/json">`,
`window.__INITIAL_STATE__ = {…}`. In it the text is one long value under a telling key, or a list of paragraphs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any

from miacrawl.page import Page

_BODY_KEY = re.compile(r"(?:body|content|text|html|copy|paragraphs?|blocks|components|children|description)", re.I)
_OTHER_KEY = re.compile(
    r"related|recommend|comment|footer|nav|menu|newsletter|legal|cookie|seo|translations?|i18n", re.I
)
_ASSIGNED = re.compile(
    r"^\s*(?:window\.|self\.|var\s+)?[\w.$\[\]\"']*(?:__|state|data|props)[\w.$\[\]\"']*\s*=\s*(?=\{)", re.I
)
_MIN_TEXT = 400
_MIN_PARAGRAPH = 60
_MAX_SCRIPT = 4_000_000
_MAX_VALUES = 100_000
_MAX_DEPTH = 60


def embedded_html(page: Page) -> str | None:
    """HTML of the longest text in the data of the page's scripts, None where no text is long enough to be an article.

    It is a stranger's markup still, to be read as a page is.
    """
    texts = (text for data in _data(page) for text in _Search(data).texts())
    best = max(texts, key=len, default="")
    return best if len(best) >= _MIN_TEXT else None


def _data(page: Page) -> Iterator[Any]:
    """What the page's scripts hold as JSON, JSON-LD left out."""
    for script in page.root.iter("script"):
        text = script.text or ""
        kind = (script.get("type") or "").lower()
        if "ld+json" in kind or not _MIN_TEXT < len(text) <= _MAX_SCRIPT:
            continue
        if "json" not in kind:
            match = _ASSIGNED.match(text[:300])
            if match is None:
                continue
            text = text[match.end() :]
        try:
            yield json.JSONDecoder(strict=False).raw_decode(text.strip())[0]
        except (ValueError, RecursionError):
            continue


class _Search:
    """A search of one script's data, bounded in values and depth."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self.left = _MAX_VALUES

    def texts(self) -> Iterator[str]:
        """HTML of every text that may be an article's: single values, and lists of paragraphs."""
        yield from self._texts(self.data, "", 0)

    def _texts(self, value: Any, key: str, depth: int) -> Iterator[str]:
        self.left -= 1
        if depth > _MAX_DEPTH or self.left < 0 or _OTHER_KEY.search(key):
            return
        if isinstance(value, str):
            if len(value) >= _MIN_TEXT and _BODY_KEY.search(key):
                yield _as_html(value)
        elif isinstance(value, dict):
            for name, inner in value.items():
                yield from self._texts(inner, str(name), depth + 1)
        elif isinstance(value, list):
            paragraphs = [text for item in value for text in _paragraphs(item, 0)]
            if len(paragraphs) > 1:
                yield "".join(_as_html(text) for text in paragraphs)
            for item in value:
                yield from self._texts(item, key, depth + 1)


def _paragraphs(value: Any, depth: int) -> Iterator[str]:
    """The paragraphs of one item of a list: a text, or the texts that it holds under telling keys."""
    if isinstance(value, str):
        if len(value) >= _MIN_PARAGRAPH and " " in value:
            yield value
    elif isinstance(value, dict) and depth < 4:
        for name, inner in value.items():
            if _BODY_KEY.search(str(name)) and not _OTHER_KEY.search(str(name)):
                yield from _paragraphs(inner, depth + 1)
    elif isinstance(value, list) and depth < 4:
        for inner in value[:200]:
            yield from _paragraphs(inner, depth + 1)


def _as_html(text: str) -> str:
    """A text as HTML: as it is where it has tags, else its paragraphs."""
    if re.search(r"<(?:p|br|div|h\d|ul)\b", text, re.I):
        return text
    return "".join(f"<p>{escape(part)}</p>" for part in re.split(r"\n\s*\n|\n", text) if part.strip())
