"""Whether an article has changed, field by field, on normalised text; and whether what a page shows is fit to keep.

Typography is no change: white space, quotes, dashes, soft hyphens. A changed figure in a sentence is one. What a page
shows besides its article (adverts, related links, read time) is not looked at.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from miacrawl.article import Article

FIELDS = ("title", "blurb", "authors", "body")
"""What makes a version, in this order: columns of articles."""
_IGNORED = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_ALIKE = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u00b4`"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"),
}
_BLANK = re.compile(r"\s+")
_WALLS = ("consent-wall", "soft-404", "empty-body", "empty-shell", "not-article")
"""Flags of pages that show something else in an article's place."""
_CUTS = {"paywall": 0.7, "cut-off": 1.0}
"""Flags of pages that show a part of it, each with the share of the words from which it may pass for the whole."""
_LITTLE, _REMAINS = 80, 0.1
"""A text of that many words or more that is down to this share has been emptied."""


def normal(text: str | None) -> str:
    """`text` as it is compared: NFC, what can't be seen left out, white space, quotes and dashes made uniform."""
    told = unicodedata.normalize("NFC", text or "").translate(_IGNORED).translate(_ALIKE)
    return _BLANK.sub(" ", told.replace("...", "…")).strip()


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the fields in which two rows of articles (or versions) differ; authors as JSON arrays."""
    return tuple(name for name in FIELDS if _compared(name, before[name]) != _compared(name, after[name]))


def digest(row: Mapping[str, Any]) -> str:
    """What `changed_fields` looks at, as a digest (hex): equal for two rows that do not differ."""
    told = json.dumps([_compared(name, row[name]) for name in FIELDS])
    return hashlib.sha256(told.encode()).hexdigest()


def _compared(name: str, value: str | None) -> object:
    return [normal(author) for author in json.loads(value or "[]")] if name == "authors" else normal(value)


def unfit(article: Article, words_before: int, flags_before: tuple[str, ...], body_before: str = "") -> str | None:
    """The flag for which a page is not to take the place of the version before it, or None where it may.

    Never for a wall where the version before is that of one: then nothing good is lost.
    """
    for flag in _WALLS:
        if flag in article.flags and flag not in flags_before:
            return flag
    for flag, part in _CUTS.items():
        if flag in article.flags:
            less = flag not in flags_before and article.word_count < part * words_before
            if less or _is_beginning(article.body, body_before):
                return flag
    if words_before >= _LITTLE and article.word_count < _REMAINS * words_before:
        return "emptied"
    return None


def _is_beginning(body: str, whole: str) -> bool:
    """Whether `body` is how `whole` begins, and not all of it."""
    found, known = normal(body).rstrip(" .…"), normal(whole).rstrip(" .…")
    return len(found) < len(known) and known.startswith(found)


def was_unfit(flags: tuple[str, ...]) -> bool:
    """Whether what is archived is no article's text: what comes in its place is then the first that is."""
    return any(flag in flags for flag in _WALLS)
