"""Search: ranked, with the words found marked, narrowed by site, section, author and month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from miacrawl.serve import archive
from miacrawl.serve.card import card
from miacrawl.serve.dates import shown_month
from miacrawl.serve.queries import search as queries
from miacrawl.serve.reply import page
from miacrawl.serve.state import FILTERS, MAX_PAGE, PAGE_SIZE, SearchState, state_of
from miacrawl.serve.terms import either, parse

LABELS = {"site": "Site", "section": "Section", "author": "Author", "month": "Month"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter's value with its number of articles, and the address's arguments that choose it or take it back."""

    label: str
    n: int
    query: str
    chosen: bool


async def show(datasette: Any, request: Any) -> Any:
    """`/search?q=…`."""
    database = archive.find(datasette)
    state = state_of({name: request.args.get(name) or "" for name in (*FILTERS, "q", "sort", "page")})
    terms = parse(state.q)
    asked_nothing = bool(state.q.strip()) and not terms.expression
    counted = [] if asked_nothing else await queries.search_counts(database, state, terms)
    found = [] if asked_nothing else await queries.search_page(database, state, terms)
    marked = await queries.snippets(database, terms, [row["id"] for row in found])
    totals = {row["facet"]: row["n"] for row in counted if row["facet"] in ("total", "hits")}
    total = totals.get("total", 0)
    context = {
        "state": state,
        "q": state.q,
        "terms": terms,
        "asked_nothing": asked_nothing,
        "total": total,
        "bounded": terms.expression and totals.get("hits", 0) >= queries.MAX_RANKED,
        "max_ranked": queries.MAX_RANKED,
        "cards": [card(row, marked.get(row["id"])) for row in found],
        "facets": [(LABELS[name], name, _choices(name, state, counted)) for name in FILTERS],
        "active": [_removal(name, value, state) for name, value in state.filters.items()],
        "sorts": _sorts(state),
        **_paging(state, total),
        **_ways_out(state),
    }
    return await page(datasette, request, "search", context)


def _choices(name: str, state: SearchState, counted: list[dict[str, Any]]) -> list[Choice]:
    chosen = getattr(state, name)
    values = [(str(row["value"]), row["n"]) for row in counted if row["facet"] == name]
    if chosen and chosen not in dict(values):
        values.append((chosen, 0))
    return [
        Choice(
            _label(name, value),
            n,
            state.changed(**{name: "" if value == chosen else value}).query_string,
            value == chosen,
        )
        for value, n in values
    ]


def _label(name: str, value: str) -> str:
    return shown_month(value) if name == "month" else value


def _removal(name: str, value: str, state: SearchState) -> dict[str, str]:
    return {"name": LABELS[name], "label": _label(name, value), "query": state.changed(**{name: ""}).query_string}


def _sorts(state: SearchState) -> list[Choice]:
    if not state.q.strip():
        return []
    ways = [("Relevance", "", "relevance"), ("Newest first", "date", "date")]
    return [
        Choice(label, 0, state.changed(sort=sort).query_string, state.order == order) for label, sort, order in ways
    ]


def _paging(state: SearchState, total: int) -> dict[str, Any]:
    """First and last place on this page, how many pages there are, and the arguments of the pages around it."""
    pages = min(-(-total // PAGE_SIZE), MAX_PAGE)
    return {
        "first": (state.page - 1) * PAGE_SIZE + 1,
        "last": min(state.page * PAGE_SIZE, total),
        "pages": pages,
        "beyond": total > 0 and state.page > pages,
        "start": state.changed().query_string,
        "previous": state.changed(page=state.page - 1).query_string if 1 < state.page <= pages else None,
        "next": state.changed(page=state.page + 1).query_string if state.page < pages else None,
    }


def _ways_out(state: SearchState) -> dict[str, Any]:
    """What to try where nothing was found."""
    wider = either(state.q)
    return {
        "either_query": state.changed(q=wider).query_string if wider else None,
        "either_words": wider,
        "unfiltered_query": SearchState(q=state.q).query_string if state.filters else None,
    }
