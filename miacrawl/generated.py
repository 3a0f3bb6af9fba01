"""Parts of documents that a program makes: what stands between two markers is made anew, the rest is left alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Generated:
    """Such a part: its markers, and its text as it is made today."""

    begin: str
    end: str
    text: str

    def put_into(self, document: str) -> str:
        """`document` with the part made anew. Raises ValueError where a marker is missing."""
        before, rest = document[: document.index(self.begin)], document[document.index(self.end) :]
        return f"{before}{self.begin}\n\n{self.text}\n{rest}"

    def bring_up_to_date(self, paths: Iterable[str]) -> None:
        """Do so in files. Raises ValueError, and OSError where one can't be read or written."""
        for path in map(Path, paths):
            path.write_text(self.put_into(path.read_text("utf-8")), "utf-8")
