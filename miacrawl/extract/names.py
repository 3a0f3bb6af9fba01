"""Tests of the names that pages give their elements (class, id, itemprop …), each name looked at once."""

from __future__ import annotations

import re
from functools import cached_property

_MAX_KNOWN = 20_000


class NamePattern:
    """A regular expression over names that remembers its answers: elements share few names, and so do pages."""

    def __init__(self, pattern: str, flags: re.RegexFlag = re.I) -> None:
        self._pattern = pattern
        self._flags = flags
        self._known: dict[str, bool] = {}

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._pattern, self._flags)

    def matches(self, name: str) -> bool:
        """Whether the expression is found in `name`."""
        known = self._known.get(name)
        if known is None:
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            known = self._known[name] = self._compiled.search(name) is not None
        return known
