"""The configuration beside an archive, in the three files that Datasette's versions read, made from one source.

Datasette 0.65 reads settings.json, and metadata.yaml with the queries in it; 1.0 reads metadata.yaml, and
datasette.yaml with settings and queries. What tables and columns mean comes from the schema.

A file belongs to its user from the first change on. The YAML files start with a digest of their text: as long as it is
right nobody has changed them, and a newer miacrawl may bring them up to date. settings.json has no place for one and is
written only where it is missing.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from miacrawl.serve.archive import DATABASE
from miacrawl.serve.canned import SUBJECTS
from miacrawl.store.tables import TABLES, VIEWS, Table

SETTINGS: dict[str, int | bool] = {
    "default_page_size": 25,
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 400,
    "suggest_facets": False,
    "truncate_cells_html": 300,
    "num_sql_threads": 4,
    "cache_size_kb": 64000,
}
"""Settings that both versions know; Datasette does not start with one that it doesn't."""

_FACETS: dict[str, list[Any]] = {
    "articles": [{"tallied": "site"}, {"tallied": "section"}, {"tallied": "authors"}, {"tallied": "month"}],
    "urls": [{"tallied": "state"}, {"tallied": "site"}, {"tallied": "kind"}],
    "ledger_counts": ["kind", "state"],
    "runs": ["kind", "reason"],
    "hosts": ["robots_status"],
    "yields": ["site", "source"],
    "traps": ["site"],
    "alarms": ["site", "kind"],
}
"""What a table's page counts its rows by. Those that grow with the archive are counted when a reader asks for it
(miacrawl.serve.listing), or from kept counts (miacrawl.serve.tallied)."""
_SORT_DESC = {
    "articles": "published",
    "article_versions": "id",
    "warcs": "id",
    "captures": "id",
    "attempts": "id",
    "extractions": "id",
    "runs": "id",
    "urls": "id",
    "yields": "run_id",
    "coverage": "run_id",
    "alarms": "id",
}
_LABELS = {
    "articles": "title",
    "article_versions": "first_seen",
    "duplicates": "kind",
    "duplicates_due": "article_id",
    "signatures": "article_id",
    "signature_bands": "article_id",
    "signing": "method",
    "warcs": "name",
    "captures": "url",
    "attempts": "at",
    "extractions": "started",
    "tallies": "value",
    "bylines": "author",
    "ledger_counts": "state",
    "related_links": "title",
    "evidence": "value",
    "confidence": "field",
    "runs": "started",
    "urls": "url",
    "hosts": "origin",
    "yields": "source",
    "traps": "pattern",
    "coverage": "measure",
    "alarms": "explanation",
    "identity": "id",
    "states": "began",
    "changes": "subject",
    "shards": "name",
    "shard_sites": "site",
    "shard_rows": "subject",
    "merging": "shard_id",
}
_HIDDEN = frozenset(
    {
        *("duplicates_due", "signatures", "signature_bands", "signing"),
        *("identity", "states", "changes", "shard_rows", "merging"),
    }
)
"""For the program, not for readers: Datasette lists them last."""
_MARK = "# Made by miacrawl; change it as you like, and miacrawl leaves it alone. Digest of what follows: "


def write_configuration(folder: Path) -> list[Path]:
    """Write metadata.yaml, datasette.yaml and settings.json to `folder` where they are missing, or ours and outdated.

    Returns the files written. Raises OSError where the folder can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in files().items():
        path = folder / name
        if _may_write(path, text):
            path.write_text(text, "utf-8")
            written.append(path)
    return written


def files() -> dict[str, str]:
    """The text of each file by its name."""
    return {
        "metadata.yaml": _yaml(metadata()),
        "datasette.yaml": _yaml({"settings": SETTINGS, "databases": {DATABASE: {"queries": _queries()}}}),
        "settings.json": _json(SETTINGS),
    }


def metadata() -> dict[str, Any]:
    """Titles, and what every table and column means; for Datasette 0.65 the queries too."""
    return {
        "title": "Article archive",
        "description": "Articles as found on the web, with their related links and where each value came from.",
        "plugins": {"miacrawl": {}},
        "databases": {
            DATABASE: {
                "description": "Articles, the links between them, and what became of every address.",
                "tables": {
                    **{name: _table(name) for name in TABLES},
                    **{name: _described(view) for name, view in VIEWS.items()},
                    "_sqlite_migrations": {"hidden": True},
                },
                "queries": _queries(),
            }
        },
    }


def _described(table: Table) -> dict[str, Any]:
    return {"description": table.description, "columns": dict(table.columns)}


def _table(name: str) -> dict[str, Any]:
    table: dict[str, Any] = {
        **_described(TABLES[name]),
        "label_column": _LABELS[name],
    }
    if name in _FACETS:
        table |= {"facets": _FACETS[name], "facet_size": 12}
    if name in _SORT_DESC:
        table["sort_desc"] = _SORT_DESC[name]
    if name in _HIDDEN:
        table["hidden"] = True
    if name == "articles":
        table |= {"fts_table": "articles_fts", "fts_pk": "id"}
    return table


def _queries() -> dict[str, Any]:
    return {
        name: {
            "title": f"{subject}: {question.title}",
            "description": question.description,
            "description_html": question.description_html,
            "sql": question.sql.strip() + "\n",
        }
        for subject, group in SUBJECTS.items()
        for name, question in group.items()
    }


def _may_write(path: Path, text: str) -> bool:
    """Whether `path` is missing, or made by us, not changed since, and other than `text`."""
    if not path.exists():
        return True
    try:
        present = path.read_text("utf-8")
    except ValueError:
        return False
    head, _, rest = present.partition("\n")
    return present != text and head == _MARK + _digest(rest)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


# Written in C where PyYAML was built so: a tenth of the time, and every crawl writes the configuration.
_Base: type[yaml.SafeDumper] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_Base):  # type: ignore[misc, valid-type]
    """SQL as it is read: in lines."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out where it stands."""
        return True


def _lines(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _lines)


def _yaml(value: dict[str, Any]) -> str:
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return f"{_MARK}{_digest(text)}\n{text}"


def _json(value: dict[str, int | bool]) -> str:
    return json.dumps(value, indent=2) + "\n"
