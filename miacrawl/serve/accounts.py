"""The account of an address, read from the archive that Datasette serves: in its threads, within its time limit."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from miacrawl.account.account import Account
from miacrawl.account.gathering import Crawler, account_of
from miacrawl.account.robots import RobotsVerdict
from miacrawl.errors import ConfigError
from miacrawl.serve.archive import time_limit
from miacrawl.serve.stated import stated
from miacrawl.serve.trouble import trouble_of
from miacrawl.sites import FOLDER, use_profiles_of
from miacrawl.store.account import Attempts, Versions
from miacrawl.store.nearby import QUICK

PARTS = ("attempts", "captures", "article_versions", "duplicates", "traps", "hosts", "runs")
"""Tables that an account has parts from, beside the ledger and the articles."""


async def account(datasette: Any, database: Any, address: str) -> Account | None:
    """The account of `address`; None where it is no address. Raises PageError where it can't be had."""
    _use_profiles(database)
    said = stated(database)
    crawler = Crawler(said.agent, said.obeys)

    def gather(connection: sqlite3.Connection) -> Account:
        with time_limit(connection, datasette.setting("sql_time_limit_ms")):
            db = Database(connection, recursive_triggers=False, execute_plugins=False)
            return account_of(db, address, crawler, QUICK)

    try:
        found: Account = await database.execute_fn(gather)
    except ConfigError:
        return None
    except sqlite3.Error as error:
        raise trouble_of(error) from error
    return found


def visible(told: Account, hidden: set[str]) -> Account:
    """`told` without what is from tables of PARTS that the reader may not see."""
    changes: dict[str, Any] = {}
    if "attempts" in hidden:
        changes["attempts"] = Attempts(0, (), ())
    if "captures" in hidden:
        changes |= {"capture": None, "captures": 0, "read_from": None, "hops": ()}
    if "article_versions" in hidden:
        changes["versions"] = Versions(0, (), ())
    if "duplicates" in hidden:
        changes["twins"] = ()
    if "traps" in hidden:
        changes["trap"] = None
    if "runs" in hidden and told.ledger:
        changes["ledger"] = replace(told.ledger, discovered_run_kind=None)
    if "hosts" in hidden:
        unread = RobotsVerdict(told.robots.origin, told.robots.agent, None, None, None, None, None, told.robots.obeyed)
        changes |= {"hold": None, "robots": unread}
    return replace(told, **changes)


def _use_profiles(database: Any) -> None:
    """The archive's own profiles say which addresses a crawl would want."""
    if database.path:
        folder = Path(database.path).parent
        _put_to_use(folder, _changed(folder / FOLDER))


def _changed(folder: Path) -> tuple[tuple[str, int], ...]:
    with suppress(OSError):
        return tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.iterdir()))
    return ()


@lru_cache(maxsize=1)
def _put_to_use(folder: Path, changed: tuple[tuple[str, int], ...]) -> None:
    """Once for each state of the folder; a profile that can't be used is the crawler's to complain of."""
    with suppress(ConfigError, OSError):
        use_profiles_of(folder)
