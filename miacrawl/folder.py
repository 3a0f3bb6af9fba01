"""An archive's folder made ready: the database and the Datasette configuration beside it."""

from __future__ import annotations

from pathlib import Path

from miacrawl.errors import StorageError
from miacrawl.serve.configuration import write_configuration
from miacrawl.store.archive import database_path, explain, open_archive


def make_ready(folder: Path) -> bool:
    """Make what is missing in `folder`; what is there stays. Returns whether the database is new.

    Raises StorageError where the folder can't be written or holds a file that is no archive.
    """
    new = not database_path(folder).exists()
    open_archive(folder).conn.close()
    try:
        write_configuration(folder)
    except OSError as error:
        raise StorageError(explain(error, folder)) from error
    return new
