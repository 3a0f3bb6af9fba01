"""A server for readers whom its owner does not know: robots stay out, and the machine is not talked about."""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from miacrawl.serve import access
from miacrawl.serve.reply import page
from miacrawl.serve.trouble import PageError

VARIABLE = "MIACRAWL_PUBLIC"
"""Environment variable that says so; `plugins: miacrawl: public: true` in the archive's metadata does, too."""

CLOSED = "actions allow-debug config databases messages metadata patterns plugins settings tasks threads versions"
"""Datasette's pages under /-/ that tell of files, versions and settings, or are for trying things out."""

LONGEST_VALUE = 50_000_000
"""Bytes of a text or blob that SQL may make: more than any article, less than would fill the memory."""

LONGEST_PATTERN = 200
"""Characters of a pattern of LIKE or GLOB. A long one held against one long text takes minutes, and while it is, SQLite
does not look at the clock."""

MOST_FACETS = 6
"""Arguments of a table's page that count its rows by a column: Datasette takes the same one a thousand times, each as
long as a facet may take, and writes it down as often."""

_ROBOTS = "User-agent: *\nDisallow: /\n"
Route = tuple[str, Callable[..., Awaitable[Any]]]


def is_public(datasette: Any) -> bool:
    """Whether this server is for the public: told by `miacrawl serve --public`, or by the archive's configuration."""
    return os.environ.get(VARIABLE) == "1" or bool(configuration(datasette).get("public"))


def configuration(datasette: Any) -> Mapping[str, Any]:
    """What the archive's metadata says of this plugin."""
    found = datasette.plugin_config("miacrawl")
    return found if isinstance(found, dict) else {}


def headers(datasette: Any) -> dict[bytes, bytes]:
    """For every response of a public server."""
    return {b"x-robots-tag": b"noindex, nofollow, noarchive"} if is_public(datasette) else {}


def routes(datasette: Any) -> list[Route]:
    """Addresses that a public server answers otherwise."""
    if not is_public(datasette):
        return []
    closed = rf"^/-/(?:{'|'.join(re.escape(name) for name in CLOSED.split())})(?P<json>\.json)?/?$"
    return [(closed, _closed), *([] if _has_robots(datasette) else [(r"^/robots\.txt$", _robots)])]


def limit_connection(conn: Any) -> None:
    """No value of SQL is longer than LONGEST_VALUE, and no pattern longer than LONGEST_PATTERN."""
    import sqlite3

    if hasattr(conn, "setlimit"):
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        conn.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN)


def with_fewer_facets(scope: dict[str, Any]) -> dict[str, Any]:
    """The request in `scope` without facets beyond MOST_FACETS."""
    pieces = scope.get("query_string", b"").split(b"&")
    facets = [piece for piece in pieces if unquote_plus(piece.decode("latin-1")).startswith("_facet")]
    if len(facets) <= MOST_FACETS:
        return scope
    spare = set(map(id, facets[MOST_FACETS:]))
    return {**scope, "query_string": b"&".join(piece for piece in pieces if id(piece) not in spare)}


def _has_robots(datasette: Any) -> bool:
    """Whether the plugin datasette-block-robots, which can be told more, is there."""
    from datasette.plugins import pm

    return any(name.replace("-", "_").endswith("block_robots") for name, _ in pm.list_name_plugin())


async def _robots(datasette: Any, request: Any) -> Any:
    from datasette import Response

    return Response.text(_ROBOTS)


async def _closed(datasette: Any, request: Any) -> Any:
    from datasette import Forbidden, Response

    if not await access.may_view_instance(datasette, request.actor):
        raise Forbidden("view-instance")
    trouble = PageError("Not shown on a public server", "This page is about the server, not about the archive.", 403)
    if request.url_vars["json"]:
        return Response.json({"ok": False, "error": trouble.title, "status": trouble.status}, status=trouble.status)
    return await page(datasette, request, "trouble", {"trouble": trouble, "has_tables": False, "q": ""}, trouble.status)
