"""The account of an address from an archive's folder: its tables, its settings and its own profiles."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from miacrawl.account.account import Account
from miacrawl.account.gathering import Crawler, account_of
from miacrawl.config.effective import effective
from miacrawl.errors import StorageError
from miacrawl.sites import use_profiles_of
from miacrawl.store.archive import database_path, explain, open_existing


def account_in(folder: Path, address: str) -> Account:
    """The account of `address` from the archive in `folder`.

    Raises ConfigError where it is no address, StorageError where there is no archive or it can't be read.
    """
    db = open_existing(folder)
    try:
        use_profiles_of(folder)
        settings = effective(folder).settings
        agent = (settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"]).partition("/")[0].strip()
        return account_of(db, address, Crawler(agent, settings.getbool("ROBOTSTXT_OBEY")))
    except sqlite3.Error as error:
        raise StorageError(explain(error, database_path(folder))) from error
    finally:
        db.conn.close()
