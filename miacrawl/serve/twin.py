"""What a page says, as JSON, at the page's address with `.json` at its end."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from miacrawl.serve import access
from miacrawl.serve.reply import View
from miacrawl.serve.trouble import PageError

Tell = Callable[[Any, Any], Awaitable[dict[str, Any]]]


def answer(found: Mapping[str, Any], status: int = 200) -> Any:
    """The response that says `found`."""
    from datasette import Response

    body = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    return Response(body, status=status, content_type="application/json; charset=utf-8")


def in_json(show: View) -> View:
    """`show` with its troubles told in JSON too: what it is, and what to do."""

    async def shown(datasette: Any, request: Any) -> Any:
        try:
            return await show(datasette, request)
        except PageError as trouble:
            told = {"ok": False, "error": trouble.title, "advice": trouble.advice, "command": trouble.command or None}
            return answer(told, trouble.status)

    return shown


def twin(tell: Tell, table: str) -> Callable[..., Awaitable[Any]]:
    """What `tell` says, as JSON, as a route of Datasette: for those who may read `table`."""

    async def told(datasette: Any, request: Any) -> Any:
        return answer(await tell(datasette, request))

    return view_in_json(told, table)


def view_in_json(show: View, table: str) -> Callable[..., Awaitable[Any]]:
    """`show`, which answers with JSON, as a route of Datasette: for those who may read `table`."""

    async def shown(datasette: Any, request: Any) -> Any:
        from datasette import Forbidden

        if not await access.may_view(datasette, request.actor, table):
            raise Forbidden("view-table")
        return await show(datasette, request)

    return in_json(shown)


def number(text: object, usual: int) -> int:
    """The whole number above nought that an argument states; `usual` where it is something else."""
    written = str(text or "")
    is_number = written.isascii() and written.isdigit() and len(written) <= 18
    return int(written) if is_number and int(written) > 0 else usual
