"""What Datasette's pages of large tables leave out unless they are asked: long texts, and the number of all rows.

Datasette reads and shows whole rows, and counts all that match before it shows fifty of them; in a large archive both
take seconds. Its own arguments `_col` and `_nocount` choose otherwise, so they are given where an address has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode

from miacrawl.serve.archive import DATABASE
from miacrawl.store.tables import TABLES, VIEWS

SHOWN: Mapping[str, list[str]] = {
    "articles": "title blurb section site published read_minutes authors word_count language flags url".split(),
    "article_versions": "article_id number first_seen last_seen changed title blurb word_count capture_id".split(),
    "captures": "url kind fetched_at status content_type outcome size run_id refers_to warc_id".split(),
    "hosts": "robots_status robots_fetched_at crawl_delay hold_until hold_reason".split(),
    "runs": "started finished kind reason fetched new changed unchanged gone skipped failed pending held".split(),
    "urls": "url site kind state reason status source attempts fetched_at article_id discovered_at".split(),
    "versions": "article_id number first_seen last_seen is_current changed title blurb word_count capture_id".split(),
}
"""The columns that a table's page shows, of tables with long texts in them."""

LARGE = frozenset(
    "articles article_versions versions captures attempts urls related_links evidence confidence bylines duplicates"
    " signatures signature_bands coverage tallies".split()
)
"""Tables that grow with the archive: the rows of their pages are not counted unless that is asked for."""

FACETS: Mapping[str, list[str]] = {
    "article_versions": ["changed"],
    "captures": ["kind", "status", "outcome"],
    "attempts": ["outcome", "status"],
    "related_links": ["location", "heading"],
    "evidence": ["field", "source"],
    "confidence": ["field", "source"],
    "urls": ["source", "status", "reason"],
    "articles": ["language", "read_minutes"],
    "coverage": ["site", "cohort", "measure"],
    "duplicates": ["kind"],
    "tallies": ["facet"],
}
"""What the rows of a large table are counted by when a reader asks for it."""

_NEVER_FILTERS = frozenset({"_next", "_size", "_sort", "_sort_desc", "_sort_by_desc", "_labels", "_nocount", "_trace"})
_CHOOSING = ("_col", "_nocol", "_facet")


@dataclass(frozen=True, slots=True)
class Listing:
    """What the page of a table tells beside its rows.

    `all_columns`, `counted` and `facets` are arguments of addresses; the first two are empty where nothing was left
    out. `filters`: the columns and values that rows were chosen by; None where they were chosen in any other way.
    """

    all_columns: str
    counted: str
    facets: tuple[tuple[str, str], ...]
    filters: dict[str, str] | None


def listing(table: str, query_string: str) -> Listing:
    """What to tell on the page of `table` that was asked for with `query_string`."""
    pairs = parse_qsl(query_string, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if name not in ("_nocount", "_next")]
    without_columns = [(name, value) for name, value in kept if name not in ("_col", "_nocol")]
    columns = [("_col", column) for column in _columns(table)]
    uncounted = any(name == "_nocount" and value for name, value in pairs)
    taken = {value for name, value in pairs if name == "_facet"}
    return Listing(
        urlencode([*without_columns, *columns]) if table in SHOWN else "",
        urlencode([*kept, ("_nocount", "")]) if uncounted else "",
        tuple((by, urlencode([*kept, ("_facet", by)])) for by in FACETS.get(table, ()) if by not in taken),
        filters_of(pairs),
    )


def filters_of(pairs: list[tuple[str, str]]) -> dict[str, str] | None:
    """The columns and exact values that arguments filter by; None where they filter by something else as well."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in _NEVER_FILTERS or name in _CHOOSING or name.startswith("_facet"):
            continue
        column, _, way = name.partition("__")
        if name.startswith("_") or way not in ("", "exact") or column in found:
            return None
        found[column] = value
    return found


def with_list_arguments(scope: dict[str, Any], base_url: str) -> dict[str, Any]:
    """The request in `scope`, completed if it is for a table as a page."""
    path = scope.get("path", "")
    if base_url != "/" and path.startswith(base_url):
        path = "/" + path[len(base_url) :]
    table = path.removeprefix(f"/{DATABASE}/")
    if table == path or (table not in SHOWN and table not in LARGE):
        return scope
    query_string = completed(table, scope.get("query_string", b"").decode("latin-1"))
    return {**scope, "query_string": query_string.encode("latin-1")}


def completed(table: str, query_string: str) -> str:
    """`query_string` with the columns of the list, where it names none, and without counting, where it says nothing.

    Columns hidden by `_nocol` stay hidden.
    """
    pairs = parse_qsl(query_string, keep_blank_values=True)
    names = {name for name, _ in pairs}
    columns = [] if "_col" in names else [("_col", column) for column in SHOWN.get(table, ())]
    uncounted = [("_nocount", "1")] if table in LARGE and "_nocount" not in names else []
    return "&".join(filter(None, [query_string, urlencode([*columns, *uncounted, *_order(table, pairs, names)])]))


def _order(table: str, pairs: list[tuple[str, str]], names: set[str]) -> list[tuple[str, str]]:
    """The order in which an index has the addresses of a state, where none is asked for: else all would be sorted."""
    filters = filters_of(pairs) or {}
    if table != "urls" or "state" not in filters or {"_sort", "_sort_desc"} & names:
        return []
    return [("_sort", "reason" if "site" in filters else "site")]


def _columns(table: str) -> list[str]:
    """All columns but the primary key, which Datasette shows anyway."""
    if table in VIEWS:
        return list(VIEWS[table].columns)
    key = "origin" if table == "hosts" else "id"
    return [column for column in TABLES[table].columns if column != key] if table in TABLES else []


def arguments_replaced(query_string: str) -> Callable[..., str]:
    """Datasette's `path_with_replaced_args` for a request with this query string, which is taken apart once.

    Datasette takes it apart for every link in a table's head.
    """
    pairs = [(name, f"{quote_plus(name)}={quote_plus(value)}") for name, value in parse_qsl(query_string)]

    def replaced(request: Any, arguments: Any, path: str | None = None) -> str:
        new = list(arguments.items() if isinstance(arguments, dict) else arguments)
        names = {name for name, _ in new}
        kept = [text for name, text in pairs if name not in names]
        added = urlencode([(name, value) for name, value in new if value is not None])
        query = "&".join([*kept, *filter(None, [added])])
        return (path or request.path) + (f"?{query}" if query else "")

    return replaced
