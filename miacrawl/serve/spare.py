"""What Datasette does at length for each of its pages, answered otherwise: sparing a large archive.

Its page of a database counts every table, and its page of a row counts the rows that refer to it, by an index or not:
seconds each in a large archive. Both ask the `Database`, so ours answers without reading tables from end to end.
Stable Datasette also copies all metadata whenever it asks who may see a table: two milliseconds with the meaning of
every column in it, many times a page. What the files say does not change while it runs, so it is asked once a table.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from copy import copy
from inspect import iscoroutinefunction, signature
from typing import Any

from miacrawl.serve.archive import DATABASE, serves_archive
from miacrawl.serve.kept import Kept
from miacrawl.serve.queries.sizes import sizes

_MAX_KNOWN = 1000
SWITCH_SECONDS = 0.0005
SCHEMA_SECONDS = 5.0
_SCHEMA = (
    *("table_exists", "view_exists", "table_names", "view_names", "hidden_table_names", "table_columns"),
    *("table_column_details", "primary_keys", "fts_table", "label_column_for_table", "foreign_keys_for_table"),
    *("get_all_foreign_keys", "get_table_definition", "get_view_definition"),
)
_INDEX = "articles_fts"
"""Tables of the full-text index: to go through them is to go through all texts."""


def spare(datasette: Any) -> None:
    """Let `datasette`, and the archive's database if it is there, answer in our way."""
    if not serves_archive(datasette):
        return
    # A thread that reads gives up Python's lock for every row and has it back after this long, in which another page
    # is put together: at the usual 5 ms a list of twenty rows waits for a tenth of a second.
    sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
    _tell_errors_briefly()
    _remember_rules(datasette)
    _keep_labels(datasette)
    if DATABASE in datasette.databases:
        spare_database(datasette.databases[DATABASE])


def _tell_errors_briefly() -> None:
    """No values of all variables on the console for each page that is not found.

    Stable Datasette has them drawn wherever the package rich is installed: seconds, in which no other page is answered.
    Errors that nobody foresaw are written to the console by Datasette itself.
    """
    with suppress(ImportError):
        from datasette import handle_exception

        if hasattr(handle_exception, "rich"):
            handle_exception.rich = None


def _remember_rules(datasette: Any) -> None:
    """Ask for the rules of a table once, as long as they come from the same metadata and from no plugin."""
    from datasette.plugins import pm

    asked = getattr(datasette, "_table_permission_allows", None)
    if asked is None or pm.hook.get_metadata.get_hookimpls():
        return
    known: dict[tuple[str, str], Any] = {}
    metadata = datasette._metadata_local

    def remembered(database: str, table: str) -> Any:
        if datasette._metadata_local is not metadata or pm.hook.get_metadata.get_hookimpls():
            return asked(database, table)
        key = (database, table)
        if key not in known and len(known) < _MAX_KNOWN:
            known[key] = asked(database, table)
        return known[key] if key in known else asked(database, table)

    datasette._table_permission_allows = remembered


def _keep_labels(datasette: Any) -> None:
    """Rows of a table with an `allow` block of its own are no labels in other tables.

    Stable Datasette shows them to whoever may see those, and does not tell who asks; 1.0 looks by itself.
    """
    expand = datasette.expand_foreign_keys
    if "actor" in signature(expand).parameters:
        return

    async def expanded(database: str, table: str, column: str, values: list[Any]) -> Any:
        for key in await datasette.databases[database].foreign_keys_for_table(table):
            if key["column"] == column and key["other_table"] in _restricted(datasette._metadata_local, database):
                return {}
        return await expand(database, table, column, values)

    datasette.expand_foreign_keys = expanded


def _restricted(metadata: Any, database: str) -> set[str]:
    """Tables of a database that have an `allow` block of their own."""
    tables = ((metadata.get("databases") or {}).get(database) or {}).get("tables") or {}
    return {name for name, told in tables.items() if isinstance(told, dict) and "allow" in told}


def spare_database(database: Any) -> None:
    """Let Datasette's `database` answer in our way."""
    if getattr(database, "is_spared", False):
        return
    names, foreign_keys = database.table_names, database.get_all_foreign_keys

    async def table_counts(limit: int = 10) -> dict[str, int | None]:
        """Rows of each table; None, which Datasette shows as many, where only an estimate is to be had."""
        found = await names()
        told = await sizes(database, [name for name in found if not name.startswith(_INDEX)])
        return {name: told[name].n if name in told and told[name].exact else None for name in found}

    async def get_all_foreign_keys() -> dict[str, Any]:
        """References between tables, but for those to a table whose rows could only be found by reading another."""
        found = await foreign_keys()
        indexed = await database.execute_fn(_indexed)
        return {
            table: {
                **keys,
                "incoming": [key for key in keys["incoming"] if (key["other_table"], key["other_column"]) in indexed],
            }
            for table, keys in found.items()
        }

    database.table_counts, database.get_all_foreign_keys, database.is_spared = table_counts, get_all_foreign_keys, True
    _remember_schema(database)


def _remember_schema(database: Any) -> None:
    """Ask once in some seconds which tables there are and of what columns: a page of Datasette asks up to 170 times.

    Each time is a question to another thread, which with other readers at once waits for its turn.
    """
    kept = Kept[Any](SCHEMA_SECONDS, _MAX_KNOWN)
    for name in _SCHEMA:
        method = getattr(database, name, None)
        if iscoroutinefunction(method):
            setattr(database, name, _remembered(kept, name, method))


def _remembered(kept: Kept[Any], name: str, method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def answer(*arguments: Any, **named: Any) -> Any:
        key = (name, arguments, tuple(sorted(named.items())))
        # Whoever asked may change what it got.
        return copy(await kept.get(key, lambda: method(*arguments, **named)))

    return answer


def _indexed(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """Pairs of table and column that an index begins with, or that are the only or first part of a primary key."""
    found = connection.execute(
        "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) c"
        " WHERE m.type = 'table' AND c.seqno = 0"
        " UNION SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND c.pk = 1"
    )
    return {(str(table), str(column)) for table, column in found}
