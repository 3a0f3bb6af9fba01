"""What an archive keeps of an address, in words: its article, captures and versions."""

from __future__ import annotations

from collections.abc import Iterator

from miacrawl.account.account import Account
from miacrawl.account.terse import moment, short
from miacrawl.store.account import CaptureRow, VersionRow
from miacrawl.urls import key_of

_FIELDS = ("title", "blurb", "body", "authors", "published", "modified", "section", "read_time", "related")
"""What a reader asks for first."""


def canonical(account: Account) -> str:
    """Under which address the article stands, and why."""
    article, ledger = account.article, account.ledger
    if article is None:
        return ""
    if not account.is_own:
        reason = f"\nthis address: {short(ledger.reason)}" if ledger and ledger.reason else ""
        return f"{short(article.url)} is the address of the article{reason}"
    if not article.canonical_url:
        told = "the page names none; the article stands under this address"
    elif key_of(article.canonical_url) == key_of(article.url):
        told = "the page names this address"
    else:
        told = f"the page names {short(article.canonical_url)}, which was not taken (another site, or another text)"
    if account.others.count:
        some = ", ".join(short(url, 120) for url, _ in account.others.some)
        more = f" and {account.others.count - len(account.others.some)} more"
        told += f"\nalso at {some}{more if account.others.count > len(account.others.some) else ''}"
    return told


def captures(account: Account) -> str:
    """What was fetched last, and where its record is."""
    if account.capture is None:
        answered = account.ledger is not None and account.ledger.status is not None and not account.attempts.count
        return "none: it was fetched before captures were kept" if answered else "none: it never gave an answer"
    told = _capture(account.capture)
    if account.read_from and account.read_from.id != account.capture.id:
        told += f"\nthe text was read from capture {account.read_from.id} of {moment(account.read_from.fetched_at)}"
    return told + (f"\n{account.captures} captures of this address in all" if account.captures > 1 else "")


def _capture(capture: CaptureRow) -> str:
    status = f" HTTP {capture.status}" if capture.status is not None else ""
    kind = {"revisit": "revisit", "conversion": "as rendered"}.get(capture.kind, "response")
    of = f" of capture {capture.refers_to}" if capture.refers_to is not None else ""
    seen = f", {short(capture.outcome, 40)}" if capture.outcome else ""
    return (
        f"{capture.id}, {moment(capture.fetched_at)}: {kind}{of}{status}{seen}, {capture.size:,} bytes\n"
        f"{short(capture.digest, 80)}\n"
        f"warc/{capture.file} at {capture.offset}, {capture.length} bytes"
    )


def article_lines(account: Account) -> Iterator[tuple[str, str]]:
    """What was extracted, by which rules, and what of that has changed since."""
    article = account.article
    if article is None:
        return
    words = f", {article.word_count:,} words" if article.word_count else ""
    day = f", published {article.published[:10]}" if article.published else ""
    flags = f"; flags: {', '.join(article.flags)}" if article.flags else ""
    yield "extracted", f"{short(article.title or 'no title', 120)}{words}{day}{flags}"
    rules = [(field, article.rules[field]) for field in _FIELDS if field in article.rules]
    if rules:
        more = len(article.rules) - len(rules)
        others = f" and {more} more (see --json)" if more else ""
        yield "by", ", ".join(f"{field} {short(rule, 60)}" for field, rule in rules) + others
    if article.empty:
        yield "not found", ", ".join(article.empty)
    yield "versions", _versions(account)
    if account.twins:
        told = (f"article {twin.article_id} ({twin.kind}, {twin.similarity:.2f})" for twin in account.twins)
        yield "same text", ", ".join(told)


def _versions(account: Account) -> str:
    article, versions = account.article, account.versions
    if article is None:
        return ""
    by = f"; read by {short(article.extractor, 60)}" if article.extractor else ""
    if versions.count <= 1:
        return f"1, from {moment(article.first_seen)} to {moment(article.last_seen)}{by}"
    left_out = versions.count - len(versions.first) - len(versions.last)
    lines = [*map(_version, versions.first), *map(_version, versions.last)]
    if left_out > 0:
        lines.insert(len(versions.first), f"… {left_out} more …")
    return "\n".join(lines)


def _version(version: VersionRow) -> str:
    changed = f"  changed: {', '.join(version.changed)}" if version.changed else ""
    return f"{version.number}  {moment(version.first_seen)} to {moment(version.last_seen)}{changed}"
