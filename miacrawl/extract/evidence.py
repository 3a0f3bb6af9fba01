"""What other sources of a page say of a field, where that is not what was taken.

Only sources that cost next to nothing are asked: JSON-LD, `<meta>`, the document's title, the date in the address, and
dates near the headline, which are known by then. Differences that a reader would not call one (letter case,
punctuation, a cut end, time zones, sizes of one picture) are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from miacrawl.article import Evidence
from miacrawl.extract.agreement import (
    same_day,
    same_language,
    same_names,
    same_opening,
    same_page,
    same_picture,
    same_words,
)
from miacrawl.extract.authors import DATA
from miacrawl.extract.canonical import CANONICAL
from miacrawl.extract.dates import Moment
from miacrawl.extract.image import IMAGE
from miacrawl.extract.language import LANGUAGE
from miacrawl.extract.published import MODIFIED, PUBLISHED, Stated
from miacrawl.extract.read_time import READ_TIME, ReadTime
from miacrawl.extract.site_name import SITE_NAME
from miacrawl.extract.title import TITLE, without_site
from miacrawl.page import Page, collapse, ld_text
from miacrawl.strategy import Found, Strategy, answers, json_ld, meta

Agreement = Literal["agree", "none", "disagree"]
"""Whether another source says what was taken, none says anything, or all that do say something else."""

MAX_PER_FIELD = 4
MAX_VALUE = 500
"""Characters of a value; longer ones are cut."""

_SEVERAL_NAMES = frozenset(("twitter:label", "reading-time"))
"""Sources that look at `<meta>`s of several names."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The values that differ from what was taken, and of every field taken whether its other sources agree."""

    evidence: tuple[Evidence, ...]
    agreement: Mapping[str, Agreement]


_Sources = tuple[tuple[Strategy[Any], str | None], ...]


@dataclass(frozen=True, slots=True)
class _Field:
    """A field's cheap sources, when one of them says what was taken, and its answer as text.

    With each source stands the name of the `<meta>` without which it has no answer, if there is one.
    `lone`: its sources are kept even where nothing was taken, because the field's own chain does not ask them.
    """

    name: str
    sources: _Sources
    same: Callable[[Any, Any], bool]
    text: Callable[[Any], str] = str
    lone: bool = False


def compare(page: Page, values: Mapping[str, Any], provenance: Mapping[str, str]) -> Comparison:
    """Ask the other sources of every field in `values`, which `provenance` says the sources of."""
    evidence: list[Evidence] = []
    agreement: dict[str, Agreement] = {}
    for field in _FIELDS:
        taken = values.get(field.name)
        if (taken is None and not field.lone) or (field.name == "summary" and "blurb" in values):
            continue
        chosen = provenance.get(field.name)
        hits = _answers(page, field, chosen)
        differing = [hit for hit in hits if taken is None or not field.same(taken, hit.value)]
        if taken is not None:
            agreement[field.name] = "none" if not hits else "agree" if len(differing) < len(hits) else "disagree"
        evidence.extend(_kept(field, differing, values))
    return Comparison(tuple(evidence), agreement)


def _answers(page: Page, field: _Field, chosen: str | None) -> list[Found[Any]]:
    """What the field's sources say, but for the one that gave what was taken."""
    known = page.meta
    able = (one for one, name in field.sources if one.source != chosen and (name is None or name in known))
    return list(answers(page, able))


def _kept(field: _Field, hits: Iterable[Found[Any]], values: Mapping[str, Any]) -> list[Evidence]:
    """`hits` as evidence; a description that stands in the summary is left out."""
    summary = values.get("summary") if field.name == "blurb" else None
    found = [
        Evidence(field.name, _shortened(field.text(hit.value)), hit.source)
        for hit in hits
        if not (summary and same_opening(summary, hit.value))
    ]
    return found[:MAX_PER_FIELD]


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"


def moment_text(moment: Moment) -> str:
    """A moment as the archive writes it: UTC with a Z where the zone is known, a day where only that is."""
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        try:
            return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        except OverflowError:
            moment = moment.replace(tzinfo=None)
    return moment.isoformat()


def _sources(*strategies: Strategy[Any]) -> _Sources:
    return tuple((one, _meta_name(one.source)) for one in strategies)


def _meta_name(source: str) -> str | None:
    prefix, _, name = source.partition(":")
    return name if prefix == "meta" and name not in _SEVERAL_NAMES else None


def _cheap(chain: Iterable[Strategy[Any]], *more: str) -> _Sources:
    """The sources of `chain` that are read from JSON-LD and `<meta>`, and those named in `more`."""
    return _sources(*(one for one in chain if one.source.startswith(("json-ld:", "meta:")) or one.source in more))


def _document_title(page: Page) -> str | None:
    node = page.root.find("head/title")
    text = collapse(node.text or "") if node is not None else ""
    return without_site(page, text) if text else None


def _sections(page: Page) -> tuple[str, ...]:
    value = page.article_ld.get("articleSection")
    found = (ld_text(item) for item in (value if isinstance(value, list) else [value])[:MAX_PER_FIELD])
    return tuple(text for text in found if text)


def _same_section(taken: str, found: str | tuple[str, ...]) -> bool:
    texts = (found,) if isinstance(found, str) else found
    return any(same_words(taken, part) for text in texts for part in (text, *text.split(",")))


def _same_stated_day(taken: Moment, found: Stated) -> bool:
    return same_day(taken, found.moment)


def _stated_text(found: Stated) -> str:
    return moment_text(found.moment)


def _same_minutes(taken: int, found: ReadTime) -> bool:
    return taken == found.minutes


def _read_time_text(found: ReadTime) -> str:
    return found.text


def _joined(found: str | tuple[str, ...]) -> str:
    return found if isinstance(found, str) else ", ".join(found)


_DESCRIPTIONS = _sources(
    meta("og:description"), meta("description"), json_ld("description"), meta("twitter:description")
)
_OF_THE_FILE = re.compile("creat|other")
"""Dates of making a file, and of other things on the page: they differ from publication and contradict nothing."""
_PICTURES = ("meta:og:image", "json-ld:image", "meta:twitter:image")
_FIELDS: tuple[_Field, ...] = (
    _Field("title", (*_cheap(TITLE), *_sources(Strategy("title", _document_title))), same_words),
    _Field("blurb", _DESCRIPTIONS, same_opening),
    _Field("summary", _DESCRIPTIONS, same_opening),
    _Field("authors", _cheap(DATA), same_names, _joined),
    _Field(
        "published",
        _cheap((one for one in PUBLISHED if not _OF_THE_FILE.search(one.source)), "visible:near-headline", "url"),
        _same_stated_day,
        _stated_text,
    ),
    _Field("modified", _cheap(MODIFIED, "visible:near-headline"), _same_stated_day, _stated_text),
    _Field("read_minutes", _cheap(READ_TIME, "microdata:timeRequired"), _same_minutes, _read_time_text),
    _Field(
        "section",
        _sources(Strategy("json-ld:articleSection", _sections), meta("article:section")),
        _same_section,
        _joined,
        lone=True,
    ),
    _Field("language", _cheap(LANGUAGE, "html:lang"), same_language),
    _Field("canonical_url", _cheap(CANONICAL), same_page),
    _Field("site_name", _cheap(SITE_NAME), same_words),
    _Field("image", _sources(*(one for one in IMAGE if one.source in _PICTURES)), same_picture),
)
