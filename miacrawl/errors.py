"""Exit codes, and the errors that the command line turns into one line and a code."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit status means; the README lists them."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    CONFIG = 3
    LOCKED = 4
    NOTHING = 5
    PARTIAL = 6
    STORAGE = 7
    DRIFT = 8
    INTERRUPTED = 130


RUN_ENDED: Mapping[int, str] = {
    ExitCode.OK: "it ended well",
    ExitCode.CONFIG: "its configuration could not be used",
    ExitCode.NOTHING: "it found no article",
    ExitCode.PARTIAL: "it left work undone",
    ExitCode.STORAGE: "the archive could not be written",
    ExitCode.DRIFT: "a site has changed (see: miacrawl alarms)",
    ExitCode.INTERRUPTED: "it was interrupted; the next one goes on",
}
"""What a run's exit code says of how it ended; of any other, that it ended with an error."""


class MiacrawlError(Exception):
    """Something a user can act on: the message says what happened, to what, and what to do."""

    exit_code = ExitCode.UNEXPECTED


class ConfigError(MiacrawlError):
    """An address, option, site or setting that can't be used."""

    exit_code = ExitCode.CONFIG


class NotArchivedError(MiacrawlError):
    """Something was asked for that the archive does not hold."""

    exit_code = ExitCode.NOTHING


class ArchiveLockedError(MiacrawlError):
    """Another process writes to the archive."""

    exit_code = ExitCode.LOCKED


class StorageError(MiacrawlError):
    """The archive can't be read or written: a full disk, a damaged or foreign file, no permission."""

    exit_code = ExitCode.STORAGE


class PrivateAddressError(ConfigError):
    """A start address on this machine or a private network, without --allow-private."""
