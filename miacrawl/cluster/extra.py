"""What the cluster needs besides the base install: the extra `miacrawl[cluster]`."""

from __future__ import annotations

import importlib
from typing import Any

from miacrawl.errors import ConfigError

_MODULES = ("psycopg", "procrastinate", "fsspec")


def needed() -> None:
    """Raises ConfigError where a part of the extra is not installed."""
    for name in _MODULES:
        module(name)


def module(name: str) -> Any:
    """A module of the extra. Raises ConfigError where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ConfigError(f"the cluster needs {name}, which is not there: pip install 'miacrawl[cluster]'") from error
