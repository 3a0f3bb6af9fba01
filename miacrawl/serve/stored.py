"""JSON as columns hold it. Whoever wrote it, reading it never fails."""

from __future__ import annotations

import json
from typing import Any


def strings(text: object) -> list[str]:
    """The items of a JSON array as text; none where it is something else."""
    found = _parsed(text)
    return [_text(item) for item in found if item not in (None, "")] if isinstance(found, list) else []


def pairs(text: object) -> dict[str, str]:
    """The members of a JSON object as text; none where it is something else."""
    found = _parsed(text)
    return {_text(name): _text(value) for name, value in found.items()} if isinstance(found, dict) else {}


def members(text: object) -> dict[str, Any]:
    """The members of a JSON object as they are; none where it is something else."""
    found = _parsed(text)
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    """As text that can be sent: JSON may write halves of characters."""
    return str(value).encode("utf-8", "replace").decode()


def records(text: object) -> list[dict[str, Any]]:
    """The objects of a JSON array; none where it is something else."""
    found = _parsed(text)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def counts(text: object) -> dict[str, int]:
    """The members of a JSON object that are whole numbers."""
    found = _parsed(text)
    if not isinstance(found, dict):
        return {}
    return {str(name): n for name, n in found.items() if isinstance(n, int) and not isinstance(n, bool)}


def _parsed(text: object) -> Any:
    try:
        return json.loads(str(text or "null"))
    except (ValueError, RecursionError):
        return None
