"""A ZIP file whose members are written one after the other, each with its size and digest noted."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import IO, BinaryIO


@dataclass(frozen=True, slots=True)
class Resource:
    """A member: its path, "sha256:…" over its content, and the bytes of that."""

    path: str
    digest: str
    size: int


class Member:
    """A member that is being written. `size`: bytes so far."""

    def __init__(self, out: IO[bytes]) -> None:
        self.size = 0
        self._out = out
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Add some bytes."""
        self._out.write(data)
        self._digest.update(data)
        self.size += len(data)

    @property
    def digest(self) -> str:
        """Digest of what was written."""
        return f"sha256:{self._digest.hexdigest()}"


class Package:
    """Writes a ZIP file into `out`, which can be sought in. `moment`: what its members say of when they were made.

    Used in a `with` block, at whose end its directory is written.
    """

    def __init__(self, out: BinaryIO, moment: datetime) -> None:
        self.resources: list[Resource] = []
        self._moment = moment
        self._zip = zipfile.ZipFile(out, "w", allowZip64=True)

    @contextmanager
    def member(self, path: str, *, stored: bool = False) -> Iterator[Member]:
        """A member to write; `stored`: as it is, for what is packed already and is read from the middle."""
        # ZIP knows no time before 1980.
        info = zipfile.ZipInfo(path, max((1980, 1, 1, 0, 0, 0), self._moment.timetuple()[:6]))
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        # How large it will be is not known beforehand.
        with self._zip.open(info, "w", force_zip64=True) as out:
            member = Member(out)
            yield member
        self.resources.append(Resource(path, member.digest, member.size))

    def __enter__(self) -> Package:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        # After an error the file is of no use; left open, it would try to write its directory when it is forgotten.
        with suppress(OSError, ValueError) if kind else nullcontext():
            self._zip.close()
