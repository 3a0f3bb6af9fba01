"""WACZ 1.1.1: captures, an index of them and a list of pages in one ZIP file, for replay in a browser.

WARC files that are wanted whole are copied as they are; of others, and of those that are still written, the records
that the archive knows of: warcinfo, answers, and the requests that belong to them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from miacrawl import __version__
from miacrawl.errors import StorageError
from miacrawl.export import members
from miacrawl.export.cdxj import INDEX_NAME, blocks, head_of_blocks, line_of, line_of_block, sort_keys
from miacrawl.export.package import Package
from miacrawl.store import packing
from miacrawl.store.capture import FOLDER
from miacrawl.store.exporting import Wanted
from miacrawl.store.packing import Source
from miacrawl.warc.writer import path_of

VERSION = "1.1.1"
_ENDING = ".warc.gz"


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes in. `whole`: whole files, not picked records; `captures`: how many."""

    sources: tuple[Source, ...]
    whole: bool
    captures: int

    @property
    def unfinished(self) -> tuple[Source, ...]:
        """Files that are still being written."""
        return tuple(source for source in self.sources if not source.finished)

    def name_of(self, source: Source) -> str:
        """Name of a file in the package: one that is a part of the original says so."""
        return source.name if self.whole and source.finished else f"{source.name.removesuffix(_ENDING)}-part{_ENDING}"


@dataclass(frozen=True, slots=True)
class Told:
    """What a package says of itself. `text`: whether its list of pages holds their texts, to be searched."""

    title: str
    description: str
    moment: datetime
    text: bool = False


def plan(db: Database, folder: Path, wanted: Wanted) -> Plan:
    """What of the archive in `folder` goes into a package. Raises StorageError where a file of it is missing."""
    packing.prepare(db)
    whole = wanted.everything
    captures = 0 if whole else packing.pick(db, wanted)
    sources = tuple(packing.sources(db, picked=not whole))
    for source in sources:
        if Path(source.name).name != source.name:
            raise StorageError(f"the archive speaks of a WARC file {source.name!r}, which is no name of a file")
        path = path_of(folder / FOLDER, source.name)
        if not path.is_file():
            missing = folder / FOLDER / source.name
            told = f"{missing} is missing, and with it {source.captures:,} of the captures that were asked for"
            raise StorageError(f"{told}: put it back from a copy, or ask for others with --site, --since, --until")
    return Plan(sources, whole, captures or sum(source.captures for source in sources))


def write(out: BinaryIO, db: Database, folder: Path, planned: Plan, told: Told) -> int:
    """Write the package; how many pages it lists. Raises StorageError where a WARC file can't be read, and OSError."""
    with Package(out, told.moment) as package:
        for source in planned.sources:
            with (
                package.member(f"archive/{planned.name_of(source)}", stored=True) as member,
                _opened(folder / FOLDER, source.name) as file,
            ):
                _copy(file, source, db, planned, member)
        _index(package, db, planned)
        count = -1
        with package.member("pages/pages.jsonl") as member:
            for count, line in enumerate(_pages(db, planned, told)):  # noqa: B007 - the first is the head
                member.write(line.encode())
        _describe(package, told)
    return count


def _index(package: Package, db: Database, planned: Plan) -> None:
    """The index of captures, and the index of its blocks."""
    key, names = sort_keys(), {source.id: planned.name_of(source) for source in planned.sources}
    lines = packing.index(db, lambda entry: line_of(entry, key, names), picked=not planned.whole)
    of_blocks = [head_of_blocks()]
    with package.member(f"indexes/{INDEX_NAME}", stored=True) as member:
        for block in blocks(lines):
            of_blocks.append(line_of_block(block, member.size))
            member.write(block.data)
    with package.member("indexes/index.idx") as member:
        for line in of_blocks:
            member.write(line.encode())


def _opened(folder: Path, name: str) -> BinaryIO:
    """A WARC file to read. It may be finished, and so renamed, between the look for its path and this."""
    try:
        try:
            return path_of(folder, name).open("rb")
        except FileNotFoundError:
            return path_of(folder, name).open("rb")
    except OSError as error:
        raise StorageError(f"{folder / name} can't be read: {error.strerror or error}") from error


def _copy(file: BinaryIO, source: Source, db: Database, planned: Plan, sink: members.Sink) -> None:
    """What is wanted of a file."""
    if planned.whole:
        size = file.seek(0, 2)
        if size < source.end:
            raise StorageError(f"{file.name} ends before its last capture does: a part of it is lost")
        end = size if source.finished else source.end + members.request_length(file, source.end)
        members.copy(file, 0, end, sink)
        return
    at = members.first_length(file)
    if at:
        members.copy(file, 0, at, sink)
    for capture_id, offset, length in packing.picked_in(db, source):
        members.copy(file, offset, length, sink)
        packing.place(db, capture_id, at)
        at += length
        if request := members.request_length(file, offset + length):
            members.copy(file, offset + length, request, sink)
            at += request


def _pages(db: Database, planned: Plan, told: Told) -> Iterator[str]:
    yield _json({"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": told.text})
    for page in packing.pages(db, picked=not planned.whole, text=told.text):
        line = {"id": page.id, "url": page.url, "ts": page.fetched_at, "title": page.title or page.url}
        yield _json({**line, "text": page.text} if page.text else line)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def _describe(package: Package, told: Told) -> None:
    """datapackage.json, and its digest beside it."""
    resources = [
        {"name": one.path.rpartition("/")[2].lower(), "path": one.path, "hash": one.digest, "bytes": one.size}
        for one in package.resources
    ]
    described = {
        "profile": "data-package",
        "wacz_version": VERSION,
        "title": told.title,
        "description": told.description,
        "created": f"{told.moment:%Y-%m-%dT%H:%M:%SZ}",
        "software": f"miacrawl {__version__}",
        "resources": resources,
    }
    with package.member("datapackage.json") as member:
        member.write(json.dumps(described, ensure_ascii=False, indent=2).encode())
    with package.member("datapackage-digest.json") as digest:
        digest.write(json.dumps({"path": "datapackage.json", "hash": member.digest}).encode())
