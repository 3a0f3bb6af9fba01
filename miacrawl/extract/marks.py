"""What an element's own tag and attributes say of it: kept out of sight, or named as something else than the article.

An element is looked at once, and a name is read once: elements share few names, and so do the pages of a site.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple, cast

from lxml.etree import _Element

from miacrawl.extract.junk import kind_of
from miacrawl.extract.place import hides_by_style, named_hidden


class Marks(NamedTuple):
    """`hidden`: kept out of sight; `kind`: what it is tagged or named as, see `miacrawl.extract.junk`, or None;
    `folded`: out of sight until the reader opens it (ARIA's disclosure, accordion and tab patterns).
    """

    hidden: bool
    kind: str | None
    folded: bool = False


def marks_of(node: _Element) -> Marks:
    """The marks of `node` itself; those of the elements around it are not looked at."""
    items = node.items()
    if not items:
        return _named(node.tag, None, None, None)
    attributes = cast(dict[str, str], dict(items))
    get = attributes.get
    style = get("style")
    # React streams parts of a page in hidden elements called S:0, S:1 …, and its script moves them into place.
    hidden = "hidden" in attributes and attributes["hidden"] != "until-found" and not get("id", "").startswith("S:")
    if hidden or (style and hides_by_style(style)):
        return _hidden(node.tag, get("class"), get("id"), get("role"))
    return _named(node.tag, get("class"), get("id"), get("role"))


_FOLDS = re.compile(r"accordion|collaps|faq|tab-?panel|tab-?content|toggle|expand|disclosure|details", re.I)
_FOLDING_ROLES = frozenset(("region", "tabpanel"))


@lru_cache(maxsize=8_192)
def _hidden(tag: str, classes: str | None, ident: str | None, role: str | None) -> Marks:
    folded = role in _FOLDING_ROLES or bool(_FOLDS.search(f"{classes or ''} {ident or ''}"[:500]))
    return Marks(True, kind_of(tag, _names(classes, ident), role), folded)


@lru_cache(maxsize=8_192)
def _named(tag: str, classes: str | None, ident: str | None, role: str | None) -> Marks:
    names = _names(classes, ident)
    if named_hidden(names):
        return _hidden(tag, classes, ident, role)
    return Marks(False, kind_of(tag, names, role))


def _names(classes: str | None, ident: str | None) -> list[str]:
    """The names of an element, each by itself; what is longer than any sound list of names is not read to its end."""
    names = classes[:500].split() if classes else []
    if ident:
        names.append(ident[:100])
    return names


def hides(node: _Element) -> bool:
    """Whether `node` itself is kept out of sight by an attribute, a style or a usual class name."""
    return marks_of(node).hidden


def is_shut(node: _Element) -> bool:
    """Whether `node` itself is kept out of sight, and no reader can open it."""
    marks = marks_of(node)
    return marks.hidden and not marks.folded


def is_hidden(node: _Element) -> bool:
    """Whether `node` or an element above it is kept out of sight by its own attributes."""
    above: _Element | None = node
    while above is not None and above.tag != "body":
        if marks_of(above).hidden:
            return True
        above = above.getparent()
    return False


def junk_kind(node: _Element) -> str | None:
    """What `node` is named or tagged as, if that is something other than the article; else None."""
    return marks_of(node).kind
