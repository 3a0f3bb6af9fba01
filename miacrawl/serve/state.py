"""The state of a search, all of which its address holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode

from miacrawl.serve.terms import MAX_LENGTH

PAGE_SIZE = 20
MAX_PAGE = 1000
FILTERS = ("site", "section", "author", "month")
Sort = Literal["relevance", "date"]


@dataclass(frozen=True, slots=True)
class SearchState:
    """Words, filters ("" = any), order and page (from 1) of a search."""

    q: str = ""
    site: str = ""
    section: str = ""
    author: str = ""
    month: str = ""
    sort: Sort | Literal[""] = ""
    page: int = 1

    @property
    def order(self) -> Sort:
        """By relevance where words are given, unless by date is asked for."""
        return "relevance" if self.q.strip() and self.sort != "date" else "date"

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set."""
        return {name: getattr(self, name) for name in FILTERS if getattr(self, name)}

    @property
    def query_string(self) -> str:
        """The state as an address holds it, without what is as usual."""
        values = {name: value for name, value in asdict(self).items() if value not in ("", 1)}
        return urlencode(values, errors="replace")

    def changed(self, **changes: Any) -> SearchState:
        """This state with `changes`, on its first page unless they say otherwise."""
        return replace(self, **{"page": 1, **changes})


def state_of(arguments: Mapping[str, str]) -> SearchState:
    """The state that an address's arguments ask for; what makes no sense is as usual. Never raises."""
    page = arguments.get("page", "1")
    return SearchState(
        q=arguments.get("q", "")[: MAX_LENGTH + 1],
        **{name: arguments.get(name, "")[:300] for name in FILTERS},
        sort="date" if arguments.get("sort") == "date" else "",
        page=min(int(page), MAX_PAGE) if page.isascii() and page.isdigit() and len(page) < 9 and int(page) else 1,
    )
