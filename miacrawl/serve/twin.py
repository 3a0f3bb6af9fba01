"""What a page says, as JSON, at the page's address with `.json` at its end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from miacrawl.serve.reply import View
from miacrawl.serve.trouble import PageError


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
