"""Gathers the account of an address from the archive, its settings and its profiles."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from miacrawl.account.account import Account, Stranger
from miacrawl.account.robots import origin_of, verdict
from miacrawl.account.wanted import why_unwanted
from miacrawl.config.effective import effective
from miacrawl.errors import ConfigError, StorageError
from miacrawl.sites import use_profiles_of
from miacrawl.store import account as stored
from miacrawl.store.archive import database_path, explain, open_existing
from miacrawl.store.clock import now
from miacrawl.store.hosts import known_robots
from miacrawl.store.nearby import nearest, sites_like
from miacrawl.store.traps import families_of
from miacrawl.urls import as_address, clean, site_of, url_key


def account_of(folder: Path, address: str) -> Account:
    """The account of `address` from the archive in `folder`.

    Raises ConfigError where it is no address, StorageError where there is no archive or it can't be read.
    """
    url, key, site = _read(address)
    db = open_existing(folder)
    try:
        use_profiles_of(folder)
        settings = effective(folder).settings
        agent = (settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"]).partition("/")[0].strip()
        return _gather(db, url, key, site, _Crawler(agent, settings.getbool("ROBOTSTXT_OBEY")))
    except sqlite3.Error as error:
        raise StorageError(explain(error, database_path(folder))) from error
    finally:
        db.conn.close()


@dataclass(frozen=True, slots=True)
class _Crawler:
    """Who asks for robots.txt, and whether it is obeyed."""

    agent: str
    obeys: bool


def _read(address: str) -> tuple[str, str, str]:
    """The address, its normal form and its site."""
    url = as_address(address.strip())
    try:
        if url:
            return clean(url), url_key(url), site_of(url)
    except ValueError:
        pass
    raise ConfigError(f"{address!r} is no address; give one as https://example.org/a-story")


def _gather(db: Database, url: str, key: str, site: str, crawler: _Crawler) -> Account:
    article_id = stored.article_at(db, key)  # asked first: an archive of an older miacrawl says so here
    ledger = stored.ledger_row(db, key)
    url = ledger.url if ledger else url
    article_id = ledger.article_id if ledger and ledger.article_id is not None else article_id
    article = stored.article_row(db, article_id) if article_id is not None else None
    attempts = stored.attempts_of(db, ledger.id) if ledger else stored.Attempts(0, (), ())
    last = attempts.last[-1].capture_id if attempts.last else None
    capture = stored.capture_row(db, last) or stored.latest_capture(db, key)
    robots = verdict(known_robots(db, origin_of(url)), url, crawler.agent, obeyed=crawler.obeys)
    trap = stored.trap_of(db, site, families_of(url))
    met = ledger is not None or article is not None or capture is not None
    return Account(
        url=url,
        key=key,
        site=site,
        at=now(),
        ledger=ledger,
        attempts=attempts,
        robots=robots,
        hold=stored.hold_of(db, origin_of(url), now()),
        trap=trap,
        hops=stored.hops_from(db, key),
        capture=capture,
        captures=stored.captures_count(db, key),
        article=article,
        is_own=article is not None and article.url_key == key,
        read_from=stored.capture_row(db, article.capture_id) if article else None,
        versions=stored.versions_of(db, article.id) if article else stored.Versions(0, (), ()),
        others=stored.other_addresses(db, article.id, key) if article else stored.OtherAddresses(0, ()),
        twins=stored.twins_of(db, article.id) if article else (),
        stranger=None if met else _stranger(db, url, key, site, why_unwanted(url, robots, trap)),
    )


def _stranger(db: Database, url: str, key: str, site: str, unwanted: str | None) -> Stranger:
    states = stored.states_of(db, site)
    sites = () if states else sites_like(db, site)
    return Stranger(states, nearest(db, key, site) if states else (), sites, unwanted)
