"""An `Article` as text for people and as JSON for programs.

Pages are written by strangers, and a terminal obeys some of what it is shown: control characters are made visible.
"""

from __future__ import annotations

import dataclasses
import json
import re
import textwrap
from datetime import date
from typing import Any

from miacrawl.article import Article, RelatedLink

_WIDTH = 100
_LABEL = 24
_LISTED = ("authors", "flags")
_LEFT_OUT = ("related", "provenance", "evidence", "confidence", "body_html")
_BODY_CHARACTERS = 600


_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb]"
)
"""What moves the cursor, rewrites lines, turns the direction of writing, or can't be written as UTF-8."""


def printable(text: str) -> str:
    """`text` with control characters, direction marks and lone surrogates as \\x1b, \\u202e …, safe to print."""
    return _UNSAFE.sub(lambda match: _escaped(match.group()), text)


def _escaped(char: str) -> str:
    return f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}"


def json_text(value: Any) -> str:
    """`value` as JSON for people and programs: indented, letters as they are, unsafe characters as \\u001b."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def shortened(text: str, most: int) -> str:
    """`text` on one line, cut at `most` characters with a note of its length."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rstrip()} … ({len(text):,} characters)"


def to_json(article: Article) -> str:
    """One JSON object with every field of the article; dates are ISO 8601."""
    return json_text(dataclasses.asdict(article))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)


def as_text(article: Article) -> str:
    """The fields, one below the other, each with the rule that found it; the body's opening only."""
    lines: list[str] = []
    for field in dataclasses.fields(article):
        if field.name not in _LEFT_OUT:
            lines += _field(field.name, _value(article, field.name), _source(article, field.name))
    lines += _related(article)
    lines += _evidence(article)
    return printable("\n".join(lines))


def _value(article: Article, name: str) -> str:
    value = getattr(article, name)
    if value is None or value in ("", ()):
        return "-"
    if name in _LISTED:
        return ", ".join(value)
    if name == "body" and len(value) > _BODY_CHARACTERS:
        return f"{value[:_BODY_CHARACTERS]} … ({len(value):,} characters in all)"
    return str(_plain(value)) if isinstance(value, date) else str(value)


def _source(article: Article, name: str) -> str | None:
    """The rule that found a field, with the confidence in its value where there is one: "json-ld:headline, 0.96"."""
    source, confidence = article.provenance.get(name), article.confidence.get(name)
    return f"{source}, {confidence:.2f}" if source and confidence is not None else source


def _field(name: str, value: str, source: str | None) -> list[str]:
    told = f"{value}  [{source}]" if source and value != "-" else value
    paragraphs = told.split("\n")
    wrapped = [line for part in paragraphs for line in (textwrap.wrap(part, _WIDTH - _LABEL) or [""])]
    return [f"{name if not number else '':<{_LABEL}}{line}".rstrip() for number, line in enumerate(wrapped)]


def _evidence(article: Article) -> list[str]:
    """What other sources of the page say where they disagree; nothing where they do not."""
    lines = [f"{'elsewhere':<{_LABEL}}other sources of the page disagree:"] if article.evidence else []
    for one in article.evidence:
        lines += _field(f"  {one.field}", one.value, one.source)
    return lines


def _related(article: Article) -> list[str]:
    source = _source(article, "related")
    head = f"{len(article.related)} links" + (f"  [{source}]" if source and article.related else "")
    lines = [f"{'related':<{_LABEL}}{head}"]
    for link in article.related:
        lines += _card(link)
    return lines


def _card(link: RelatedLink) -> list[str]:
    indent = " " * _LABEL
    where = f"{link.where}, under {link.heading!r}" if link.heading else link.where
    lines = [f"{indent}{link.position}. {link.title}  ({where})", f"{indent}   {link.url}"]
    if link.blurb:
        lines += textwrap.wrap(link.blurb, _WIDTH, initial_indent=f"{indent}   ", subsequent_indent=f"{indent}   ")
    return lines
