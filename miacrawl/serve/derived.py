"""What is made of tables and tells what they hold: only whoever may read those may read it, whatever is said of it."""

from __future__ import annotations

_INDEX = "articles_fts"
_VIEWS = {"versions": ("articles", "article_versions")}
DERIVED = tuple(_VIEWS)
"""Those of which no Datasette knows by itself what they are made of; of the search index only 1.0 does."""


def sources_of(table: str) -> tuple[str, ...]:
    """The tables that `table` is made of; none where it is one itself. SQLite takes names in any case."""
    name = table.lower()
    if name == _INDEX or name.startswith(f"{_INDEX}_"):
        return ("articles",)
    return _VIEWS.get(name, ())
