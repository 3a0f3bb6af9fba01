"""Search: ranked, with the words found marked, narrowed by filters whose counts stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from miacrawl.serve import archive
from miacrawl.serve.answer import Answer, answer
from miacrawl.serve.card import card
from miacrawl.serve.dates import shown_date, shown_month
from miacrawl.serve.over_time import timeline
from miacrawl.serve.queries import search as queries
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.reply import page
from miacrawl.serve.state import ARGUMENTS, CHOICES, FILTERS, PAGE_SIZE, SearchState, state_of
from miacrawl.serve.terms import either

LABELS = {
    **{"site": "Site", "section": "Section", "author": "Author", "month": "Month", "language": "Language"},
    **{"minutes": "Reading time", "since": "From", "until": "To"},
}
BAND_LABELS = {"2": "up to 2 minutes", "3-5": "3 to 5 minutes", "6-10": "6 to 10 minutes", "11": "over 10 minutes"}
LISTED = ("site", "section", "author", "month")
"""Filters whose values stand as links; the others are chosen in a form."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter's value with its number of articles, and the address's arguments that choose it or take it back."""

    value: str
    label: str
    n: int
    query: str
    chosen: bool


async def show(datasette: Any, request: Any) -> Any:
    """`/search?q=…`."""
    database = archive.find(datasette)
    state = asked(request)
    found, rows, marked = await page_of(database, state)
    facets = {name: choices(name, state, found) for name in CHOICES}
    context = {
        "state": state,
        "q": state.q,
        "answer": found,
        "asked_nothing": bool(state.q.strip()) and not found.terms.expression,
        "cards": [card(row, marked.get(row["id"])) for row in rows],
        "facets": [(LABELS[name], name, facets[name]) for name in LISTED],
        "selects": [(LABELS[name], name, facets[name]) for name in CHOICES if name not in LISTED],
        "kept": kept(state),
        "active": [_removal(name, value, state) for name, value in state.filters.items()],
        "sorts": _sorts(state),
        "chart": timeline(found.months),
        "feeds": _feeds(state),
        **_paging(state, found.listed),
        **_ways_out(state),
    }
    return await page(datasette, request, "search", context)


async def page_of(
    database: Any, state: SearchState, *, passages: bool = True
) -> tuple[Answer, list[Row], dict[int, Row]]:
    """The answer to a search, the articles on its page, and (`passages`) by number their texts, words marked."""

    async def ask(here: Any) -> tuple[Answer, list[Row], dict[int, Row]]:
        found = await answer(here, state, (state.page - 1) * PAGE_SIZE, PAGE_SIZE)
        marked = passages and bool(found.terms.expression)
        rows = await queries.cards(here, found.ids, bodies=marked)
        return found, rows, await queries.snippets(here, found.terms, rows) if marked else {}

    return await archive.in_one_go(database, ask)


def asked(request: Any) -> SearchState:
    """The state that a request's arguments ask for."""
    names = (*(ARGUMENTS.get(name, name) for name in FILTERS), "q", "sort", "page")
    return state_of({name: request.args.get(name) or "" for name in names})


def choices(name: str, state: SearchState, found: Answer) -> list[Choice]:
    """The values of filter `name` that can be chosen, or taken back."""
    chosen = state.filters.get(name, "")
    values = list(found.counts.get(name, ()))
    if chosen and chosen not in dict(values):
        values.append((chosen, found.total))
    queries = state.choosing(name, ["" if value == chosen else value for value, _ in values])
    return [
        Choice(value, label(name, value), n, query, value == chosen)
        for (value, n), query in zip(values, queries, strict=True)
    ]


def label(name: str, value: str) -> str:
    """A filter's value as it is shown."""
    if name == "month":
        return shown_month(value)
    if name in ("since", "until"):
        return str(shown_date(value))
    return BAND_LABELS.get(value, value) if name == "minutes" else value


def kept(state: SearchState) -> dict[str, str]:
    """What the form of dates, language and reading time takes along."""
    own = ("from", "to", "language", "minutes", "page")
    return {name: value for name, value in state.arguments.items() if name not in own}


def _removal(name: str, value: str, state: SearchState) -> dict[str, str]:
    return {"name": LABELS[name], "label": label(name, value), "query": state.changed(**{name: ""}).query_string}


def _sorts(state: SearchState) -> list[Choice]:
    ways = [("Relevance", "", "relevance")] if state.q.strip() else []
    ways += [("Newest first", "date" if ways else "", "date"), ("Oldest first", "oldest", "oldest")]
    return [
        Choice(sort, words, 0, state.changed(sort=sort).query_string, state.order == order)
        for words, sort, order in ways
    ]


def _feeds(state: SearchState) -> list[tuple[str, str]]:
    """Feeds that fit: their names and arguments."""
    own = state.changed(sort="")
    wider = {
        state.site: SearchState(site=state.site),
        ", ".join(filter(None, [state.section, state.site])): SearchState(site=state.site, section=state.section),
    }
    feeds = [("this search", own.query_string)]
    feeds += [(name, one.query_string) for name, one in wider.items() if name and one != own and one != SearchState()]
    return feeds


def _paging(state: SearchState, listed: int) -> dict[str, Any]:
    """First and last place on this page, how many pages there are, and the arguments of the pages around it."""
    pages = -(-listed // PAGE_SIZE)
    return {
        "first": (state.page - 1) * PAGE_SIZE + 1,
        "last": min(state.page * PAGE_SIZE, listed),
        "pages": pages,
        "beyond": listed > 0 and state.page > pages,
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
