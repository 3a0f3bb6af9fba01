"""A `Capture`: a record in a WARC file, as its row in the database tells of it."""

from __future__ import annotations

from dataclasses import dataclass

from miacrawl.warc.record import Kind
from miacrawl.warc.writer import Place

FOLDER = "warc"
"""Name of the folder in an archive that holds the files."""


@dataclass(slots=True)
class Capture:
    """A record that was appended. `id`: its row, None until it was told; `record_id`: WARC-Record-ID."""

    url: str
    kind: Kind
    fetched_at: str
    status: int | None
    content_type: str
    digest: str
    size: int
    place: Place
    headers: tuple[tuple[str, str], ...] = ()
    refers_to: Capture | int | None = None
    ip: str | None = None
    outcome: str | None = None
    id: int | None = None
    record_id: str = ""


def headers_in(head: bytes) -> tuple[tuple[str, str], ...]:
    """The headers in the head of an answer, names as they stand; what continues on a next line is joined."""
    found: list[tuple[str, str]] = []
    for line in head.decode("latin-1").replace("\r\n", "\n").split("\n")[1:]:
        name, sign, value = line.partition(":")
        if line[:1] in (" ", "\t") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        elif sign:
            found.append((name.strip(), value.strip()))
    return tuple(found)
