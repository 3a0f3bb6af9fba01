"""An `Account` as text for people, on one screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from miacrawl.account.account import Account, Stranger
from miacrawl.cli.terse import moment, short
from miacrawl.cli.why_kept_text import article_lines, canonical, captures
from miacrawl.printing import printable
from miacrawl.store.account import Attempt
from miacrawl.store.nearby import Neighbour

_WIDTH = 100
_LABEL = 12
_SOURCES = {
    "start": "as a start page",
    "sitemap": "in a sitemap",
    "feed": "in a feed",
    "listing": "by a link",
    "related": "by a related link",
    "redirect": "by a redirect",
    "canonical": "by a canonical link",
    "guess": "where sitemaps usually are",
}
_WAYS_OUT = (
    ("off-site", "crawl its site to have it: miacrawl crawl {url}"),
    ("redirects off-site", "crawl the site that it leads to"),
    ("an empty shell that needs JavaScript", "set MIACRAWL_RENDER for the site in miacrawl.yaml"),
    ("looks like a trap", "a higher MIACRAWL_TRAP_LIMIT lets it be tried again"),
    ("more than", "a higher DEPTH_LIMIT lets it be fetched"),
)
"""What a user can do about a reason, by how that begins."""


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
    yield "outcome", _outcome(account)
    if account.stranger:
        yield from _stranger(account, account.stranger)
        return
    if account.ledger:
        yield "discovered", _discovered(account)
    yield "robots.txt", _robots(account)
    if account.hold:
        yield "held", f"the host is left alone until {moment(account.hold.until)}: {short(account.hold.reason)}"
    if account.trap:
        yield "trap", _trap(account)
    if visits := _visits(account):
        yield "visits", visits
    if redirects := _redirects(account):
        yield "redirects", redirects
    if account.ledger and (account.ledger.found or account.ledger.kind != "page"):
        yield "led to", _led_to(account)
    if account.article:
        yield "canonical", canonical(account)
    yield "capture", captures(account)
    if account.article:
        yield from article_lines(account)
    if account.ledger:
        yield "next", _next(account)


# --- what became of it ---


def _outcome(account: Account) -> str:
    if account.stranger:
        return "unknown: this archive has never met this address"
    ledger, article = account.ledger, account.article
    reason = short(ledger.reason) if ledger and ledger.reason else ""
    if article and account.is_own:
        told = f"archived as article {article.id}"
        if article.gone_since:
            told += f"; no longer at its address since {moment(article.gone_since)}: the last good version stays"
        elif ledger and ledger.state != "archived":
            told += f"; when last asked for: {ledger.state}{f', {reason}' if reason else ''}"
        return told
    if article:
        return f"archived as article {article.id}, which stands under another address"
    if ledger is None:
        return "not in the ledger, but fetched on the way to another address"
    words = {
        "pending": "not fetched yet",
        "followed": "read for its links, not archived",
        "gone": "not archived: no longer there",
        "failed": "not archived: it could not be had",
        "skipped": "not archived",
        "archived": "archived, but its article is not in the archive any more",
    }
    told = words.get(ledger.state, ledger.state)
    advice = next((way for begins, way in _WAYS_OUT if reason.startswith(begins)), "")
    advice = f"\n{advice.format(url=account.url)}" if advice else ""
    return f"{told}{f': {reason}' if reason and ':' not in told else f' ({reason})' if reason else ''}{advice}"


def _discovered(account: Account) -> str:
    ledger = account.ledger
    if ledger is None:
        return ""
    run = f"run {ledger.discovered_run_id}" if ledger.discovered_run_id is not None else "a run that is not known"
    kind = f" ({ledger.discovered_run_kind})" if ledger.discovered_run_kind else ""
    links = f", {ledger.depth} link{'s' if ledger.depth > 1 else ''} from a start page" if ledger.depth else ""
    told = f"{moment(ledger.discovered_at)} in {run}{kind}, {_SOURCES.get(ledger.source, ledger.source)}{links}"
    lastmod = f"; last modified there {short(ledger.lastmod, 40)}" if ledger.lastmod else ""
    return told + lastmod + (f"\non {short(ledger.referrer)}" if ledger.referrer else "")


def _robots(account: Account) -> str:
    robots = account.robots
    ignored = "" if robots.obeyed else "; ROBOTSTXT_OBEY is false: it is not obeyed"
    if robots.allowed is None:
        return f"not read yet from {robots.origin}{ignored}"
    rule = robots.rule
    which = f"by line {rule.line}, {short(rule.text, 60)!r} (of {rule.agent})" if rule else ""
    if robots.allowed:
        told = f"allows it {which}" if which else "allows it: no rule is against it"
    else:
        told = f"forbids it {which}".rstrip()
    status = f", HTTP {robots.status}" if robots.status not in (None, 200) else ""
    delay = f"; {robots.crawl_delay:g} s between requests" if robots.crawl_delay else ""
    return f"{told}; read {moment(robots.read_at)}{status}{delay}{ignored}"


def _trap(account: Account) -> str:
    trap = account.trap
    if trap is None:
        return ""
    return (
        f"{trap.visits} pages like {short(trap.pattern, 80)} led to nothing new; found out in run {trap.run_id},"
        f" {moment(trap.found_at)}"
    )


def _visits(account: Account) -> str:
    attempts, ledger = account.attempts, account.ledger
    if attempts.count:
        left_out = attempts.count - len(attempts.first) - len(attempts.last)
        lines = [*map(_attempt, attempts.first), *map(_attempt, attempts.last)]
        if left_out > 0:
            lines.insert(len(attempts.first), f"… {left_out} more …")
        return "\n".join(lines)
    if ledger is None or not ledger.attempts:
        return "none" if ledger and not ledger.attempts else ""
    status = f": HTTP {ledger.status}" if ledger.status else ""
    return f"{ledger.attempts}, the last on {moment(ledger.fetched_at)}{status} (visits were not kept one by one then)"


def _attempt(attempt: Attempt) -> str:
    status = f"HTTP {attempt.status}" if attempt.status is not None else "no answer"
    run = f"run {attempt.run_id}" if attempt.run_id is not None else ""
    told = f"{moment(attempt.at)}  {run:<8}{attempt.outcome:<10} {status}"
    return f"{told}  {short(attempt.reason, 100)}" if attempt.reason else told


def _redirects(account: Account) -> str:
    if account.hops:
        return "\n".join(f"{hop.status} to {short(hop.target)} ({moment(hop.fetched_at)})" for hop in account.hops)
    last = account.attempts.last[-1].final_url if account.attempts.last else None
    return f"ended at {short(last)}" if last else ""


def _led_to(account: Account) -> str:
    ledger = account.ledger
    if ledger is None or not ledger.found:
        return "no new address so far"
    when = f", the last on {moment(ledger.last_found_at)}" if ledger.last_found_at else ""
    return f"{ledger.found:,} new address{'es' if ledger.found > 1 else ''}{when}"


# --- what comes next ---


def _next(account: Account) -> str:
    ledger = account.ledger
    if ledger is None:
        return ""
    when = ledger.next_check
    if ledger.due:
        later = f", not before {moment(when)}" if when and when > account.at else ""
        return f"it waits to be fetched by the next run of its site{later}"
    if when is None:
        return "no visit is planned"
    return f"an update visits it from {moment(when)} on" if when > account.at else f"due since {moment(when)}"


def _stranger(account: Account, stranger: Stranger) -> Iterator[tuple[str, str]]:
    if stranger.states:
        states = ", ".join(f"{count:,} {state}" for state, count in stranger.states.items())
        yield "site", f"{account.site} is in the archive: {states}"
    else:
        like = f"; it has {', '.join(stranger.sites)}" if stranger.sites else ""
        yield "site", f"nothing of {account.site} is in the archive{like}"
    if stranger.nearest:
        yield "known", "\n".join(map(_neighbour, stranger.nearest))
    yield "robots.txt", _robots(account)
    if stranger.unwanted:
        yield "to have it", f"a crawl would leave it out: {short(stranger.unwanted)}"
    else:
        yield "to have it", f"miacrawl crawl {account.url}"


def _neighbour(one: Neighbour) -> str:
    known = f"article {one.article_id}" if one.article_id is not None else one.state
    reason = f": {short(one.reason, 60)}" if one.reason and one.article_id is None else ""
    return f"{short(one.url)} ({known}{reason})"
