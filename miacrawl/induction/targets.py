"""The elements of a page that say what generic extraction found of a field: what a selector is sought for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import islice

from lxml.etree import _Element

from miacrawl.extract.dates import day_of, parse_date
from miacrawl.extract.language import language_of
from miacrawl.extract.links import links_of
from miacrawl.extract.person import names_in
from miacrawl.extract.read_time import stated_time
from miacrawl.induction.specimen import Specimen
from miacrawl.page import text_of
from miacrawl.urls import key_of

_MAX_TARGETS = 12
_MAX_BYLINE = 200
_MAX_LINE = 160
_MAX_DATED = 3_000
_DATE_ATTRIBUTES = ("datetime", "content", "data-date", "data-datetime", "data-published", "data-timestamp", "title")
_MAX_PLACES = 6
_MAX_LEVELS = 12
_ROOM = 1.3
"""An element around the body may hold this many times the text that the body's own element holds."""


@dataclass(frozen=True, slots=True)
class Target:
    """An element, and the attribute that says it where it is not its text."""

    node: _Element
    attribute: str | None = None


def targets(specimen: Specimen, field: str) -> list[Target]:
    """The elements that say a field's value on a page, few and most telling first; none where nothing shows it."""
    find = {
        "read_time": _read_time,
        "published": _published,
        "authors": _authors,
        "body": _body,
        "related": _related,
    }.get(field)
    found = find(specimen) if find else _saying(specimen, str(specimen.value(field) or ""))
    return list(islice(found, _MAX_TARGETS)) if specimen.value(field) else []


def _saying(specimen: Specimen, text: str) -> Iterator[Target]:
    return (Target(node) for node in specimen.saying(text))


def _read_time(specimen: Specimen) -> Iterator[Target]:
    """The elements whose text states the reading time: those that say nothing else first."""
    text = (specimen.article.read_time_text or "").casefold()
    yield from _saying(specimen, text)
    for line, nodes in specimen.lines.items():
        if text and text in line and line != text and len(line) <= _MAX_LINE:
            time = stated_time(line, labelled=True)
            if time and time.minutes == specimen.article.read_minutes:
                yield from map(Target, nodes)


def _published(specimen: Specimen) -> Iterator[Target]:
    """Elements with a machine-readable form of the date, then those that show it."""
    day, language = specimen.day(), specimen.page.once(language_of)
    for node in specimen.elements[:_MAX_DATED]:
        for attribute in _DATE_ATTRIBUTES:
            moment = parse_date(node.get(attribute) or "", language)
            if moment and day_of(moment) == day:
                yield Target(node, attribute)
    for line in specimen.lines:
        if len(line) <= _MAX_LINE and any(char.isdigit() for char in line):
            moment = parse_date(line, language)
            if moment and day_of(moment) == day:
                yield from _saying(specimen, line)


def _authors(specimen: Specimen) -> Iterator[Target]:
    """Elements that say one author's name, then those that say all of them."""
    names = specimen.article.authors
    for name in names:
        yield from _saying(specimen, name)
    for line, nodes in specimen.lines.items():
        if len(line) <= _MAX_BYLINE and names[0].casefold() in line:
            yield from (Target(node) for node in nodes if names_in(text_of(node), single=True) == names)


def _body(specimen: Specimen) -> Iterator[Target]:
    """The smallest element that holds all of the body's paragraphs, and those around it that hold little more."""
    nodes = [
        specimen.saying(text)[-1:]
        for part in specimen.article.body.split("\n\n")[:200]
        if (text := " ".join(part.split()))
    ]
    paragraphs = [found[0] for found in nodes if found]
    if len(paragraphs) * 2 < len(nodes) or len(paragraphs) < 2:
        return
    inner = _common(paragraphs)
    most = _ROOM * len(text_of(inner)) if inner is not None else 0
    while inner is not None and inner.tag not in ("body", "html") and len(text_of(inner)) <= most:
        yield Target(inner)
        inner = inner.getparent()


def _related(specimen: Specimen) -> Iterator[Target]:
    """The smallest element that holds all related links and no other link to an article, and those around it."""
    wanted = {key_of(link.url) for link in specimen.article.related}
    first = key_of(specimen.article.related[0].url)
    places = (link.node for link in links_of(specimen.page).all() if key_of(link.url) == first)
    for place in islice(places, _MAX_PLACES):  # a menu may lead there too
        found = [node for node in _above(place) if _articles_in(specimen, node) == wanted]
        if found:
            yield from map(Target, found)
            return


def _above(node: _Element) -> Iterator[_Element]:
    return (one for one in islice(node.iterancestors(), _MAX_LEVELS) if one.tag not in ("body", "html"))


def _articles_in(specimen: Specimen, node: _Element) -> set[str]:
    return {key_of(link.url) for link in links_of(specimen.page).inside(node)} - {key_of(specimen.url)}


def _common(nodes: Iterable[_Element]) -> _Element | None:
    """The smallest element that holds all of `nodes`; for one alone, the element above it."""
    chains = [[*reversed(list(node.iterancestors()))] for node in nodes]
    if not chains:
        return None
    shared = reduce(_shared, chains)
    return shared[-1] if shared else None


def _shared(one: list[_Element], other: list[_Element]) -> list[_Element]:
    count = 0
    for mine, its in zip(one, other, strict=False):
        if mine is not its:
            break
        count += 1
    return one[:count]
