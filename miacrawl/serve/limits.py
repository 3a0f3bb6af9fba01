"""What readers of a public server may ask of it: Datasette's own settings, tighter than for oneself.

Datasette 0.65 forgets settings.json, and 1.0 the whole of datasette.yaml, as soon as one setting is given on the
command line. So whoever gives one there has to give all of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from miacrawl.errors import ConfigError

Value = int | bool | str

AT_MOST: dict[str, int] = {
    "sql_time_limit_ms": 2000,
    "facet_time_limit_ms": 200,
    "max_returned_rows": 500,
    "max_csv_mb": 10,
}
"""A smaller number in the archive's own settings stays; 0, which means no limit, does not."""

OFF = ("allow_download", "allow_csv_stream", "suggest_facets", "template_debug", "trace_debug")
SQL = "default_allow_sql"


def limited(present: Mapping[str, Value], *, allow_sql: bool) -> dict[str, Value]:
    """The settings of a public server whose archive comes with `present`."""
    least = {name: min(limit, int(present.get(name) or limit)) for name, limit in AT_MOST.items()}
    return {**present, **least, **dict.fromkeys(OFF, False), SQL: allow_sql}


def explained(settings: Mapping[str, Value], host: str, *, is_open: bool) -> list[str]:
    """What a public server with `settings` does, in lines for whoever starts it."""
    sql = "may be run by anyone (--allow-sql)" if settings[SQL] else "is not run; --allow-sql would let anyone run it"
    copies = "can be downloaded" if settings["allow_download"] else "can't be downloaded"
    reach = (
        f"It listens on {host}: whoever reaches that address reads the archive."
        if is_open
        else f"It listens on {host}, which only this machine reaches: for a proxy on it. Others: --host."
    )
    return [
        "This server is for readers you do not know:",
        f"  SQL of their own {sql}; ready-made questions, tables and search work.",
        f"  A question may take {settings['sql_time_limit_ms']} ms, a facet {settings['facet_time_limit_ms']} ms; "
        f"an answer has {settings['max_returned_rows']} rows at most.",
        f"  The database {copies}. Robots are told to stay out. Pages about this machine (/-/plugins …) are closed.",
        f"  {reach}",
        "  Nobody has to log in unless the archive's configuration says so: see docs/publishing.md.",
    ]


def of_settings_file(folder: Path) -> dict[str, Value]:
    """What settings.json, which Datasette 0.65 reads, says in `folder`. Raises ConfigError where it can't be read."""
    path = folder / "settings.json"
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} can't be read: {error}") from error
    return _table(found, path)


def of_configuration(path: Path | None) -> dict[str, Value]:
    """The settings in the configuration file that Datasette 1.0 reads. Raises ConfigError where it can't be read."""
    import yaml

    if path is None:
        return {}
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError(f"{path} can't be read: {error}") from error
    return _table(_table(found or {}, path).get("settings") or {}, path)


def configuration_file(folder: Path) -> Path | None:
    """The file in `folder` that Datasette 1.0 takes for its configuration."""
    present = (folder / name for name in ("datasette.json", "datasette.yaml", "datasette.yml"))
    return next(filter(Path.is_file, present), None)


def _table(found: object, path: Path) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise ConfigError(f"{path} holds no table of settings")
    return found
