"""The store: files under keys, in a folder that all machines share or wherever fsspec leads. None is ever changed."""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import UnsupportedOperation
from pathlib import Path
from typing import Any, BinaryIO

from miacrawl.cluster.errors import StoreError
from miacrawl.cluster.extra import module
from miacrawl.cluster.manifest import File
from miacrawl.config.masking import masked
from miacrawl.errors import ConfigError

MARK = "miacrawl-cluster.json"
_CHUNK = 2**22


@dataclass(frozen=True, slots=True)
class Store:
    """A file system of fsspec's, the folder in it, and the name to tell of it."""

    files: Any
    root: str
    told: str

    # --- whether it is the right one ---

    def mark(self, cluster: str) -> None:
        """Make the store this cluster's own. Raises ConfigError where it is another's, StoreError."""
        with self._explained("can't be written"):
            if not self.files.exists(self._path(MARK)):
                self.files.makedirs(self.root, exist_ok=True)
                self.files.pipe_file(self._path(MARK), json.dumps({"cluster": cluster}).encode())
        self.check(cluster)

    def check(self, cluster: str) -> None:
        """Raises ConfigError where the store is not this cluster's (a share that is not mounted), StoreError."""
        with self._explained("can't be read"):
            self._forget()
            there = self.files.exists(self._path(MARK))
            found = json.loads(self.files.cat_file(self._path(MARK))).get("cluster") if there else None
        if found is None:
            told = f"the store {self.told} has no {MARK}: is it mounted? If it is new, run miacrawl cluster init"
            raise StoreError(told)
        if found != cluster:
            raise ConfigError(f"the store {self.told} belongs to another cluster: give this one a folder of its own")

    # --- files ---

    def put(self, source: BinaryIO, name: str, key: str, *, pack: bool = False) -> File:
        """Copy what `source` holds to `key`, packed by gzip if asked for. Raises StoreError."""
        packer = _packer() if pack else None
        digest, size = hashlib.sha256(), 0
        with self._explained("can't be written"):
            self.files.makedirs(self._path(key).rpartition("/")[0], exist_ok=True)
            with self.files.open(self._path(key), "wb") as out:
                for chunk in _packed(source, packer):
                    out.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                out.flush()
                with suppress(AttributeError, UnsupportedOperation):
                    os.fsync(out.fileno())
            self._forget()
            there = self.files.info(self._path(key))["size"]
        if there != size:
            raise StoreError(f"the store {self.told} took {there} of {size} bytes of {key}: see that it has room")
        return File(name, key, size, digest.hexdigest())

    def get(self, file: File, target: Path, *, unpack: bool = False) -> None:
        """Bring a file to `target`. Raises StoreError where it is not what was put there, and OSError of `target`."""
        digest, size = hashlib.sha256(), 0
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16) if unpack else None
        with target.open("wb") as out:
            for chunk in self._chunks(file):
                digest.update(chunk)
                size += len(chunk)
                for part in _unpacked(chunk, unpacker):
                    out.write(part)
            out.flush()
            os.fsync(out.fileno())
        if (size, digest.hexdigest()) != (file.size, file.sha256):
            target.unlink()
            raise StoreError(f"{file.key} in the store {self.told} is not what was put there: it is damaged")

    def _chunks(self, file: File) -> Iterator[bytes]:
        with self._explained("can't be read"), self.files.open(self._path(file.key), "rb") as source:
            while chunk := source.read(_CHUNK):
                yield chunk

    def sweep(self, folder: str, before: int, needed: set[str]) -> int:
        """Remove what tokens before `before` put in a site's folder and nobody needs; how many files. Never raises."""
        removed = 0
        with suppress(Exception):
            self._forget()
            for path in self.files.ls(self._path(folder), detail=False):
                token = str(path).rstrip("/").rpartition("/")[2]
                if not token.isdigit() or int(token) >= before:
                    continue
                found = [str(one) for one in self.files.find(path)]
                left = [one for one in found if self._key(one, folder, token) not in needed]
                for one in left:
                    self.files.rm_file(one)
                removed += len(left)
                if len(left) == len(found):
                    with suppress(Exception):
                        self.files.rm(path, recursive=True)
        return removed

    @staticmethod
    def _key(path: str, folder: str, token: str) -> str:
        """The key of a file that was found under `folder`/`token`."""
        return f"{folder}/{token}/{path.rpartition(f'{folder}/{token}/')[2]}"

    def _path(self, key: str) -> str:
        return f"{self.root.rstrip('/')}/{key}"

    def _forget(self) -> None:
        """Others write too: what was listed before may no longer hold."""
        self.files.invalidate_cache()

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        try:
            yield
        except StoreError:
            raise
        except Exception as error:  # each of fsspec's file systems has errors of its own
            told = (str(error).strip().splitlines() or [""])[0] or type(error).__name__
            raise StoreError(f"the store {self.told} {what} ({type(error).__name__}: {told[:300]})") from error


def store_at(url: str) -> Store:
    """The store that a folder or URL names. Raises ConfigError where nothing installed leads there."""
    told = str(masked("MIACRAWL_CLUSTER_STORE", url))
    try:
        files, root = module("fsspec.core").url_to_fs(url if "://" in url else str(Path(url).absolute()))
    except (ImportError, ValueError) as error:
        raise ConfigError(f"the store {told} can't be used: {error}") from error
    except Exception as error:
        raise StoreError(f"the store {told} can't be reached ({type(error).__name__}: {error})") from error
    return Store(files, str(root), told)


def _packed(source: BinaryIO, packer: Any) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        if packer is None:
            yield chunk
        elif done := packer.compress(chunk):
            yield bytes(done)
    if packer is not None:
        yield bytes(packer.flush())


def _unpacked(chunk: bytes, unpacker: Any) -> Iterator[bytes]:
    """What is in a piece of a packed file, in pieces that memory can take; the piece itself without an unpacker."""
    if unpacker is None:
        yield chunk
        return
    while chunk:
        yield unpacker.decompress(chunk, _CHUNK)
        chunk = unpacker.unconsumed_tail


def _packer() -> Any:
    """A packer of gzip: isal's where there is one, several times as fast."""
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return isal_zlib.compressobj(1, isal_zlib.DEFLATED, zlib.MAX_WBITS | 16)
