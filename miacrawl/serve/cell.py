"""Cells of Datasette's tables that are more than text: titles to read, addresses, names, rules."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from miacrawl.serve.link import REL, outside
from miacrawl.serve.stored import strings

ARTICLE_COLUMNS = ("article", "article_id", "target_id")
"""Columns of query results that hold an article's number."""


def shown_cell(row: Any, value: Any, column: str, table: str | None, datasette: Any) -> Markup | None:
    """The HTML of a cell, or None for Datasette's own way of showing it."""
    if table == "articles" and column == "title":
        return _article_link(_value(row, "id"), value or "Untitled article", datasette)
    if table == "articles" and column in ("authors", "flags"):
        return escape(", ".join(strings(value))) or Markup("&nbsp;")
    if table == "articles" and column == "read_minutes" and isinstance(value, int):
        return Markup("{}&nbsp;min").format(value)
    if table is None and column in ARTICLE_COLUMNS and isinstance(value, int):
        return _article_link(value, value, datasette)
    if isinstance(value, str) and len(value) < 4000 and (address := outside(value)):
        shown = address if len(address) <= 80 else f"{address[:79]}…"
        return Markup('<a href="{}" rel="{}">{}</a>').format(address, REL, shown)
    return None


def _article_link(article_id: object, text: object, datasette: Any) -> Markup | None:
    if not isinstance(article_id, int):
        return None
    return Markup('<a href="{}">{}</a>').format(datasette.urls.path(f"/article/{article_id}"), text)


def _value(row: Any, name: str) -> object:
    try:
        return row[name]
    except (KeyError, IndexError, TypeError):
        return None
