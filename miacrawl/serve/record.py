"""The records of captures, read for pages: within bounds, and in threads of their own, so that no other page waits."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from miacrawl.errors import StorageError
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.trouble import MISSING_STATUS, PageError
from miacrawl.store.capture import FOLDER
from miacrawl.store.rereading import StoredPage, stored_page
from miacrawl.warc.block import http_head, record_headers
from miacrawl.warc.member import Oversize, beginning
from miacrawl.warc.neighbour import request_behind
from miacrawl.warc.reading import MAX_RECORD_BYTES, Stored, raw, record_in, unpacked
from miacrawl.warc.writer import Place, path_of

GONE_STATUS = 410
MAX_SHOWN_BYTES = 8 * 2**20
"""Of a body when unpacked: a larger one is not shown."""
_MAX_UNPACKED = 2 * MAX_SHOWN_BYTES
_MOST_HEAD = 2**17
T = TypeVar("T")
_threads = ThreadPoolExecutor(2, thread_name_prefix="captures")


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands in the file of a capture.

    `head`, `request`: of the answer and the request as they came over the wire; b"" where there is none. `page`: what
    is to be shown, None where there is nothing or it can't be had; `missing` says then why.
    """

    head: bytes
    request: bytes
    page: StoredPage | None
    missing: str = ""


async def aside(work: Callable[..., T], *arguments: object) -> T:
    """What `work` returns, done in a thread."""
    return await asyncio.get_running_loop().run_in_executor(_threads, work, *arguments)


def warcs_of(database: Any) -> Path:
    """Where the files are: beside the database that is served, wherever that was moved. Raises PageError."""
    if not database.path:
        raise PageError("This archive has no files", "It is read from memory: captures stand in files beside it.", 410)
    return Path(database.path).absolute().parent / FOLDER


def place_of(row: Row) -> Place:
    """Where the record of a capture is. Raises PageError where what the archive says of it can't be."""
    name, offset, length = row["file"], row["offset"], row["length"]
    named = isinstance(name, str) and Path(name).name == name and name not in ("", ".", "..") and "\\" not in name
    if not named or "\0" in name:
        raise _unreadable(row, f"the archive says that it is in {str(name)[:200]!r}, which is no name of a file there")
    placed = isinstance(offset, int) and isinstance(length, int) and 0 <= offset < 2**62
    if not placed or not 0 < length <= MAX_RECORD_BYTES:
        raise _unreadable(row, f"the archive says that it is at {offset}, {length} bytes long, which can't be")
    return Place(name, offset, length)


def present(folder: Path, row: Row) -> Place:
    """`place_of`, in a file that is there. Raises PageError."""
    place = place_of(row)
    path = path_of(folder, place.file)
    if path.is_file() or path_of(folder, place.file).is_file():  # it may have got its name just now
        return place
    raise PageError(
        "The file of this capture is missing",
        f"Its record is in {FOLDER}/{place.file}, at {place.offset:,}, and that file is not in the archive's folder. "
        "Put it back from a copy; the command below tells what else is missing.",
        GONE_STATUS,
        "miacrawl verify DIR",
    )


def read(folder: Path, chain: Sequence[Row]) -> Kept:
    """The record of the first of `chain` (see `queries.captures.chain`), and the page in it. Raises PageError."""
    row = chain[0]
    place = present(folder, row)
    try:
        data, stored = _record(folder, row, place)
    except Oversize as error:
        return Kept(_head_of(folder, row, place), b"", None, _too_large(error, folder))
    head, request = http_head(data) if stored.status is not None else b"", b""
    with contextlib.suppress(OSError):  # cut behind the answer: that is what can be shown
        behind = request_behind(folder, place, record_headers(data))
        request = http_head(behind.data) if behind else b""
    page, missing = _page(folder, chain, stored)
    return Kept(head[:_MOST_HEAD], request[:_MOST_HEAD], page, missing)


def _head_of(folder: Path, row: Row, place: Place) -> bytes:
    """The head of the answer in a record that is too large to be read whole. Raises PageError."""
    try:
        packed = raw(folder, Place(place.file, place.offset, min(place.length, _MOST_HEAD)))
        return http_head(beginning(packed, _MOST_HEAD))
    except StorageError as error:
        raise unreadable(row, error, folder) from error


def _page(folder: Path, chain: Sequence[Row], stored: Stored) -> tuple[StoredPage | None, str]:
    """The page of a record, or why there is none to be shown."""
    bodied = stored
    if stored.kind == "revisit":
        if len(chain) < 2:
            return None, "The answer says that its page is that of an earlier one, which is not in this archive."
        try:
            _, bodied = _record(folder, chain[1], present(folder, chain[1]))
        except Oversize as error:
            return None, _too_large(error, folder)
        except PageError as error:
            return None, f"The page is that of capture {chain[1]['id']}, which can't be read. {error.advice}"
    try:
        return stored_page(stored, bodied, MAX_SHOWN_BYTES), ""
    except StorageError as error:
        return None, f"It can't be shown: {_said(error, folder)}."


def _record(folder: Path, row: Row, place: Place) -> tuple[bytes, Stored]:
    """A record, unpacked and read. Raises PageError, and Oversize where it is sound as far as can be seen."""
    where = f"{FOLDER}/{place.file}, offset {place.offset:,}"
    try:
        if place.length > _MAX_UNPACKED:  # and no smaller when unpacked: some hundred MB would be read in vain
            raise Oversize(f"{where}: a record of over {_MAX_UNPACKED // 2**20:,} MB")
        data = unpacked(raw(folder, place), where, _MAX_UNPACKED)
        return data, record_in(data, where)
    except Oversize:
        raise
    except StorageError as error:
        raise unreadable(row, error, folder) from error


def _too_large(error: Oversize, folder: Path) -> str:
    return f"It is too large to be shown: {_said(error, folder)}."


def _said(error: Exception, folder: Path) -> str:
    """What was wrong, without telling where on this machine the archive is."""
    return str(error).replace(str(folder), FOLDER)


def unreadable(row: Row, error: StorageError | OSError, folder: Path) -> PageError:
    """A record could not be read, for what `error` says."""
    return _unreadable(row, _said(error, folder))


def _unreadable(row: Row, why: str) -> PageError:
    return PageError(
        "This capture can't be read",
        f"Of capture {row['id']} the archive knows where its record should be, but: {why}. "
        "The command below tells what else is damaged, and what can be done.",
        GONE_STATUS,
        "miacrawl verify DIR",
    )


def body_of(folder: Path, chain: Sequence[Row]) -> StoredPage:
    """The body of a capture, unpacked. Raises PageError where there is none that can be had."""
    kept = read(folder, chain)
    if kept.page is None:
        raise PageError("There is no body to be had", kept.missing, GONE_STATUS)
    return kept.page


def no_capture() -> PageError:
    """There is no capture of the number that was asked for."""
    told = "This archive holds no capture of that number. It may have been in another archive, or its record was lost."
    return PageError("No such capture", told, MISSING_STATUS)
