"""The path under which a proxy has the archive, where Datasette 0.65 writes it twice."""

from __future__ import annotations

from typing import Any

from miacrawl.serve.archive import DATABASE


def with_one_prefix(scope: dict[str, Any], base_url: str) -> dict[str, Any]:
    """The request in `scope`, with `base_url` once where it has it twice: so are links to a table's next page."""
    twice = f"{base_url}{base_url[1:]}{DATABASE}/"
    if base_url == "/" or not scope.get("path", "").startswith(twice):
        return scope
    spare = len(base_url) - 1
    raw = scope.get("raw_path")
    return {**scope, "path": scope["path"][spare:], **({"raw_path": raw[spare:]} if raw else {})}
