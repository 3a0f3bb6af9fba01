"""What tables the archive has, with the columns of each and the references between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from miacrawl.serve.archive import rows

_COLUMNS = (
    "SELECT m.name AS tbl, c.name, c.type, c.pk FROM sqlite_master m JOIN pragma_table_info(m.name) c"
    " WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'articles_fts_%'"
    " ORDER BY m.name, c.cid LIMIT 5000"
)
_REFERENCES = (
    'SELECT m.name AS tbl, f."from" AS name, f."table" AS other FROM sqlite_master m'
    " JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.seq LIMIT 1000"
)
_IMPLIED = {("bylines", "article_id"): "articles", ("signature_bands", "article_id"): "articles"}
"""References that no table declares, because nothing depends on them."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as SQLite has it; `refers_to` is the table whose number it holds, or ""."""

    name: str
    type: str
    is_key: bool
    refers_to: str


Schema = Mapping[str, tuple[Column, ...]]
_KNOWN: WeakKeyDictionary[Any, tuple[int, Schema]] = WeakKeyDictionary()


async def schema(database: Any) -> Schema:
    """Columns by table and view; read anew when the archive's schema has changed. Raises PageError."""
    (row,) = await rows(database, "SELECT schema_version AS version FROM pragma_schema_version")
    known = _KNOWN.get(database)
    if known and known[0] == row["version"]:
        return known[1]
    other = {(found["tbl"], found["name"]): found["other"] for found in await rows(database, _REFERENCES)}
    tables: dict[str, list[Column]] = {}
    for found in await rows(database, _COLUMNS):
        place = (found["tbl"], found["name"])
        refers_to = other.get(place) or _IMPLIED.get(place, "")
        column = Column(found["name"], found["type"].lower(), bool(found["pk"]), refers_to)
        tables.setdefault(found["tbl"], []).append(column)
    told = {name: tuple(columns) for name, columns in tables.items()}
    _KNOWN[database] = (row["version"], told)
    return told
