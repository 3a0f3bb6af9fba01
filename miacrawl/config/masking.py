"""Secrets in settings made unreadable before they are shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MASK = "***"
_SECRET = frozenset("PASS PASSWORD PASSWD SECRET TOKEN KEY CREDENTIALS AUTHORIZATION AUTH COOKIE APIKEY".split())
_PLACE = frozenset(("DSN", "STORE"))
_HOOK = frozenset(("WEBHOOK", "HOOK", "FINISH"))
_WORDS = re.compile(r"[^A-Za-z0-9]+")
_USER = re.compile(r"(?<=://)[^/\s?#]*@")
_IN_TEXT = re.compile(r"(?i)\b(password|passwd|pwd|secret|token|key)(\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&;]+)")
_BEHIND_HOST = re.compile(r"(?<=://)([^/\s?#]*)[/?#]\S+")


def masked(name: str, value: Any) -> Any:
    """`value` of the setting `name` as it may be shown.

    Hidden are: what has a name like PASSWORD, TOKEN or KEY, or stands in a mapping under one (Authorization, Cookie);
    user and password in addresses; what follows "password=" in one, or in a database's DSN; and of a webhook's address
    all behind the host, since that is its secret.
    """
    words = frozenset(_WORDS.split(name.upper()))
    if words & _SECRET:
        return MASK if value not in (None, "", (), [], {}) else value
    if isinstance(value, Mapping):
        return {_shown(str(key)): masked(f"{_last(words)}_{key}", one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [masked(name, one) for one in value]
    if not isinstance(value, str):
        return value
    value = _IN_TEXT.sub(rf"\1\2{MASK}", _shown(value)) if words & _PLACE else _shown(value)
    return _BEHIND_HOST.sub(rf"\1/{MASK}", value) if words & _HOOK else value


def _shown(text: str) -> str:
    return _USER.sub(f"{MASK}@", text)


def _last(words: frozenset[str]) -> str:
    """What of a setting's name still tells of its entries."""
    return "_".join(sorted(words & _HOOK))
