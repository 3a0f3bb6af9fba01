"""What a shard is made of: its database, packed, and its WARC files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from miacrawl.cluster.errors import StoreError
from miacrawl.store.archive import DATABASE_NAME

PACKED = f"{DATABASE_NAME}.gz"
_NAME = re.compile(r"(?:archive\.db\.gz|warc/[\w.\-]{1,200})")


@dataclass(frozen=True, slots=True)
class File:
    """A file of a shard: its name in the shard, its key in the store, bytes and SHA-256 as they are there."""

    name: str
    key: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files` by name; `steps`: the migrations that made the database; `articles`: how many it holds."""

    files: Mapping[str, File]
    steps: tuple[str, ...]
    articles: int

    @classmethod
    def of(cls, files: Iterable[Mapping[str, Any]], steps: Iterable[str], articles: int) -> Manifest:
        """As it is read from the register. Raises StoreError where a name leads out of the shard's folder."""
        found = {file["name"]: File(file["name"], file["key"], int(file["size"]), file["sha256"]) for file in files}
        for name, file in found.items():
            if not _NAME.fullmatch(name) or ".." in name or ".." in file.key:
                raise StoreError(f"a shard's file is called {name!r}: nothing was fetched")
        return cls(found, tuple(steps), articles)

    @property
    def size(self) -> int:
        """Bytes of all files in the store."""
        return sum(file.size for file in self.files.values())

    def as_json(self) -> str:
        """The files as the register keeps them."""
        return json.dumps([asdict(file) for file in self.files.values()])
