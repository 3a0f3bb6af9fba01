"""Cells of Datasette's tables that are more than text: titles to read, addresses, names, lists.

Numbers of articles, captures and runs lead to our pages of them, in tables and in the answers of questions alike.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from miacrawl.serve.link import REL, outside
from miacrawl.serve.stored import strings
from miacrawl.store.tables import TABLES, VIEWS

PAGES = {
    "article": "article",
    "article_id": "article",
    "target_id": "article",
    "twin_id": "article",
    "capture_id": "capture",
    "refers_to": "capture",
    "run_id": "run",
    "discovered_run_id": "run",
    "last_seen_run": "run",
}
"""Columns that hold the number of something that has a page of ours, and which page."""
_TITLES: dict[tuple[str | None, str], tuple[str, str]] = {
    ("articles", "title"): ("article", "id"),
    ("runs", "started"): ("run", "id"),
}
"""Columns that lead to the page of their own row, and the column with its number."""
_SITES = ("site", "other_site", "twin_site")
_DESCRIBED = {**TABLES, **VIEWS}
_JSON = {
    *((table, column) for table in _DESCRIBED for column, told in _DESCRIBED[table].columns.items() if "JSON" in told),
    *((table, column) for table in ("article_versions", "versions") for column in ("flags", "authors", "provenance")),
    *((None, column) for column in ("authors", "flags", "changed")),
}
"""Columns that hold JSON; those of answers have no table."""
MAX_SHOWN = 12
"""Items of a list that a cell shows."""
MAX_JSON = 20_000


def shown_cell(row: Any, value: Any, column: str, table: str | None, datasette: Any) -> Markup | None:
    """The HTML of a cell, or None for Datasette's own way of showing it."""
    if value is None or value == "":
        return _empty_title(row, column, table, datasette)
    if (table, column) in _TITLES or (table is None and column == "title"):
        return _title(row, value, column, table, datasette)
    if column in PAGES:
        return _numbered(value, PAGES[column], datasette)
    if column in _SITES and isinstance(value, str):
        return _link(datasette, f"/site/{quote(value, safe='')}", value)
    if column == "author" and isinstance(value, str):
        return _author(datasette, value)
    if table == "articles" and column == "read_minutes" and isinstance(value, int):
        return Markup(f"{value}&nbsp;min")  # noqa: S704 - a number
    if isinstance(value, str):
        return _text(row, value, column, table, datasette)
    return None


def row_of(cells: Iterable[dict[str, Any]]) -> Markup:
    """The cells of a row of a table, as Datasette's template has them."""
    parts = [f'<td class="{_classes(it["column"], it["value_type"])}">{escape(it["value"])}</td>' for it in cells]
    return Markup("\n".join(parts))  # noqa: S704 - what is not ours is escaped


@lru_cache(maxsize=1_000)
def _classes(column: str, value_type: str) -> Markup:
    """A cell's classes: of a page's hundreds few differ."""
    from datasette.utils import to_css_class

    return Markup("col-{} type-{}").format(to_css_class(column), value_type)


def _text(row: Any, value: str, column: str, table: str | None, datasette: Any) -> Markup | None:
    if column == "authors" and (table, column) in _JSON:
        return Markup(", ").join(_author(datasette, name) for name in strings(value)[:MAX_SHOWN]) or Markup("&nbsp;")
    if (table, column) in _JSON:
        return _listed(value)
    if len(value) >= 4000 or (address := outside(value)) is None:
        return None
    if column == "url" and table == "urls":
        return _with_way_out(_link(datasette, f"/why?url={quote(address, safe='')}", _short(address)), address)
    if column == "url" and table == "captures" and isinstance(number := _value(row, "id"), int):
        return _with_way_out(_link(datasette, f"/capture/{number}", _short(address)), address)
    return _anchor(address, _short(address), f' rel="{REL}"')


def _empty_title(row: Any, column: str, table: str | None, datasette: Any) -> Markup | None:
    """Articles without a title can be opened too."""
    if (table, column) != ("articles", "title"):
        return None
    return _title(row, "Untitled article", column, table, datasette)


def _title(row: Any, text: object, column: str, table: str | None, datasette: Any) -> Markup | None:
    page, name = _TITLES.get((table, column), ("article", "article_id"))
    number = _value(row, name)
    return _link(datasette, f"/{page}/{number}", text) if isinstance(number, int) else None


def _numbered(value: Any, page: str, datasette: Any) -> Markup | None:
    """A number, or a number with the label that Datasette has found for it."""
    number, label = (value.get("value"), value.get("label")) if isinstance(value, dict) else (value, None)
    if not isinstance(number, int):
        return None
    return _link(datasette, f"/{page}/{number}", _short(str(number if label in (None, "") else label)))


def _author(datasette: Any, name: str) -> Markup:
    return _link(datasette, f"/author/{quote(name, safe='', errors='replace')}", name)


def _link(datasette: Any, path: str, text: object) -> Markup:
    return _anchor(str(datasette.urls.path(path)), text)


def _anchor(address: str, text: object, attributes: str = "") -> Markup:
    """A link; `attributes` are ours. A third of the time that `Markup.format` takes, for each of hundreds of cells."""
    return Markup(f'<a href="{escape(address)}"{attributes}>{escape(text)}</a>')  # noqa: S704 - both are escaped


def _with_way_out(link: Markup, address: str) -> Markup:
    attributes = f' class="way-out" rel="{REL}" title="To the address itself" aria-label="To the address itself"'
    return link + Markup(" ") + _anchor(address, "↗", attributes)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _listed(text: str) -> Markup | None:
    """A JSON array or object in words; None where it is nothing of the kind, too long or too deep."""
    try:
        found = json.loads(text) if len(text) <= MAX_JSON else None
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict):
        parts, way = [f"{name}: {_words(item)}" for name, item in found.items()], Markup("<br>")
    elif isinstance(found, list):
        nested = any(isinstance(item, list | dict) for item in found)
        parts, way = [_words(item) for item in found], Markup("<br>") if nested else Markup(", ")
    else:
        return None
    shown = [escape(part if len(part) <= 300 else f"{part[:299]}…") for part in parts[:MAX_SHOWN]]
    if len(parts) > MAX_SHOWN:
        shown.append(Markup("… and {} more").format(len(parts) - MAX_SHOWN))
    return way.join(shown) or Markup("&nbsp;")


def _words(item: object) -> str:
    say: dict[type, Callable[[Any], str]] = {
        list: lambda items: " · ".join(str(one) for one in items),
        dict: lambda members: ", ".join(f"{name} {value}" for name, value in members.items()),
    }
    return say.get(type(item), str)(item)


def _value(row: Any, name: str) -> object:
    try:
        return row[name]
    except (KeyError, IndexError, TypeError):
        return None
