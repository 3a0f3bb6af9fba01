"""An `Account` in words, which command line and pages share: what became of an address, and what comes next."""

from __future__ import annotations

from miacrawl.account.account import Account, Stranger
from miacrawl.account.terse import moment, short
from miacrawl.store.nearby import Neighbour

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


def outcome(account: Account) -> str:
    """What became of the address, and why."""
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
    return f"{told}{f': {reason}' if reason and ':' not in told else f' ({reason})' if reason else ''}"


def way_out(account: Account) -> str:
    """What a user can do about it; empty where nothing is known."""
    ledger = account.ledger
    if ledger is None or account.article or not ledger.reason:
        return ""
    way = next((way for begins, way in _WAYS_OUT if short(ledger.reason).startswith(begins)), "")
    return way.format(url=account.url)


def discovered(account: Account) -> str:
    """When, by which run and how the address was discovered; on a second line where."""
    ledger = account.ledger
    if ledger is None:
        return ""
    run = f"run {ledger.discovered_run_id}" if ledger.discovered_run_id is not None else "a run that is not known"
    kind = f" ({ledger.discovered_run_kind})" if ledger.discovered_run_kind else ""
    links = f", {ledger.depth} link{'s' if ledger.depth > 1 else ''} from a start page" if ledger.depth else ""
    told = f"{moment(ledger.discovered_at)} in {run}{kind}, {_SOURCES.get(ledger.source, ledger.source)}{links}"
    lastmod = f"; last modified there {short(ledger.lastmod, 40)}" if ledger.lastmod else ""
    return told + lastmod + (f"\non {short(ledger.referrer)}" if ledger.referrer else "")


def robots(account: Account) -> str:
    """What robots.txt says of the address, by which line."""
    verdict = account.robots
    ignored = "" if verdict.obeyed else "; ROBOTSTXT_OBEY is false: it is not obeyed"
    if verdict.allowed is None:
        return f"not read yet from {verdict.origin}{ignored}"
    rule = verdict.rule
    which = f"by line {rule.line}, {short(rule.text, 60)!r} (of {rule.agent})" if rule else ""
    if verdict.allowed:
        told = f"allows it {which}" if which else "allows it: no rule is against it"
    else:
        told = f"forbids it {which}".rstrip()
    status = f", HTTP {verdict.status}" if verdict.status not in (None, 200) else ""
    delay = f"; {verdict.crawl_delay:g} s between requests" if verdict.crawl_delay else ""
    return f"{told}; read {moment(verdict.read_at)}{status}{delay}{ignored}"


def redirects(account: Account) -> str:
    """Where the address leads, hop by hop in lines; empty where it answers itself."""
    if account.hops:
        return "\n".join(f"{hop.status} to {short(hop.target)} ({moment(hop.fetched_at)})" for hop in account.hops)
    last = account.attempts.last[-1].final_url if account.attempts.last else None
    return f"ended at {short(last)}" if last else ""


def unlisted_visits(account: Account) -> str:
    """How often it was visited, where visits are not kept one by one; empty where they are."""
    ledger = account.ledger
    if account.attempts.count or ledger is None:
        return ""
    if not ledger.attempts:
        return "none"
    status = f": HTTP {ledger.status}" if ledger.status else ""
    return f"{ledger.attempts}, the last on {moment(ledger.fetched_at)}{status} (visits were not kept one by one then)"


def to_have_it(account: Account, stranger: Stranger) -> str:
    """Of an address that was never met: how to have it, or why no crawl would."""
    if stranger.unwanted:
        return f"a crawl would leave it out: {short(stranger.unwanted)}"
    return f"miacrawl crawl {account.url}"


def held(account: Account) -> str:
    """That the host is left alone, until when and why; empty where it is not."""
    hold = account.hold
    return f"the host is left alone until {moment(hold.until)}: {short(hold.reason)}" if hold else ""


def trap(account: Account) -> str:
    """Which endless family of addresses it belongs to."""
    family = account.trap
    if family is None:
        return ""
    return (
        f"{family.visits} pages like {short(family.pattern, 80)} led to nothing new; found out in run {family.run_id},"
        f" {moment(family.found_at)}"
    )


def led_to(account: Account) -> str:
    """What the page or file led to."""
    ledger = account.ledger
    if ledger is None or not ledger.found:
        return "no new address so far"
    when = f", the last on {moment(ledger.last_found_at)}" if ledger.last_found_at else ""
    return f"{ledger.found:,} new address{'es' if ledger.found > 1 else ''}{when}"


def next_visit(account: Account) -> str:
    """When it is visited next."""
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


def site(account: Account, stranger: Stranger) -> str:
    """Of an address that was never met: what the archive has of its site."""
    if stranger.states:
        states = ", ".join(f"{count:,} {state}" for state, count in stranger.states.items())
        return f"{account.site} is in the archive: {states}"
    like = f"; it has {', '.join(stranger.sites)}" if stranger.sites else ""
    return f"nothing of {account.site} is in the archive{like}"


def neighbour(one: Neighbour) -> str:
    """An address that is like the one asked for, and what became of it."""
    known = f"article {one.article_id}" if one.article_id is not None else one.state
    reason = f": {short(one.reason, 60)}" if one.reason and one.article_id is None else ""
    return f"{short(one.url)} ({known}{reason})"
