"""The JSON twins of pages: the same data, for programs, with troubles as JSON, too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from miacrawl.serve import access
from miacrawl.serve.trouble import PageError

Tell = Callable[[Any, Any], Awaitable[dict[str, Any]]]


def twin(tell: Tell, table: str) -> Callable[..., Awaitable[Any]]:
    """What `tell` says, as JSON, as a route of Datasette: for those who may read `table`."""

    async def answer(datasette: Any, request: Any) -> Any:
        from datasette import Forbidden, Response

        if not await access.may_view(datasette, request.actor, table):
            raise Forbidden("view-table")
        try:
            return Response.json(await tell(datasette, request))
        except PageError as trouble:
            told = {"error": trouble.title, "advice": trouble.advice, "command": trouble.command}
            return Response.json(told, status=trouble.status)

    return answer


def number(text: object, usual: int) -> int:
    """The whole number above nought that an argument states; `usual` where it is something else."""
    written = str(text or "")
    is_number = written.isascii() and written.isdigit() and len(written) <= 18
    return int(written) if is_number and int(written) > 0 else usual
