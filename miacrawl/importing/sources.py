"""Files to import from: paths, folders and patterns, and what is in WACZ packages. Nothing is ever unpacked to disk."""

from __future__ import annotations

import glob
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from miacrawl.errors import ConfigError
from miacrawl.warc.stream import Bytes

ENDINGS = (".warc", ".warc.gz", ".wacz", ".arc", ".arc.gz")
_MOST_GROWN, _GROWN_FROM = 300, 2**28


@dataclass(frozen=True, slots=True)
class Source:
    """A file of records. `name`: for people; `size`: bytes in it."""

    name: str
    file: Bytes
    size: int


def paths_in(given: Sequence[str]) -> list[Path]:
    """The files that arguments name, each once, in the order given, a folder's by name.

    Raises ConfigError for what does not exist, or holds no such file.
    """
    found: dict[Path, Path] = {}
    for text in given:
        path = Path(text)
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.name.lower().endswith(ENDINGS) and file.is_file())
            told = f"there is no WARC or WACZ file in {text} ({', '.join(ENDINGS)})"
        elif path.exists():
            files, told = [path], ""
        else:
            matching = glob.iglob(text, recursive=True)  # noqa: PTH207  patterns may begin at the root
            files = sorted(Path(name) for name in matching if Path(name).is_file())
            told = f"there is no {text}: give files, folders or patterns"
        if not files:
            raise ConfigError(told)
        for file in files:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def sources_in(path: Path, trouble: Callable[[str, str], None]) -> Iterator[Source]:
    """The files of records in `path`: itself, or those in a WACZ package. `trouble(name, told)`: what can't be read."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            if start == b"PK\x03\x04":
                yield from _packed(path, trouble)
                return
            file.seek(0)
            yield Source(str(path), file, path.stat().st_size)
    except OSError as error:
        trouble(str(path), f"it can't be read: {error.strerror or error}")


def _packed(path: Path, trouble: Callable[[str, str], None]) -> Iterator[Source]:
    try:
        package = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        trouble(str(path), f"it is no whole ZIP file: {error}")
        return
    with package:
        held = [one for one in package.infolist() if _is_record_file(one)]
        if not held:
            trouble(str(path), "it is no WACZ: it has no WARC file in its folder archive/")
        for one in held:
            name = f"{path}:{one.filename}"
            if one.file_size > _GROWN_FROM and one.file_size > _MOST_GROWN * max(1, one.compress_size):
                trouble(name, "it grows more than 300-fold when unpacked")
                continue
            with ExitStack() as stack:
                try:
                    file = stack.enter_context(package.open(one))
                except (RuntimeError, NotImplementedError, zipfile.BadZipFile, OSError) as error:
                    trouble(name, f"it can't be unpacked: {error}")
                    continue
                yield Source(name, _Unzipped(file), one.file_size)


def _is_record_file(one: zipfile.ZipInfo) -> bool:
    return one.filename.startswith("archive/") and one.filename.lower().endswith(ENDINGS) and not one.is_dir()


class _Unzipped:
    """A file in a package, whose damage is an OSError as that of any other file."""

    def __init__(self, file: Bytes) -> None:
        self.file = file

    def read(self, size: int, /) -> bytes:
        try:
            return self.file.read(size)
        except (zipfile.BadZipFile, EOFError, RuntimeError, ValueError) as error:
            raise OSError(str(error)) from error
        except Exception as error:
            if type(error).__module__ in ("zlib", "lzma"):
                raise OSError(str(error)) from error
            raise
