"""What a captured body is to a reader, and what of a page is not in it."""

from __future__ import annotations

import re
from typing import Literal

from miacrawl.encoding import decode
from miacrawl.store.rereading import StoredPage

Kind = Literal["page", "text", "file", "empty"]
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_TEXTS = re.compile(
    r"text/.+|.+[+/](?:xml|json|yaml)|application/(?:(?:x-)?javascript|ecmascript|ld\+json|x-ndjson|jsonlines|atom|rss)"
)
_COMMENT = rb"<!--(?:(?!-->).){0,2000}+-->\s*+"
_MARKUP = re.compile(rb"\s*+(?:%b)*+<(?:!doctype\s+html|html|head|body)[\s>]" % _COMMENT, re.I | re.S)
"""Nothing is gone through twice: comments that could end in several places would take for ever."""
_TAGS = re.compile(rb"<(img|picture|script|iframe|video|audio|svg|link)\b([^>]{0,1000})", re.I)
_SHEET = re.compile(rb"\brel\s*=\s*[\"']?[^\"'>]*stylesheet", re.I)
_NAMES = {
    "img": ("picture", "pictures"),
    "svg": ("drawing", "drawings"),
    "link": ("stylesheet", "stylesheets"),
    "script": ("script", "scripts"),
    "iframe": ("frame", "frames"),
    "video": ("video", "videos"),
    "audio": ("sound", "sounds"),
}


def kind_of(page: StoredPage) -> Kind:
    """What it is by its Content-Type, and by its content where it has none; only `page` is ever shown as one."""
    if not page.body:
        return "empty"
    media = page.content_type.partition(";")[0].strip().lower()
    if media in _PAGES:
        return "page"
    if _TEXTS.fullmatch(media):
        return "text"
    if media:
        return "file"
    if _MARKUP.match(page.body[:10_000]):
        return "page"
    return "file" if b"\0" in page.body[:10_000] else "text"


def text_of(page: StoredPage) -> str:
    """The body as text, whatever it holds."""
    return decode(page.body, page.content_type or None)[0]


def left_out(body: bytes) -> list[str]:
    """What a page names and is not archived with it, or is not run: `3 pictures`, `1 script`, …"""
    counts = dict.fromkeys(_NAMES, 0)
    for tag, rest in _TAGS.findall(body):
        name = tag.decode().lower()
        if name in counts and (name != "link" or _SHEET.search(rest)):
            counts[name] += 1
    return [f"{n:,} {_NAMES[name][n != 1]}" for name, n in counts.items() if n]
