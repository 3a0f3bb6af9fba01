"""Who may read what: Datasette's own permissions, asked on every page of ours; stable and 1.0 ask differently."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

from miacrawl.serve.archive import DATABASE
from miacrawl.serve.derived import DERIVED, sources_of
from miacrawl.serve.kept import Kept

KEPT_SECONDS = 5.0
"""Datasette copies all of its metadata for each question, which costs more than a page: so soon a change is seen."""
_asking: ContextVar[bool] = ContextVar("miacrawl_asking", default=False)
"""Whether it is we who ask Datasette for a table: our own rules for others would ask for it again, and never end."""
_AGAINST = (
    "SELECT :miacrawl_in AS parent, value AS child, 0 AS allow, 'it is made of what may not be read' AS reason"
    " FROM json_each(:miacrawl_what)"
)
_kept: WeakKeyDictionary[Any, Kept[bool]] = WeakKeyDictionary()


def is_datasette_1() -> bool:
    """Whether this is Datasette 1.0, or one of its pre-releases."""
    from datasette.app import Datasette

    return hasattr(Datasette, "allowed")


async def may_view(datasette: Any, actor: dict[str, Any] | None, table: str) -> bool:
    """Whether `actor` may read `table` of the archive, as Datasette decided within the last five seconds."""
    return await _remembered(datasette, actor, table, lambda: _may_view(datasette, actor, table))


async def _remembered(
    datasette: Any, actor: dict[str, Any] | None, what: str, ask: Callable[[], Awaitable[bool]]
) -> bool:
    kept = _kept.setdefault(datasette, Kept(KEPT_SECONDS, 1_000))
    who = json.dumps(actor, sort_keys=True, default=repr) if actor else ""
    return await kept.get((who, what), ask)


async def _may_view(datasette: Any, actor: dict[str, Any] | None, table: str) -> bool:
    """As Datasette decides for the table's own page."""
    if not await _may_view_sources(datasette, actor, table):
        return False
    if is_datasette_1():
        from datasette.resources import TableResource

        resource = TableResource(database=DATABASE, table=table)
        asking = _asking.set(True)
        try:
            return bool(await datasette.allowed(action="view-table", resource=resource, actor=actor))
        finally:
            _asking.reset(asking)
    nearest_first = [("view-table", (DATABASE, table)), ("view-database", DATABASE), "view-instance"]
    return await _ensured(datasette, actor, nearest_first)


async def _may_view_sources(datasette: Any, actor: dict[str, Any] | None, table: str) -> bool:
    return all([await may_view(datasette, actor, source) for source in sources_of(table)])


async def denied(datasette: Any, actor: dict[str, Any] | None, action: str, resource: object) -> bool | None:
    """Stable Datasette's question: False for what is made of a table that `actor` may not read, else no opinion."""
    if action != "view-table" or not isinstance(resource, tuple) or resource[0] != DATABASE:
        return None
    return None if await _may_view_sources(datasette, actor, resource[1]) else False


async def rules(datasette: Any, actor: dict[str, Any] | None, action: str) -> list[Any]:
    """The same for Datasette 1.0, which asks for rules: one against each view whose tables `actor` may not all read."""
    if action != "view-table" or _asking.get() or DATABASE not in datasette.databases:
        return []
    from datasette.permissions import PermissionSQL

    hidden = [name for name in DERIVED if not await _may_view_sources(datasette, actor, name)]
    parameters = {"miacrawl_in": DATABASE, "miacrawl_what": json.dumps(hidden)}
    return [PermissionSQL(sql=_AGAINST, params=parameters)] if hidden else []


async def may_view_database(datasette: Any, actor: dict[str, Any] | None) -> bool:
    """Whether `actor` may see which tables there are, as Datasette decided for its own page within five seconds."""
    return await _remembered(datasette, actor, "", lambda: _may_view_database(datasette, actor))


async def _may_view_database(datasette: Any, actor: dict[str, Any] | None) -> bool:
    if is_datasette_1():
        from datasette.resources import DatabaseResource

        resource = DatabaseResource(database=DATABASE)
        return bool(await datasette.allowed(action="view-database", resource=resource, actor=actor))
    return await _ensured(datasette, actor, [("view-database", DATABASE), "view-instance"])


async def may_view_instance(datasette: Any, actor: dict[str, Any] | None) -> bool:
    """Whether `actor` may see anything of this server."""
    if is_datasette_1():
        return bool(await datasette.allowed(action="view-instance", actor=actor))
    return await _ensured(datasette, actor, ["view-instance"])


async def _ensured(datasette: Any, actor: dict[str, Any] | None, permissions: list[Any]) -> bool:
    from datasette import Forbidden

    try:
        await datasette.ensure_permissions(actor, permissions)
    except Forbidden:
        return False
    return True


async def viewable(datasette: Any, actor: dict[str, Any] | None, tables: Iterable[str]) -> set[str]:
    """Those of `tables` that `actor` may read."""
    if hasattr(datasette, "allowed_resources"):
        found = await datasette.allowed_resources("view-table", actor, parent=DATABASE, limit=1000)
        return set(tables) & {resource.child for resource in found.resources}
    return {table for table in tables if await may_view(datasette, actor, table)}


async def may_ask_sql(datasette: Any, actor: dict[str, Any] | None) -> bool:
    """Whether `actor` may write questions of their own."""
    if hasattr(datasette, "allowed"):
        from datasette.resources import DatabaseResource

        resource = DatabaseResource(database=DATABASE)
        return bool(await datasette.allowed(action="execute-sql", resource=resource, actor=actor))
    return bool(await datasette.permission_allowed(actor, "execute-sql", DATABASE, default=True))


async def offered(datasette: Any, actor: dict[str, Any] | None) -> set[str]:
    """Names of the ready-made questions that this server offers, ours and others', and that `actor` may ask."""
    if hasattr(datasette, "list_queries"):
        found = await datasette.list_queries(DATABASE, actor=actor, limit=1000, is_write=False)
        return {query.name for query in found.queries}
    queries = await datasette.get_canned_queries(DATABASE, actor)
    above: list[Any] = [("view-database", DATABASE), "view-instance"]
    return {name for name in queries if await _ensured(datasette, actor, [("view-query", (DATABASE, name)), *above])}
