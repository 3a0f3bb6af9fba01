"""The answer to a search, found in the way that costs least, and what is to be said of how it was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from miacrawl.serve.expression import Term, without_terms
from miacrawl.serve.found import Counts, Found, narrowed, shown
from miacrawl.serve.queries import search as queries
from miacrawl.serve.state import CHOICES, MAX_FOUND, SearchState
from miacrawl.serve.terms import Terms, parse

_MOST = f"{MAX_FOUND:,}"
MANY_WORDS = (
    f"More than {_MOST} articles match, too many to rank: those with the words in title or blurb come first, then "
    "those archived last. Only {:,} are listed and counted; rarer words, a site or a span of dates find more exactly."
)
MANY_BEGINNINGS = (
    f"More than {_MOST} articles match, too many to rank: those archived last come first. Only {{:,}} are listed and "
    "counted; longer beginnings, a site or a span of dates find more exactly."
)
MANY_UNDER = (
    f"More than {_MOST} articles match, too many to look through all: this is what matches among {{}} "
    f"{queries.MAX_UNDER_FILTERS:,} articles{{}}. Rarer words, a site or a span of dates find more exactly."
)
MANY_LISTED = f"{{}} {_MOST} are listed, and the counts beside them are of these; filters lead to the others."


@dataclass(frozen=True, slots=True)
class Answer:
    """The articles on the page that was asked for, how many there are in all, and how they are counted.

    `total` is the number, or (not `exact`) the least that it can be; as many as `listed` can be leafed through.
    `months`: number of articles by month, the latest first, of those that are counted.
    """

    terms: Terms
    ids: Sequence[int] = ()
    total: int = 0
    exact: bool = True
    listed: int = 0
    counts: Counts = field(default_factory=dict)
    months: Sequence[tuple[str, int]] = ()
    remarks: tuple[str, ...] = ()


async def answer(database: Any, state: SearchState, first: int, size: int) -> Answer:
    """What `state` asks for: its articles from place `first` (0 is the first) on, whichever page it speaks of.

    Raises PageError where the archive can't be read.
    """
    terms = parse(state.q)
    if state.q.strip() and not terms.expression:
        return Answer(terms, remarks=terms.remarks)
    if terms.expression:
        found = await _with_words(database, state, terms)
    elif set(state.filters) <= {"site"}:
        return await _everything(database, state, terms, first, size)
    else:
        found = await _under_filters(database, state, terms)
    return replace(found, ids=found.ids[first : first + size], remarks=(*terms.remarks, *found.remarks))


async def _with_words(database: Any, state: SearchState, terms: Terms) -> Answer:
    words = list(dict.fromkeys(word for term in terms.wanted for word in term.words))
    if terms.count == 1 and len(words) <= 1:
        words = []  # of a single word its articles are those that match
    quoted = [Term(word).match for word in words]
    all_ways = not state.filters and state.order == "relevance"
    common, hits = None, []
    if any(term.beginning for term in terms.wanted) and all_ways:
        # Gathering all words with a beginning is what costs, so it is done once, and not for titles alone.
        common, many = await queries.commonest(database, state, terms)
        by_word = await queries.how_many(database, quoted if many <= MAX_FOUND else ())
    else:
        hits = await queries.some_hits(database, terms.expression, newest=all_ways)
        many = len(hits)
        by_word = await queries.how_many(database, quoted if many <= MAX_FOUND else ())
    if not many:
        return Answer(terms)
    if many <= MAX_FOUND:
        rankable = _rankable(terms, dict(zip(words, by_word, strict=True))) if words else terms.expression
        told_by = "" if rankable or state.order != "relevance" else await _told_by(database, terms)
        every = await queries.matches(database, state, terms, rankable, told_by, hits)
        found, counts = narrowed(every, {name: value for name, value in state.filters.items() if name in CHOICES})
        return _complete(terms, found, counts)
    if all_ways:
        if common is None:
            found = await queries.commonest_of(database, state, terms, hits, await _told_by(database, terms))
        else:
            found = common
        remark = (MANY_WORDS if common is None else MANY_BEGINNINGS).format(len(found.ids))
        return replace(_complete(terms, found, narrowed(found, {})[1]), total=many - 1, exact=False, remarks=(remark,))
    known = await queries.ways(database, state.filters)
    told_by = await _told_by(database, terms) if state.order == "relevance" else ""
    found, exact = await queries.commonest_under(database, state, terms, known, told_by)
    answered = _complete(terms, found, _with_chosen(narrowed(found, {})[1], state, len(found.ids)))
    if exact:
        return answered
    which = "the oldest" if state.order == "oldest" else "the newest"
    remark = MANY_UNDER.format(which, " under the filters" if state.filters else "")
    return replace(answered, exact=False, remarks=(remark,))


def _rankable(terms: Terms, by_word: Mapping[str, int]) -> str:
    """The expression without terms whose words are all so common that ranking by them takes too long; "" if all are.

    Of a beginning it is not known how common it is, so it is not ranked by beside others.
    """
    common = {
        term for term in terms.wanted if min(map(by_word.__getitem__, term.words), default=MAX_FOUND + 1) > MAX_FOUND
    }
    if not common:
        return terms.expression
    root = terms.root and without_terms(terms.root, common)
    return root.match if root else ""


async def _told_by(database: Any, terms: Terms) -> str:
    """The expression that titles are looked through for: without terms that are everywhere; "" where all are."""
    words = list(dict.fromkeys(word for term in terms.wanted for word in term.words))
    shares = dict(zip(words, await queries.shares(database, [Term(word).match for word in words]), strict=True))
    everywhere = {
        term for term in terms.wanted if min(map(shares.__getitem__, term.words), default=1.0) > queries.EVERYWHERE
    }
    root = terms.root and without_terms(terms.root, everywhere)
    return root.match if root else ""


async def _under_filters(database: Any, state: SearchState, terms: Terms) -> Answer:
    known = await queries.ways(database, state.filters)
    found = Found() if known.none else await queries.under(database, state, known)
    exact = None if state.since or state.until else known.exact
    many = len(found.ids) == MAX_FOUND != exact
    total = exact if many and exact is not None else len(found.ids)
    counts = _with_chosen(narrowed(found, {})[1], state, total)
    for name in state.filters:
        if name in CHOICES and set(state.filters) <= {name, "site"} and name != "site":
            rows = await queries.values(database, state.site, (name,))
            counts[name] = shown(name, [(row["value"], row["n"]) for row in rows])
    which = "The oldest" if state.order == "oldest" else "The newest"
    return replace(
        _complete(terms, found, counts),
        total=total,
        exact=not many or exact is not None,
        remarks=(MANY_LISTED.format(which),) if many else (),
    )


async def _everything(database: Any, state: SearchState, terms: Terms, first: int, size: int) -> Answer:
    rows = await queries.values(database, state.site, ("all", *CHOICES))
    by = {name: [(row["value"], row["n"]) for row in group] for name, group in groupby(rows, itemgetter("facet"))}
    total = sum(n for _, n in by.get("all", ()))
    listed = min(total, MAX_FOUND)
    within = min(size, listed - first)
    return Answer(
        terms,
        ids=await queries.everything(database, state, first, within) if within > 0 else (),
        total=total,
        listed=listed,
        counts={name: shown(name, by.get(name, ())) for name in CHOICES},
        months=by.get("month", ()),
    )


def _complete(terms: Terms, found: Found, counts: Counts) -> Answer:
    """All that was found, as an answer of one page."""
    months = sorted(Counter(month for month in found.columns.get("month", ()) if month).items(), reverse=True)
    number = len(found.ids)
    return Answer(terms, found.ids, number, listed=number, counts=counts, months=months)


def _with_chosen(counts: Counts, state: SearchState, total: int) -> dict[str, Sequence[tuple[str, int]]]:
    """`counts`, where what is chosen stands alone: what others would give was not counted."""
    return {**counts, **{name: [(state.filters[name], total)] for name in CHOICES if name in state.filters}}
