"""Pages that break off though the server said nothing: a length told too short, an application that died."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from miacrawl.urls import site_of

_HEAD, _TAIL = 1024, 4096
_FOLDERS = 10_000
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
    """Whether the pages of each site have ends, as far as this run has seen.

    A folder's pages are made alike, and not always as those of the next: each is counted for itself.
    """

    seen: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def is_cut_off(self, url: str, body: bytes) -> bool:
        """Whether the page at `url` breaks off: it has no end, and at least as many of its fellows have one as not."""
        whole = not lacks_end(body)
        folder = site_of(url) + urlsplit(url).path.rstrip("/").rpartition("/")[0]
        if len(self.seen) < _FOLDERS or (folder, whole) in self.seen:
            self.seen[folder, whole] += 1
        return not whole and self.seen[folder, True] >= self.seen[folder, False] - 1
