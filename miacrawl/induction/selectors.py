"""Selectors for an element, each with its cost: low where it is likely to outlive the site's next change of clothes.

What a publisher's own software reads (itemprop, data-testid) is cheapest, then names that mean something, then tags.
Names that were made by a machine, that count, or that say how a thing looks are not used at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice

from lxml.etree import _Element

_MAX_OWN = 14
_MAX_ABOVE = 6
_LEVELS = 6
_TEST_NAMES = (
    "data-testid", "data-test-id", "data-test", "data-qa", "data-cy", "data-component", "data-element", "data-field",
    "data-hook", "data-role", "data-module", "data-name",
)  # fmt: skip
_TAG_COST = {"h1": 1.2, "time": 1.7, "address": 1.8, "article": 1.8, "main": 1.8}
_OTHER_TAG = 2.6
_WORDS = re.compile(r"[A-Za-z][A-Za-z_-]{1,39}")
_HEADING_LEVEL = re.compile(r"(?<![a-z0-9])h[1-6](?![a-z0-9])", re.I)
_MODULE = re.compile(r"([A-Za-z][A-Za-z-]*_[A-Za-z][A-Za-z-]*__)[\w-]{4,12}")
_MACHINE = re.compile(r"^(?:css|sc|svelte|jsx|jss|emotion|styled|astro|ng|v|data-v|r)-|^_|ng-tns", re.I)
_STATE = re.compile(
    r"^(?:is|has|js|no|with|animate|aos|lazy)-|^(?:active|open|opened|closed|loaded|lazy\w*|current|selected|first|last|"
    r"odd|even|hidden|visible|collapsed|expanded|sticky|fixed|clearfix|cf|entry|hentry|post)$",
    re.I,
)
_LOOKS = re.compile(
    r"^-?(?:m|p|w|h|min|max|gap|inset|top|bottom|left|right|z|order|col|row|span|text|font|leading|tracking|bg|border|"
    r"rounded|shadow|flex|grid|items|justify|justify-content|align-items|align-content|align-self|content|self|place|space|divide|overflow|object|align|float|clear|d|u|"
    r"[mp][trblxyse])"
    r"(?:-(?:xs|sm|md|lg|xl|base|center|left|right|top|bottom|middle|auto|full|none|hidden|start|end|between|around|"
    r"stretch|bold|semibold|medium|light|normal|thin|tight|relaxed|loose|snug|wide|wider|white|black|gr[ae]y|primary|"
    r"secondary|transparent|wrap|nowrap|col|row|x|y|w|h|screen|cover|contain|block|inline|flex|grid|items|column|reverse|serif|sans|mono|"
    r"muted|large|small))+$"
    r"|^(?:flex|grid|block|inline|inline-block|relative|absolute|static|hidden|uppercase|lowercase|capitalize|italic|"
    r"underline|truncate|bold|small|large|big|muted|center|left|right|clear|grow|shrink|pull-\w+|row|col|columns?|"
    r"container(?:-fluid)?|wrapper|wrap|inner|outer|box|no-underline|antialiased|sr-only)$",
    re.I,
)
_POST = re.compile(r"^(?:category|tag|status|format|type|postid|author)-", re.I)
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_CONSONANTS = re.compile(r"[^aeiouy_-]{7,}", re.I)
_VOWEL = re.compile(r"[aeiouy]", re.I)
HINTS = {
    "title": re.compile(r"title|headline|heading|h1", re.I),
    "blurb": re.compile(
        r"standfirst|dek|deck|lead|lede|summary|subtitle|subhead|excerpt|intro|teaser|descr|blurb", re.I
    ),
    "section": re.compile(r"section|category|kicker|channel|rubri|topic|eyebrow|cat", re.I),
    "read_time": re.compile(r"read|minutes|duration|lese|lectur", re.I),
    "published": re.compile(r"publish|date|time|posted", re.I),
    "authors": re.compile(r"author|byline|writer|contributor|autor|auteur", re.I),
    "body": re.compile(r"body|content|text|story|article", re.I),
    "related": re.compile(r"related|recirc|recommend|more|next", re.I),
}
"""Words by which a name says that it is meant for the field."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A selector and its cost: lower is better; 0 to about 7."""

    css: str
    cost: float


