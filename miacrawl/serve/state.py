"""The state of a search, all of which its address holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Literal
from urllib.parse import quote_plus, urlencode

from miacrawl.serve.terms import MAX_LENGTH

PAGE_SIZE = 20
MAX_FOUND = 3_000
"""Articles that one search lists and counts by its filters; of more than these it says so."""
MAX_PAGE = MAX_FOUND // PAGE_SIZE
FILTERS = ("site", "section", "author", "month", "language", "minutes", "since", "until")
CHOICES = FILTERS[:6]
"""Filters whose values are chosen from a list with counts."""
ARGUMENTS = {"since": "from", "until": "to"}
"""Names in addresses, where they differ; `from` is a word of Python's own."""
BANDS = {"2": (1, 2), "3-5": (3, 5), "6-10": (6, 10), "11": (11, 10**9)}
"""Reading times that can be chosen: minutes from and to."""
Order = Literal["relevance", "date", "oldest"]
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class SearchState:
    """Words, filters ("" = any), order ("" = as usual) and page (from 1) of a search.

    `minutes` is a key of BANDS; `since` and `until` are days, both included.
    """

    q: str = ""
    site: str = ""
    section: str = ""
    author: str = ""
    month: str = ""
    language: str = ""
    minutes: str = ""
    since: str = ""
    until: str = ""
    sort: Order | Literal[""] = ""
    page: int = 1

    @property
    def order(self) -> Order:
        """By relevance where words are given, unless by date is asked for."""
        if self.sort in ("date", "oldest"):
            return self.sort
        return "relevance" if self.q.strip() else "date"

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set."""
        return {name: getattr(self, name) for name in FILTERS if getattr(self, name)}

    @property
    def arguments(self) -> dict[str, str]:
        """The state as an address holds it, without what is as usual."""
        values = {name: getattr(self, name) for name in FIELDS}
        return {ARGUMENTS.get(name, name): str(value) for name, value in values.items() if value not in ("", 1)}

    @property
    def query_string(self) -> str:
        """The arguments in an address's notation."""
        return urlencode(self.arguments, errors="replace")

    def choosing(self, name: str, values: Iterable[str]) -> list[str]:
        """The arguments, in an address's notation, of this state with each of `values` ("" = any) as filter `name`.

        The same as `changed(name=value).query_string` for each, of which a page of results has a hundred.
        """
        rest, place = self.changed(**{name: ""}).arguments, FIELDS.index(name)
        before = urlencode({key: value for key, value in rest.items() if _PLACES[key] < place}, errors="replace")
        after = urlencode({key: value for key, value in rest.items() if _PLACES[key] > place}, errors="replace")
        argument = ARGUMENTS.get(name, name)
        own = (f"{argument}={quote_plus(value, errors='replace')}" if value else "" for value in values)
        return ["&".join(filter(None, (before, one, after))) for one in own]

    def changed(self, **changes: Any) -> SearchState:
        """This state with `changes`, on its first page unless they say otherwise."""
        return replace(self, **{"page": 1, **changes})


FIELDS = tuple(one.name for one in fields(SearchState))
_PLACES = {ARGUMENTS.get(name, name): place for place, name in enumerate(FIELDS)}


def state_of(arguments: Mapping[str, str]) -> SearchState:
    """The state that an address's arguments ask for; what makes no sense is as usual. Never raises."""
    given = {name: arguments.get(ARGUMENTS.get(name, name), "")[:_LONGEST] for name in FILTERS}
    given |= {name: _day(given[name]) for name in ("since", "until")}
    given["minutes"] = given["minutes"] if given["minutes"] in BANDS else ""
    sort = arguments.get("sort", "")
    return SearchState(
        q=arguments.get("q", "")[: MAX_LENGTH + 1],
        **given,
        sort=sort if sort in ("date", "oldest") else "",  # type: ignore[arg-type]
        page=_page(arguments.get("page", "1")),
    )


def _page(text: str) -> int:
    """A page's number, where `text` is one; those beyond the last possible are one page beyond it."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(number, 1), MAX_PAGE + 1)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return ""
