"""Answers of our own pages: a template in our frame, under a policy that runs no script of the page's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from miacrawl.serve import access
from miacrawl.serve.archive import DATABASE
from miacrawl.serve.headers import OUR_POLICY
from miacrawl.serve.kept import Kept
from miacrawl.serve.trouble import PageError

STATIC = Path(__file__).parent / "plugin" / "static"
MOST_KEPT = 64
"""Pages of one kind."""
View = Callable[[Any, Any], Awaitable[Any]]
_titles: WeakKeyDictionary[Any, Kept[str]] = WeakKeyDictionary()


async def page(datasette: Any, request: Any, template: str, context: dict[str, Any], status: int = 200) -> Any:
    """The response that `template` gives with `context`."""
    from datasette import Response

    known = {
        "site_title": await title(datasette),
        "static": lambda name: style(datasette, name),
        "database": DATABASE,
    }
    body = await datasette.render_template(f"miacrawl/{template}.html", {**known, **context}, request=request)
    return Response.html(body, status=status, headers={"Content-Security-Policy": OUR_POLICY})


def view(show: View, table: str = "articles", *, kept_seconds: float = 0) -> Callable[..., Awaitable[Any]]:
    """`show` as a route of Datasette: for those who may read `table`, and with a page for every trouble.

    `kept_seconds`: so long the same answer is given to all who are not signed in, for overviews that many ask for.
    """
    pages: WeakKeyDictionary[Any, Kept[Any]] = WeakKeyDictionary()

    async def answer(datasette: Any, request: Any) -> Any:
        from datasette import Forbidden

        if not await access.may_view(datasette, request.actor, table):
            raise Forbidden("view-table")
        try:
            if not kept_seconds or request.actor:
                return await show(datasette, request)
            kept = pages.setdefault(datasette, Kept(kept_seconds, MOST_KEPT))
            return await kept.get((request.path, request.query_string), lambda: show(datasette, request))
        except PageError as trouble:
            has_tables = DATABASE in datasette.databases
            context = {"trouble": trouble, "has_tables": has_tables, "q": ""}
            return await page(datasette, request, "trouble", context, trouble.status)

    return answer


def style(datasette: Any, name: str) -> str:
    """Address of a stylesheet or script of ours; it changes when the file does, so browsers may keep it.

    Of the kind of text to which Datasette does not add the path behind a proxy once more.
    """
    from datasette.utils import PrefixedUrlString

    prefixed: str = str.__new__(PrefixedUrlString, f"{datasette.urls.static_plugins('miacrawl', name)}?{_digest(name)}")
    return prefixed


@cache
def _digest(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:8]


async def title(datasette: Any) -> str:
    """The archive's name, as its metadata had it within the last five seconds."""
    return await _titles.setdefault(datasette, Kept(access.KEPT_SECONDS, 1)).get(
        "title", lambda: _found_title(datasette)
    )


async def _found_title(datasette: Any) -> str:
    if hasattr(datasette, "get_instance_metadata"):
        metadata = await datasette.get_instance_metadata()
    else:
        metadata = datasette.metadata()
    return str((metadata or {}).get("title") or "Article archive")
