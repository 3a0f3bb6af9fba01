"""An article as a record: {name of a column: value}, JSON columns read, text that any file can hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from miacrawl.errors import StorageError
from miacrawl.export.column import CAPTURE_PARTS, Column, Kind
from miacrawl.store.exporting import Wanted, articles, related

Record = dict[str, Any]
_EMPTY: Mapping[Kind, type[list[Any]] | type[dict[str, Any]]] = {"texts": list, "integers": list, "object": dict}


def records(db: Database, wanted: Wanted, columns: Sequence[Column]) -> Iterator[Record]:
    """The articles that are wanted, one after the other. Raises StorageError where a row is damaged."""
    for row in articles(db, wanted):
        yield {column.name: _value(db, row, column) for column in columns}


def _value(db: Database, row: Mapping[str, Any], column: Column) -> Any:
    if column.kind == "links":
        return related(db, row["id"]) if row["is_current"] else []
    if column.kind == "capture":
        return _capture(row)
    stored = row[column.name]
    if column.kind == "boolean":
        return bool(stored)
    if column.kind in _EMPTY:
        return _parsed(stored, column, row["id"])
    return stored


def _capture(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if row["capture_file"] is None:
        return None
    return {part.name: row[f"capture_{part.name}"] for part in CAPTURE_PARTS}


def _parsed(stored: str | None, column: Column, article_id: int) -> Any:
    empty = _EMPTY[column.kind]
    if stored is None:
        return empty()
    try:
        value = json.loads(stored)
    except (ValueError, RecursionError) as error:
        raise StorageError(f"{column.name} of article {article_id} is damaged: no JSON ({error})") from error
    if not isinstance(value, empty):
        raise StorageError(
            f"{column.name} of article {article_id} is damaged: no {'list' if empty is list else 'object'}"
        )
    if isinstance(value, list) and column.kind == "texts":
        value = [one if isinstance(one, str) else json.dumps(one) for one in value]
    return _whole(dict(sorted(value.items())) if isinstance(value, dict) else value)


def _whole(value: Any) -> Any:
    """JSON can spell halves of characters, which no file can hold: they become the sign for that."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(one) for name, one in value.items()}
    return value
