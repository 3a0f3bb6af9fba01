"""What can go wrong past one machine."""

from __future__ import annotations

from miacrawl.errors import StorageError


class DatabaseError(StorageError):
    """The cluster's database can't be reached, or does not do what it is asked."""


class StoreError(StorageError):
    """The store can't be reached, read or written, or a file in it is not what was put there."""


class OutdatedError(StorageError):
    """A shard, or the register, was made by a newer miacrawl than this one."""


class LostError(StorageError):
    """A site is not held any more: another worker may have it."""
