"""What robots.txt says of an address, as it was last read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from protego import Protego

from miacrawl.account.robots_line import Rule, deciding_rule
from miacrawl.host import Robots


@dataclass(frozen=True, slots=True)
class RobotsVerdict:
    """`allowed`: None where robots.txt was not read; `rule`: what decides, None where no rule does or it is not known.

    `obeyed`: whether the archive's settings say that robots.txt is obeyed.
    """

    origin: str
    agent: str
    allowed: bool | None
    rule: Rule | None
    read_at: str | None
    status: int | None
    crawl_delay: float | None
    obeyed: bool


def origin_of(url: str) -> str:
    """Scheme and host of `url`, as robots.txt is kept under."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def verdict(robots: Robots | None, url: str, agent: str, *, obeyed: bool, most_rules: int) -> RobotsVerdict:
    """Judge `url` as the crawler does; `robots`: what was last read from its host.

    Of a file with more than `most_rules` for `agent` it is not told which decides.
    """
    origin = origin_of(url)
    if robots is None:
        return RobotsVerdict(origin, agent, None, None, None, None, None, obeyed)
    allowed = _parsed(robots.text).can_fetch(url, agent)
    rule = deciding_rule(robots.text, url, agent, most_rules)
    return RobotsVerdict(origin, agent, allowed, rule, robots.fetched_at, robots.status, robots.crawl_delay, obeyed)


@lru_cache(maxsize=8)
def _parsed(text: str) -> Protego:
    """A server is asked for many addresses of one host."""
    return Protego.parse(text)
