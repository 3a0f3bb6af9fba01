"""Settings that hold components by name: theirs are merged into ours, and ours stay as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from miacrawl.config.known import our_defaults
from miacrawl.strict_yaml import Value

COMPONENTS = (
    "ADDONS",
    "DOWNLOADER_MIDDLEWARES",
    "EXTENSIONS",
    "ITEM_PIPELINES",
    "SPIDER_CONTRACTS",
    "SPIDER_MIDDLEWARES",
)
"""Mappings of an import path to an order; null takes the component out."""
HANDLERS = "DOWNLOAD_HANDLERS"
GUARDED_HANDLER = "miacrawl.fetch.handler.BoundedHandler"
"""The one that refuses private addresses by the resolver and once more when connected, and bounds what comes."""
_PATH = re.compile(r"[A-Za-z_]\w{0,100}(?:\.[A-Za-z_]\w{0,100}){1,20}")


def orders(value: Value, name: str) -> dict[str, int | None]:
    """The components of `name` that a user gave, each with its order. Raises ConfigError for ours, and what is none."""
    ours = our_defaults().get(name) or {}
    found: dict[str, int | None] = {}
    for path, order in value.mapping().items():
        if not _PATH.fullmatch(path):
            order.fail("is no component's import path; write it as in package.module.Class")
        if path in ours:
            order.fail("is miacrawl's to place, for safety or for the archive; leave it out")
        found[path] = None if order.is_null() else order.whole()
    return found


def handlers(value: Value) -> dict[str, str | None]:
    """The download handlers that a user gave. Raises ConfigError where one would go past the guard on addresses."""
    found: dict[str, str | None] = {}
    for scheme, handler in value.mapping().items():
        path = None if handler.is_null() else handler.text()
        if path is not None and (scheme not in ("http", "https") or path != GUARDED_HANDLER):
            handler.fail(
                f"{path!r} can't be used: only http and https are fetched, by a handler that refuses private addresses "
                f"({GUARDED_HANDLER}); leave it out"
            )
        found[scheme] = path
    return found


def merged(name: str, before: Any, given: Any) -> Any:
    """A setting's value when `given` comes on top of `before`: for components and handlers both, else `given`.

    Ours come last, so that another name for the same component does not win over it.
    """
    if name not in (*COMPONENTS, HANDLERS):
        return given
    ours: Mapping[str, Any] = our_defaults().get(name) or {}
    both = {**dict(before or {}), **given}
    return {**{path: order for path, order in both.items() if path not in ours}, **ours}