def selectors_for(node: _Element) -> Iterator[Priced]:
    """Selectors that match `node`: by itself, two of its names together, or with an element above it."""
    own = list(islice(_units(node), _MAX_OWN))
    yield from own
    yield from _pairs(node)
    above = node.getparent()
    for level in range(_LEVELS):
        if above is None or above.tag in ("body", "html"):
            return
        for outer in islice((unit for unit in _units(above) if unit.cost < _OTHER_TAG), _MAX_ABOVE):
            for unit in own:
                if level == 0:
                    yield Priced(f"{outer.css} > {unit.css}", outer.cost + unit.cost + 0.8)
                yield Priced(f"{outer.css} {unit.css}", outer.cost + unit.cost + 1.0 + 0.1 * level)
        above = above.getparent()


def is_nameless(css: str) -> bool:
    """Whether a selector is made of tags alone: "h1", "article > time[datetime]"."""
    return not re.search(r"[.#\[]", css.replace("[datetime]", ""))


def _units(node: _Element) -> Iterator[Priced]:
    """What an element can be called by, cheapest kinds first."""
    yield from _by_attribute(node)
    for name in stable_classes(node):
        yield Priced(f"{node.tag}.{name}", 1.0)
        yield Priced(f".{name}", 1.15)
    for part in _module_names(node):
        yield Priced(f'{node.tag}[class*="{part}"]', 1.6)
    identity = node.get("id") or ""
    if _is_stable(identity) and not _LOOKS.match(identity):
        yield Priced(f"#{identity}", 1.4)
    if node.tag == "time" and node.get("datetime"):
        yield Priced("time[datetime]", 1.6)
    if _WORDS.fullmatch(node.tag) or node.tag in ("h1", "h2", "h3", "h4", "h5", "h6", "p", "a"):
        yield Priced(node.tag, _TAG_COST.get(node.tag, _OTHER_TAG))


def _by_attribute(node: _Element) -> Iterator[Priced]:
    for attribute, cost in (("itemprop", 0.0), ("property", 0.4)):
        names = (node.get(attribute) or "").split()
        sign = "=" if len(names) == 1 else "~="
        for name in names[:3]:
            if re.fullmatch(r"[A-Za-z][A-Za-z:-]{1,40}", name):
                yield Priced(f'{node.tag}[{attribute}{sign}"{name}"]', cost)
                yield Priced(f'[{attribute}{sign}"{name}"]', cost + 0.05)
    for attribute in _TEST_NAMES:
        value = node.get(attribute) or ""
        if _is_stable(value):
            yield Priced(f'[{attribute}="{value}"]', 0.5)
    if node.tag == "a" and "author" in (node.get("rel") or "").lower().split():
        yield Priced('a[rel~="author"]', 0.7)


def _pairs(node: _Element) -> Iterator[Priced]:
    for one, other in combinations(stable_classes(node)[:4], 2):
        yield Priced(f"{node.tag}.{one}.{other}", 1.7)


def stable_classes(node: _Element) -> list[str]:
    """The classes of an element that mean something: not made by a machine, no state, no mere looks, no count."""
    names = (node.get("class") or "").split()[:40]
    is_post = "hentry" in names or "type-post" in names
    return [
        name
        for name in dict.fromkeys(names)
        if _is_stable(name)
        and not _LOOKS.match(name)
        and not _STATE.match(name)
        and not (is_post and _POST.match(name))
    ]


def _is_stable(name: str) -> bool:
    """Whether a name is made of words: no digits, no hash in mixed case, no run of consonants."""
    bare = _HEADING_LEVEL.sub("h", name)
    if not _WORDS.fullmatch(bare) or _MACHINE.match(name) or _MODULE.fullmatch(name):
        return False
    parts = _CAMEL.findall(bare)
    if "-" not in bare and "_" not in bare and len(parts) > 2 and len(bare) < 3 * len(parts):
        return False
    return bool(_VOWEL.search(bare)) and not _CONSONANTS.search(bare)


def _module_names(node: _Element) -> list[str]:
    """The stable beginnings of CSS module classes: "Headline_title__" of Headline_title__x7Gq2."""
    names = (node.get("class") or "").split()[:40]
    return list(dict.fromkeys(match[1] for name in names if (match := _MODULE.fullmatch(name))))
