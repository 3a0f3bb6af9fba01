"""An `Account` as text for people, on one screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from miacrawl.account import words
from miacrawl.account.account import Account, Stranger
from miacrawl.account.kept_words import article_lines, canonical, captures
from miacrawl.account.terse import moment, short
from miacrawl.printing import printable
from miacrawl.store.account import Attempt

_WIDTH = 100
_LABEL = 12


def as_text(account: Account) -> str:
    """What became of the address and why; times are UTC."""
    lines = [short(account.url)]
    for label, text in _told(account):
        lines += _wrapped(label, text)
    return "\n".join(map(printable, lines))


def _wrapped(label: str, text: str) -> list[str]:
    """`text` beside its label; what it has of lines stays, an address is never broken."""
    indent = " " * _LABEL
    wrapped = [
        one
        for part in text.split("\n")
        for one in textwrap.wrap(
            part, _WIDTH - _LABEL, break_long_words=False, break_on_hyphens=False, subsequent_indent="  "
        )
    ]
    return [f"{label if not number else '':<{_LABEL}}{one}" for number, one in enumerate(wrapped)] or [indent.rstrip()]


def _told(account: Account) -> Iterator[tuple[str, str]]:
    way = words.way_out(account)
    yield "outcome", words.outcome(account) + (f"\n{way}" if way else "")
    if account.stranger:
        yield from _stranger(account, account.stranger)
        return
    if account.ledger:
        yield "discovered", words.discovered(account)
    yield "robots.txt", words.robots(account)
    if account.hold:
        yield "held", words.held(account)
    if account.trap:
        yield "trap", words.trap(account)
    if visits := _visits(account):
        yield "visits", visits
    if redirects := words.redirects(account):
        yield "redirects", redirects
    if account.ledger and (account.ledger.found or account.ledger.kind != "page"):
        yield "led to", words.led_to(account)
    if account.article:
        yield "canonical", canonical(account)
    yield "capture", captures(account)
    if account.article:
        yield from article_lines(account)
    if account.ledger:
        yield "next", words.next_visit(account)


def _visits(account: Account) -> str:
    attempts = account.attempts
    if not attempts.count:
        return words.unlisted_visits(account)
    left_out = attempts.count - len(attempts.first) - len(attempts.last)
    lines = [*map(_attempt, attempts.first), *map(_attempt, attempts.last)]
    if left_out > 0:
        lines.insert(len(attempts.first), f"… {left_out} more …")
    return "\n".join(lines)


def _attempt(attempt: Attempt) -> str:
    status = f"HTTP {attempt.status}" if attempt.status is not None else "no answer"
    run = f"run {attempt.run_id}" if attempt.run_id is not None else ""
    told = f"{moment(attempt.at)}  {run:<8}{attempt.outcome:<10} {status}"
    return f"{told}  {short(attempt.reason, 100)}" if attempt.reason else told


def _stranger(account: Account, stranger: Stranger) -> Iterator[tuple[str, str]]:
    yield "site", words.site(account, stranger)
    if stranger.nearest:
        yield "known", "\n".join(map(words.neighbour, stranger.nearest))
    yield "robots.txt", words.robots(account)
    yield "to have it", words.to_have_it(account, stranger)
