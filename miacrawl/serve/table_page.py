"""What Datasette's page of a table tells beside its rows: their number, other columns, counts, and our own pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from miacrawl.serve.archive import DATABASE
from miacrawl.serve.listing import LARGE, listing
from miacrawl.serve.queries import sizes
from miacrawl.serve.state import FILTERS
from miacrawl.serve.tallied import AUTHOR


async def told(datasette: Any, request: Any, table: str) -> dict[str, Any]:
    """Variables of the templates of tables: `listing` and `size` (or None), `search` (arguments for our own)."""
    it = listing(table, request.query_string)
    database = datasette.databases[DATABASE]
    size = None
    if table in LARGE and it.filters is not None:
        size = await sizes.matching(database, table, it.filters)
        if size is None and not it.filters:
            size = (await sizes.sizes(database, [table])).get(table)
    return {"listing": it, "size": size, "search": _search(table, it.filters, request)}


def _search(table: str, filters: dict[str, str] | None, request: Any) -> str:
    """Arguments of our search for what a page of articles was narrowed to; "" where search can't narrow so."""
    if table != "articles":
        return ""
    chosen = {"q": request.args.get("_search"), "author": request.args.get(AUTHOR)}
    if filters is not None and set(filters) <= set(FILTERS):
        chosen |= filters
    return urlencode({name: value[:300] for name, value in chosen.items() if value}, errors="replace")
