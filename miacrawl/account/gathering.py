"""Gathers the account of an address from an archive's tables and the profiles in use."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from miacrawl.account.account import Account, Stranger
from miacrawl.account.robots import origin_of, verdict
from miacrawl.account.wanted import why_unwanted
from miacrawl.errors import ConfigError
from miacrawl.store import account as stored
from miacrawl.store.clock import now
from miacrawl.store.hosts import known_robots
from miacrawl.store.nearby import THOROUGH, Effort, nearest, sites_like
from miacrawl.store.traps import families_of
from miacrawl.urls import as_address, clean, site_of, url_key


@dataclass(frozen=True, slots=True)
class Crawler:
    """Who asks for robots.txt, and whether it is obeyed."""

    agent: str
    obeys: bool


def account_of(db: Database, address: str, crawler: Crawler, effort: Effort = THOROUGH) -> Account:
    """The account of `address` from `db`. `effort`: how hard to look for what an unknown address is like.

    Raises ConfigError where it is no address, sqlite3.Error where the archive can't be read.
    """
    return _gather(db, _read(address), crawler, effort)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The address, its normal form and its site."""

    url: str
    key: str
    site: str


def _read(address: str) -> _Asked:
    url = as_address(address.strip())
    try:
        if url:
            return _Asked(clean(url), url_key(url), site_of(url))
    except ValueError:
        pass
    raise ConfigError(f"{address!r} is no address; give one as https://example.org/a-story")


def _gather(db: Database, asked: _Asked, crawler: Crawler, effort: Effort) -> Account:
    url, key, site = asked.url, asked.key, asked.site
    article_id = stored.article_at(db, key)  # asked first: an archive of an older miacrawl says so here
    ledger = stored.ledger_row(db, key)
    url = ledger.url if ledger else url
    article_id = ledger.article_id if ledger and ledger.article_id is not None else article_id
    article = stored.article_row(db, article_id) if article_id is not None else None
    attempts = stored.attempts_of(db, ledger.id) if ledger else stored.Attempts(0, (), ())
    last = attempts.last[-1].capture_id if attempts.last else None
    capture = stored.capture_row(db, last) or stored.latest_capture(db, key)
    known = known_robots(db, origin_of(url))
    robots = verdict(known, url, crawler.agent, obeyed=crawler.obeys, most_rules=effort.rules)
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
        stranger=None if met else _stranger(db, asked, why_unwanted(url, robots, trap), effort),
    )


def _stranger(db: Database, asked: _Asked, unwanted: str | None, effort: Effort) -> Stranger:
    states = stored.states_of(db, asked.site)
    sites = () if states else sites_like(db, asked.site)
    return Stranger(states, nearest(db, asked.key, asked.site, effort=effort) if states else (), sites, unwanted)
