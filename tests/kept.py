"""Records and exchanges for tests of what is kept: made, appended, read back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from miacrawl.exchange import Exchange
from miacrawl.warc.member import unpack, whole_members
from miacrawl.warc.mending import warc_files
from miacrawl.warc.reading import MAX_RECORD_BYTES

BEGAN = datetime(2026, 3, 30, 8, 1, 2, tzinfo=UTC)


def exchange(
    url: str = "http://a.example/story",
    body: bytes = b"<h1>A story</h1>",
    head: bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
    *,
    status: int = 200,
    request: bytes = b"GET /story HTTP/1.1\r\nHost: a.example\r\n\r\n",
    began: datetime = BEGAN,
) -> Exchange:
    """An exchange, usual but for what is given."""
    return Exchange(url, began, status, request, head, body, "127.0.0.1")


def records_in(path: Path) -> list[tuple[dict[str, str], bytes]]:
    """Each record of a file as it stands: its own headers by name, and its block."""
    data, found = path.read_bytes(), []
    with path.open("rb") as file:
        members = whole_members(file.read)
    assert sum(length for _, length in members) == len(data), f"{path} has something between or behind its records"
    for offset, length in members:
        head, _, block = unpack(data[offset : offset + length], MAX_RECORD_BYTES).partition(b"\r\n\r\n")
        lines = [line.partition(": ") for line in head.decode().split("\r\n")[1:]]
        assert block.endswith(b"\r\n\r\n")
        found.append(({name: value for name, _, value in lines}, block[:-4]))
    return found


def records(archive: Path) -> list[tuple[dict[str, str], bytes]]:
    """Those of all finished files of an archive."""
    return [record for path in warc_files(archive / "warc") for record in records_in(path)]


def block_of(archive: Path, url: str, kind: str = "response") -> bytes:
    """The block of the first record of `kind` of an address."""
    found = (block for told, block in records(archive) if told["WARC-Type"] == kind and told["WARC-Target-URI"] == url)
    return next(found)


def asked(archive: Path, sql: str, *parameters: object) -> list[Any]:
    """What a SELECT yields in the archive."""
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        return connection.execute(sql, parameters).fetchall()
