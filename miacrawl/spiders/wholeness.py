"""Pages that break off though the server said nothing: a length told too short, an application that died."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

_HEAD, _TAIL = 1024, 4096
_BEGINNINGS = (b"<!doctype html", b"<html")
_ENDS = (b"</html", b"</body")


def lacks_end(body: bytes) -> bool:
    """Whether an HTML document has a beginning but no end: no `</html>`, no `</body>` (HTML lets both be left out)."""
    head = body[:_HEAD].lower()
    if not any(tag in head for tag in _BEGINNINGS):
        return False
    tail = body[-_TAIL:].lower()
    return not any(tag in tail for tag in _ENDS)


@dataclass(slots=True)
class Wholeness:
    """Whether the pages of each site have ends, as far as this run has seen."""

    seen: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def is_cut_off(self, site: str, body: bytes) -> bool:
        """Whether a page of `site` breaks off: it has no end, and at least as many of its fellows have one as not."""
        whole = not lacks_end(body)
        self.seen[site, whole] += 1
        return not whole and self.seen[site, True] >= self.seen[site, False] - 1
