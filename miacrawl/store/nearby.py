"""Addresses of an archive that resemble one that it does not know: misspelt, moved, or shortened ones."""

from __future__ import annotations

import difflib
import heapq
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlite_utils import Database

_LEAST, _OF_BEST = 0.6, 0.8
"""Addresses less like it are not told, nor those that are much less so than the likest."""
_OF_SLUG = 0.7
"""Weight of the last part of a path: a folder is common to many."""
_MOST_CHARACTERS = 300
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is looked at, at most.

    * `read`: addresses from the site's first one on; `beside`: those that stand next to it, on either side.
    * `compared`: of these, letter by letter. `rules`: of robots.txt, one by one.
    """

    read: int
    beside: int
    compared: int
    rules: int


THOROUGH = Effort(20_000, 100, 60, 5_000)
"""For one who asks at the command line."""
QUICK = Effort(300, 40, 12, 100)
"""For a page that many may ask for: some milliseconds."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An address of the ledger. `likeness`: to the one that was asked for, from 0 to 1."""

    url: str
    state: str
    reason: str | None
    article_id: int | None
    likeness: float


def nearest(db: Database, key: str, site: str, most: int = 3, effort: Effort = THOROUGH) -> tuple[Neighbour, ...]:
    """The addresses of `site` that are most like that of the normal form `key`, the likest first."""
    words = _words(key)
    found = set(_candidates(db, key, site, effort))
    likely = heapq.nlargest(effort.compared, found, lambda other: (_shared(words, other), other))
    ranked = sorted(((_likeness(key, other), other) for other in likely), reverse=True)[:most]
    least = max(_LEAST, ranked[0][0] * _OF_BEST) if ranked else _LEAST
    return tuple(_neighbour(db, other, likeness) for likeness, other in ranked if likeness >= least)


def sites_like(db: Database, site: str, most: int = 3) -> tuple[str, ...]:
    """The sites that pages were read from whose names are like `site`, or end in the same way."""
    found = db.execute(f"SELECT DISTINCT site FROM {counted(db)} WHERE state IN ('archived', 'followed') AND n > 0")
    names = [name for (name,) in found if name != site]
    related = [name for name in names if name.endswith(f".{site}") or site.endswith(f".{name}")]
    return tuple(dict.fromkeys([*sorted(related), *difflib.get_close_matches(site, names, most, 0.75)]))[:most]


def counted(db: Database) -> str:
    """What has columns site, state and n for SQL: the kept counts, or the ledger itself in archives that lack them."""
    kept = db.table("ledger_counts").exists()
    return "ledger_counts" if kept else "(SELECT site, state, count(*) AS n FROM urls GROUP BY site, state)"


def _candidates(db: Database, key: str, site: str, effort: Effort) -> Iterator[str]:
    """Keys of the site: those before and behind `key` in their order, then the site's from the first one."""
    # '0' follows '/' in the order of characters.
    first, end = f"{site}/", f"{site}0"
    for sql, parameters in (
        ("url_key < ? AND url_key >= ? ORDER BY url_key DESC LIMIT ?", [key, first, effort.beside]),
        ("url_key > ? AND url_key < ? ORDER BY url_key LIMIT ?", [key, end, effort.beside]),
        ("url_key >= ? AND url_key < ? ORDER BY url_key LIMIT ?", [first, end, effort.read]),
    ):
        for (found,) in db.execute(f"SELECT url_key FROM urls WHERE {sql}", parameters):
            yield found


def _neighbour(db: Database, key: str, likeness: float) -> Neighbour:
    row = db.execute("SELECT url, state, reason, article_id FROM urls WHERE url_key = ?", [key]).fetchone()
    return Neighbour(row[0], row[1], row[2], row[3], round(likeness, 2))


def _words(key: str) -> frozenset[str]:
    return frozenset(_WORD.findall(key.lower().partition("/")[2]))


def _shared(words: frozenset[str], key: str) -> float:
    """Share of words that both addresses have, the site's name left out."""
    other = _words(key)
    return len(words & other) / max(1, len(words | other))


def _likeness(key: str, other: str) -> float:
    """How like two addresses of a site are, by their paths; 1 for the same last part in another folder."""
    (folder, slug), (other_folder, other_slug) = _parts(key), _parts(other)
    if slug == other_slug != "":
        return 1.0
    return _OF_SLUG * _ratio(slug, other_slug) + (1 - _OF_SLUG) * _ratio(folder, other_folder)


def _parts(key: str) -> tuple[str, str]:
    """Folder and last part of the path of an address; its query belongs to the last part."""
    path, _, query = key.lower().partition("?")
    folder, _, slug = path.partition("/")[2].rpartition("/")
    return folder[:_MOST_CHARACTERS], f"{slug}?{query}"[:_MOST_CHARACTERS] if query else slug[:_MOST_CHARACTERS]


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def in_words(found: Iterable[Neighbour]) -> str:
    """The addresses, one behind the other."""
    return ", ".join(one.url for one in found)
