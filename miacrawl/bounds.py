"""Bounds on markup: what of a page is left out because no sound page has as much of it.

Parsing is linear in a page's length, but not in everything else: attributes of one element are looked up one after
the other, and each element costs thousands of times its few bytes.
"""

from __future__ import annotations

import re
from typing import cast

from lxml.etree import XPath, _Element

MAX_TAGS = 120_000
"""Tags after which a page is cut; large article pages have about 20,000."""
MAX_TAG = 60_000
"""Characters of one tag beyond which its attributes are left out."""
MAX_ATTRIBUTES = 100
"""Attributes of one element beyond which only `_KEPT` are kept."""
_TAG_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
MAX_WRITTEN = 1_000
"""Attributes of one tag beyond which all of them are left out: looking each up among the others would take for ever."""
_ATTRIBUTE = r"""(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+)"""
_SOUND = re.compile(rf"(?:[^<]++|<(?![a-zA-Z])|<[a-zA-Z][^\s/>]*+{_ATTRIBUTE}{{0,{MAX_WRITTEN}}}+[\s/]*+(?:>|\Z))*+")
"""Markup up to the first tag with more attributes; nothing is ever gone through twice, whatever a page holds."""
_CROWDED_TAG = re.compile(rf"(<[a-zA-Z][^\s/>]{{0,50}})[^\s/>]*+{_ATTRIBUTE}*+[\s/]*+")
_KEPT = ("class", "id", "href", "src", "style", "role", "rel", "itemprop", "content", "name", "property", "datetime")
_CROWDED = XPath(f"//*[count(@*) > {MAX_ATTRIBUTES}]")
_LONG_PAGE = 500_000


def bounded(text: str) -> str:
    """`text` without what lies behind its first `MAX_TAGS` tags, and without the attributes of overlong tags."""
    if text.count("<") > MAX_TAGS:
        text = "<".join(text.split("<", MAX_TAGS)[:MAX_TAGS])
    if len(text) > MAX_TAG:
        pieces = text.split("<")
        if max(map(len, pieces)) > MAX_TAG:
            text = "<".join(piece if len(piece) <= MAX_TAG else _without_attributes(piece) for piece in pieces)
    return _uncrowded(text)


def _uncrowded(text: str) -> str:
    """`text` without the attributes of tags that have more than `MAX_WRITTEN`, `<` and `>` in their values or not."""
    parts: list[str] = []
    place = 0
    while (found := _SOUND.match(text, place)) and found.end() < len(text):
        crowded = _CROWDED_TAG.match(text, found.end())
        if crowded is None:  # pragma: no cover - what is not sound is such a tag
            break
        parts += [text[place : found.end()], crowded[1]]
        place = crowded.end()
    return "".join([*parts, text[place:]]) if parts else text


def _without_attributes(piece: str) -> str:
    """A piece that begins behind a "<": a tag and the text after it. The text of scripts has no such tag."""
    name = _TAG_NAME.match(piece)
    end = piece.find(">")
    if name is None or 0 <= end <= MAX_TAG:
        return piece
    return name.group()[:50] + (piece[end:] if end >= 0 else ">")


def thin_out(root: _Element, length: int) -> None:
    """Take the attributes that nothing is read from off the elements that have very many; `length` is the page's."""
    if length < _LONG_PAGE:
        return
    for node in cast(list[_Element], _CROWDED(root)):
        kept = {name: value for name in _KEPT if (value := node.get(name)) is not None}
        node.attrib.clear()
        for name, value in kept.items():
            node.set(name, value)
