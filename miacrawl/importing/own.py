"""An archive's own WARC files, in the order of their runs: what a database is rebuilt from."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from miacrawl.importing.group import Group, groups
from miacrawl.importing.tally import Tally
from miacrawl.store.replay import IMPORTED
from miacrawl.urls import root_of, site_of
from miacrawl.warc import mending
from miacrawl.warc.foreign import Raw, records
from miacrawl.warc.writer import OPEN_SUFFIX

_NAME = re.compile(r"miacrawl-(\d{5,9})-\d{14}-\d+(?:-[0-9a-f]+)?\.warc\.gz")
_IMPORTED = f"description: {IMPORTED}\r\n".encode()
_RUN = re.compile(rb"^isPartOf: run (\d{1,9})(?: of ([0-9a-f]{1,64}))?\r?$", re.M)


@dataclass(slots=True)
class OwnRun:
    """What the files of one run tell of it.

    `archive`: the name of the one that it was a run of, "" where no file tells. `sites`: those that it visited, not
    only was led to, each with its home page. `imported`: from files of others.
    """

    number: int
    archive: str = ""
    files: list[Path] = field(default_factory=list)
    sites: dict[str, str] = field(default_factory=dict)
    imported: bool = False
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class _Told:
    """What a file says of the run that wrote it; `number`: None where it says nothing."""

    path: Path
    number: int | None
    archive: str
    imported: bool


def mend(folder: Path) -> None:
    """Give the files that nobody finished their names, cut after the last whole record. Raises OSError."""
    for name in mending.left_open(folder):
        places = mending.whole_records(folder, name)
        if not places:
            mending.drop(folder, name)
            continue
        mending.cut(folder, name, places[-1].offset + places[-1].length)
        mending.put_in_place(folder, name)


def bring(source: Path, folder: Path) -> None:
    """Have the WARC files of `source` in `folder`, too: linked where they are finished and the disk is the same.

    Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((*source.glob("*.warc.gz"), *source.glob(f"*.warc.gz{OPEN_SUFFIX}"))):
        target = folder / path.name
        if target.exists():
            continue
        if path.name.endswith(OPEN_SUFFIX):
            shutil.copy2(path, target)  # it is cut where it is mended
            continue
        try:
            os.link(path, target)
        except OSError:
            shutil.copy2(path, target.with_name(f"{target.name}.part"))
            target.with_name(f"{target.name}.part").rename(target)


def runs_in(folder: Path, tally: Tally) -> list[OwnRun]:
    """The runs whose files are in `folder`; files that tell of none are runs of their own, after the others.

    Runs keep their numbers, unless they were of several archives (shards that were merged) and some had the same: then
    all are numbered in the order in which they began.
    """
    found = _by_number_and_archive([_told_by(path) for path in mending.warc_files(folder)])
    for run in found:
        _look_over(run, tally)
    if len({run.number for run in found}) < len(found):
        found.sort(key=lambda run: (run.first, run.number, run.archive))
        for number, run in enumerate(found, 1):
            run.number = number
    return sorted(found, key=lambda run: run.number)


def _by_number_and_archive(files: Sequence[_Told]) -> list[OwnRun]:
    archives: dict[int, set[str]] = {}
    for told in files:
        if told.number is not None and told.archive:
            archives.setdefault(told.number, set()).add(told.archive)
    last = max((told.number for told in files if told.number is not None), default=0)
    found: dict[tuple[int, str], OwnRun] = {}
    for told in files:
        number, archive = told.number, told.archive
        if number is None:
            last = number = last + 1
        elif not archive and len(known := archives.get(number, set())) == 1:
            (archive,) = known  # its first record is damaged, or from before it said so
        run = found.setdefault((number, archive), OwnRun(number, archive))
        run.files.append(told.path)
        run.imported |= told.imported
    return list(found.values())


def groups_of(path: Path, tally: Tally) -> Iterator[Group]:
    """The visits in a file. What can't be read is told."""

    def counted() -> Iterator[Raw]:
        with path.open("rb") as file:
            for raw in records(file, lambda told, offset: tally.trouble(path.name, told, offset)):
                tally.records += 1
                if raw.kind in ("response", "revisit", "conversion") and raw.length is None:
                    tally.trouble(path.name, "a record is not packed by itself", raw.offset)
                    continue
                yield raw

    yield from groups(counted(), path.name, lambda reason, offset: tally.pass_over(reason), own=True)


def _told_by(path: Path) -> _Told:
    with path.open("rb") as file:
        first = next(records(file, lambda told, offset: None), None)
    if first is not None and first.kind == "warcinfo" and (told := _RUN.search(first.block)):
        return _Told(path, int(told[1]), (told[2] or b"").decode(), _IMPORTED in first.block)
    named = _NAME.fullmatch(path.name)
    return _Told(path, int(named[1]) if named else None, "", imported=named is None)


def _look_over(run: OwnRun, tally: Tally) -> None:
    """Find the sites of a run and when it was, before it is told."""
    quiet = Tally()
    for path in run.files:
        for group in groups_of(path, quiet):
            stored = group.answer.stored
            run.first = min(run.first or stored.date, stored.date)
            run.last = max(run.last, stored.date)
            html = (stored.header("Content-Type") or "text/html").startswith(("text/html", "application/xhtml"))
            if not group.redirects and html:
                run.sites.setdefault(site_of(stored.url), root_of(stored.url))
