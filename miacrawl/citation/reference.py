"""Citations as a person pastes them, in the manner of the APA's seventh edition."""

from __future__ import annotations

import re

from miacrawl.citation.cited import Cited
from miacrawl.citation.day import day_of
from miacrawl.citation.name import Name, names_of
from miacrawl.citation.statement import address, gone_in_words, line, moment_in_words, title_of

_MOST = 20
"""More names than these are cut: the first nineteen, and the last."""


def as_reference(cited: Cited) -> str:
    """One line: authors, date, title, site, address, when and where it was archived, hash."""
    names = names_of(cited.authors, (cited.site_name,))
    day = day_of(cited.published)
    date, title = f"({day.in_words() if day else 'n.d.'})", title_of(cited)
    opening = (
        f"{_ended(_joined([*map(_name, names)]))} {date}. {_ended(title)}" if names else f"{_ended(title)} {date}."
    )
    copy = f" ({address(cited.permalink)})" if cited.permalink else ""
    archived = (
        f"Retrieved {moment_in_words(cited.retrieved)}, archived as article {cited.article_id}, "
        f"version {cited.version}{copy}; SHA-256 {line(cited.content_hash)}."
    )
    gone = gone_in_words(cited)
    parts = (opening, _ended(line(cited.container)), address(cited.url), gone and f"({gone}).", archived)
    return " ".join(part for part in parts if part)


def _name(name: Name) -> str:
    if not name.is_person:
        return line(name.literal)
    initials = " ".join(_initial(word) for word in name.given.split())
    return ", ".join(part for part in (line(name.family), initials, line(name.suffix)) if part)


def _initial(word: str) -> str:
    """J. of Jean, J.-L. of Jean-Luc; what has no letter to begin with stays."""
    return "-".join(f"{part[0]}." for part in word.split("-") if re.match(r"\w", part)) or word


def _joined(names: list[str]) -> str:
    if len(names) > _MOST:
        return f"{', '.join(names[: _MOST - 1])}, … {names[-1]}"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}, & {names[-1]}"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…", "。")) else f"{text}."
