"""Our page of the data, in the place of Datasette's own page of the database.

Datasette's asks once for every table who may see it, and in a large archive takes a second with a few readers at once.
Ours has what that has: the tables and views that the reader may see, the questions, and the box for SQL. Any argument
leads to Datasette's own, and so does the address in another form (`.json`).
"""

from __future__ import annotations

from typing import Any

from miacrawl.serve.archive import DATABASE

OWN = "_tables=all"
"""The argument by which our page leads to Datasette's own."""
_PLACE = "data"


def with_data_page(scope: dict[str, Any], base_url: str) -> dict[str, Any]:
    """The request in `scope`; one for the page of the database, without arguments, is for our page of the data."""
    path = base_url + DATABASE
    if scope.get("path") != path or scope.get("query_string") or scope.get("method") not in ("GET", "HEAD"):
        return scope
    place = base_url + _PLACE
    return {**scope, "path": place, "raw_path": place.encode("ascii")}
