"""The columns that the list of articles shows unless others are asked for: no long texts, no address told twice.

Datasette reads and shows whole rows; with bodies in them a page of a large archive takes seconds. Its own `_col`
arguments choose columns, so they are given wherever an address of the list has none.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from miacrawl.serve.archive import DATABASE
from miacrawl.store.tables import TABLES

PATH = f"/{DATABASE}/articles"
SHOWN = "title blurb section site published read_minutes authors word_count language flags url".split()


def list_arguments(query_string: str) -> str:
    """`query_string` with the list's columns, where it names none; columns hidden by `_nocol` stay hidden."""
    if any(name == "_col" for name, _ in parse_qsl(query_string, keep_blank_values=True)):
        return query_string
    return "&".join(filter(None, [query_string, _chosen(SHOWN)]))


def all_columns() -> str:
    """Arguments that ask for every column."""
    return _chosen([column for column in TABLES["articles"].columns if column != "id"])


def with_list_columns(scope: dict[str, Any], base_url: str) -> dict[str, Any]:
    """The request in `scope`, with the list's columns if it is for the list as a page."""
    path = scope.get("path", "")
    if base_url != "/" and path.startswith(base_url):
        path = "/" + path[len(base_url) :]
    if path != PATH:
        return scope
    query_string = scope.get("query_string", b"").decode("latin-1")
    return {**scope, "query_string": list_arguments(query_string).encode("latin-1")}


def _chosen(columns: list[str]) -> str:
    return urlencode([("_col", column) for column in columns])
