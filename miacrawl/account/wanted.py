"""Whether a crawl would want an address, by all that can be said without asking for it."""

from __future__ import annotations

from miacrawl.account.robots import RobotsVerdict
from miacrawl.sites import profile_for
from miacrawl.store.account import TrapRow
from miacrawl.urls import looks_like_next_page, why_not_a_page


def why_unwanted(url: str, robots: RobotsVerdict, trap: TrapRow | None) -> str | None:
    """Reason in words why a crawl of its site would leave `url` out, or None."""
    if told := why_not_a_page(url):
        return told
    profile = profile_for(url)
    known_as_neither = profile and profile.is_article(url) is False and profile.is_listing(url) is False
    if profile and known_as_neither and not looks_like_next_page(url):
        return f"neither an article nor a listing of {profile.name}, by its address"
    if robots.obeyed and robots.allowed is False:
        return "forbidden by robots.txt"
    return f"looks like a trap: {trap.pattern}" if trap else None
