"""Who may read what: Datasette's own permissions, asked on every page of ours; stable and 1.0 ask differently."""

from __future__ import annotations

import json
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from miacrawl.serve.archive import DATABASE

KEPT_FOR = 2.0
"""Seconds for which an answer holds: Datasette copies all its metadata to give one, and our pages want several each."""
_MAX_KEPT = 1_000
_Answers = dict[tuple[str, str], tuple[float, bool]]
_known: WeakKeyDictionary[Any, _Answers] = WeakKeyDictionary()


async def may_view(datasette: Any, actor: dict[str, Any] | None, table: str) -> bool:
    """Whether `actor` may read `table` of the archive, as Datasette decided at most KEPT_FOR seconds ago."""
    answers = _known.setdefault(datasette, {})
    key = (json.dumps(actor, sort_keys=True, default=repr), table)
    since, allowed = answers.get(key, (float("-inf"), False))
    if monotonic() - since < KEPT_FOR:
        return allowed
    if len(answers) >= _MAX_KEPT:
        answers.clear()
    allowed = await _may_view(datasette, actor, table)
    answers[key] = (monotonic(), allowed)
    return allowed


async def _may_view(datasette: Any, actor: dict[str, Any] | None, table: str) -> bool:
    """As Datasette decides for the table's own page."""
    if hasattr(datasette, "allowed"):
        from datasette.resources import TableResource

        resource = TableResource(database=DATABASE, table=table)
        return bool(await datasette.allowed(action="view-table", resource=resource, actor=actor))
    nearest_first = [("view-table", (DATABASE, table)), ("view-database", DATABASE), "view-instance"]
    return await _ensured(datasette, actor, nearest_first)


async def may_view_instance(datasette: Any, actor: dict[str, Any] | None) -> bool:
    """Whether `actor` may see anything of this server."""
    if hasattr(datasette, "allowed"):
        return bool(await datasette.allowed(action="view-instance", actor=actor))
    return await _ensured(datasette, actor, ["view-instance"])


async def _ensured(datasette: Any, actor: dict[str, Any] | None, permissions: list[Any]) -> bool:
    from datasette import Forbidden

    try:
        await datasette.ensure_permissions(actor, permissions)
    except Forbidden:
        return False
    return True
