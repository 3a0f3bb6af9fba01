"""The columns that the list of articles leaves out unless asked for: long texts, and addresses told twice.

Datasette reads and shows whole rows; with bodies in them a page of a large archive takes seconds. Its own `_nocol`
arguments say what to leave out, so they are given wherever an address says nothing about columns.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from miacrawl.serve.archive import DATABASE
from miacrawl.store.schema import TABLES

PATH = f"/{DATABASE}/articles"
LEFT_OUT = (
    "url_key fetched_url canonical_url summary body body_html read_time_text published_text modified_text image "
    "provenance content_hash"
).split()


def list_arguments(query_string: str) -> str:
    """`query_string` with the columns to leave out, where it says nothing about columns itself."""
    arguments = parse_qsl(query_string, keep_blank_values=True)
    if any(name in ("_col", "_nocol") for name, _ in arguments):
        return query_string
    return "&".join(filter(None, [query_string, urlencode([("_nocol", column) for column in LEFT_OUT])]))


def all_columns() -> str:
    """Arguments that ask for every column."""
    return urlencode([("_col", column) for column in TABLES["articles"].columns if column != "id"])


def with_list_columns(scope: dict[str, Any], base_url: str) -> dict[str, Any]:
    """The request in `scope`, with the list's columns if it is for the list as a page."""
    path = scope.get("path", "")
    if base_url != "/" and path.startswith(base_url):
        path = "/" + path[len(base_url) :]
    if scope.get("type") != "http" or path != PATH:
        return scope
    query_string = scope.get("query_string", b"").decode("latin-1")
    return {**scope, "query_string": list_arguments(query_string).encode("latin-1")}
