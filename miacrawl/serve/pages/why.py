"""Why is this address missing? What became of an address, in the words of `miacrawl why`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from miacrawl.account import words
from miacrawl.account.account import Account
from miacrawl.account.kept_words import canonical
from miacrawl.serve import access, archive, quantity
from miacrawl.serve.accounts import PARTS, account, visible
from miacrawl.serve.card import UNTITLED, shortened
from miacrawl.serve.dates import shown_date
from miacrawl.serve.link import outside
from miacrawl.serve.queries import addresses as queries
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.reply import page
from miacrawl.serve.trouble import PageError
from miacrawl.store.account import Attempt, VersionRow
from miacrawl.urls import key_of

MAX_LENGTH = 2_000
_BEGINNING, _SITES = 20, 10
_NO_ADDRESS_STATUS = 400


async def tell(datasette: Any, request: Any) -> dict[str, Any]:
    """`/why.json?url=…`: `url` as asked for, `outcome` in words, `account` as `miacrawl why --json` has it.

    `account` is null where it is no address; `beginning`: addresses that begin like it, where it is not known itself.
    """
    text = _asked(request)
    if not text:
        raise PageError("Which address?", "Give one as url=https://example.org/a-story", _NO_ADDRESS_STATUS)
    found, beginning, _ = await _found(datasette, request, text)
    outcome = words.outcome(found) if found else "this is no address"
    return {"url": text, "outcome": outcome, "account": asdict(found) if found else None, "beginning": beginning}


async def show(datasette: Any, request: Any) -> Any:
    """`/why`, a box to paste an address into; `/why?url=…`, what became of it."""
    text = _asked(request)
    context: dict[str, Any] = {"q": "", "asked": text, "account": None, "told": None, "beginning": []}
    if text:
        found, beginning, hidden = await _found(datasette, request, text)
        context |= {
            "account": found,
            "told": _told(found, hidden) if found else None,
            "beginning": [_address(row) for row in beginning],
            "search_query": urlencode({"q": text}, errors="replace"),
            "part_query": urlencode({"address": text}, errors="replace"),
        }
    else:
        archive.find(datasette)
    return await page(datasette, request, "why", context)


def _asked(request: Any) -> str:
    text = (request.args.get("url") or "").strip()[:MAX_LENGTH]
    return "".join(letter for letter in text if not 0xD800 <= ord(letter) <= 0xDFFF and letter != "\x00")


async def _found(datasette: Any, request: Any, text: str) -> tuple[Account | None, list[Row], set[str]]:
    """The account, addresses that begin like it where it is not known, and tables that the reader may not see."""
    from datasette import Forbidden

    if not await access.may_view(datasette, request.actor, "articles"):
        raise Forbidden("view-table")
    hidden = {table for table in PARTS if not await access.may_view(datasette, request.actor, table)}
    database = archive.find(datasette)
    found = await account(datasette, database, text)
    if found and not found.stranger:
        return visible(found, hidden), [], hidden
    beginning = await queries.beginning(database, await _prefixes(database, text), _BEGINNING)
    return (visible(found, hidden) if found else None), beginning[:_BEGINNING], hidden


async def _prefixes(database: Any, text: str) -> list[str]:
    """What the normal form of an address may begin with that begins like `text`; a path alone is one of any site."""
    bare = text.partition("://")[2] if "://" in text else text
    if bare.startswith("/"):
        return [site + bare for site in await queries.sites(database, _SITES)]
    host, slash, path = bare.partition("/")
    if "." not in host and not slash:
        return []
    prefixes = [host.lower().removeprefix("www.") + slash + path]
    known = key_of(f"https://{bare}")
    return list(dict.fromkeys([*prefixes, known])) if slash and path else prefixes


def _told(found: Account, hidden: set[str]) -> dict[str, Any]:
    """What the page says, in words; "" for what there is nothing to say of."""
    ledger, article, stranger = found.ledger, found.article, found.stranger
    wide = ledger is not None and bool(ledger.found or ledger.kind != "page")
    return {
        "grade": _grade(found),
        "outcome": words.outcome(found),
        "way_out": words.way_out(found),
        "address": shortened(found.url, 300),
        "outside": outside(found.url),
        "discovered": words.discovered(found).partition("\n")[0],
        "referrer": ledger.referrer[:MAX_LENGTH] if ledger and ledger.referrer else "",
        "robots": "" if "hosts" in hidden else words.robots(found),
        "held": words.held(found),
        "trap": words.trap(found),
        "unlisted": "" if "attempts" in hidden else words.unlisted_visits(found),
        "visits": _rows(found.attempts.first, found.attempts.last, found.attempts.count, _visit),
        "hops": [(hop.status, hop.target[:MAX_LENGTH], hop.capture_id) for hop in found.hops],
        "redirects": "" if found.hops else words.redirects(found),
        "led_to": words.led_to(found) if wide else "",
        "canonical": canonical(found).split("\n") if article else [],
        "capture": _capture(found),
        "no_capture": "captures" not in hidden and found.capture is None and not stranger,
        "article": _article(found),
        "versions": _rows(found.versions.first, found.versions.last, found.versions.count, _version),
        "next": words.next_visit(found),
        "site": words.site(found, stranger) if stranger else "",
        "site_known": bool(stranger and stranger.states),
        "site_query": urlencode({"site": found.site}, errors="replace"),
        "nearest": [_address(asdict(one)) for one in stranger.nearest] if stranger else [],
        "sites": list(stranger.sites) if stranger else [],
        "to_have_it": words.to_have_it(found, stranger) if stranger else "",
        "unwanted": bool(stranger and stranger.unwanted),
    }


def _grade(found: Account) -> str:
    """For its colour: held, lacking or open."""
    if found.article:
        return "held"
    pending = found.ledger is not None and found.ledger.state in ("pending", "followed")
    return "open" if pending else "lacking"


def _rows(first: Sequence[Any], last: Sequence[Any], count: int, shown: Any) -> dict[str, Any]:
    """The rows of a list that is told by its ends; `left_out` are between them."""
    left_out = max(0, count - len(first) - len(last))
    return {"first": [*map(shown, first)], "last": [*map(shown, last)], "left_out": left_out, "count": count}


def _visit(attempt: Attempt) -> dict[str, Any]:
    final = attempt.final_url or ""
    return {
        "date": shown_date(attempt.at, with_time=True),
        "run_id": attempt.run_id,
        "outcome": attempt.outcome[:40],
        "status": attempt.status,
        "reason": shortened(attempt.reason or "", 240),
        "final": final[:MAX_LENGTH],
        "capture_id": attempt.capture_id,
    }


def _version(version: VersionRow) -> dict[str, Any]:
    return {
        "number": version.number,
        "first": shown_date(version.first_seen, with_time=True),
        "last": shown_date(version.last_seen, with_time=True),
        "changed": ", ".join(version.changed)[:300],
    }


def _capture(found: Account) -> dict[str, Any] | None:
    capture = found.capture
    if capture is None:
        return None
    return {
        "id": capture.id,
        "date": shown_date(capture.fetched_at, with_time=True),
        "status": capture.status,
        "seen": (capture.outcome or "")[:40],
        "size": quantity.size(capture.size),
        "file": capture.file,
        "count": found.captures,
        "read_from": found.read_from.id if found.read_from and found.read_from.id != capture.id else None,
    }


def _article(found: Account) -> dict[str, Any] | None:
    article = found.article
    if article is None:
        return None
    return {
        "id": article.id,
        "title": shortened(article.title or UNTITLED, 200),
        "words": article.word_count,
        "published": shown_date(article.published),
        "flags": article.flags,
        "empty": article.empty,
        "rules": [(name, shortened(rule, 80)) for name, rule in article.rules.items()][:40],
        "extractor": shortened(article.extractor or "", 80),
        "twins": found.twins,
        "others": [url[:MAX_LENGTH] for url, _ in found.others.some],
        "more_others": found.others.count - len(found.others.some),
        "versions": found.versions.count,
    }


def _address(row: Row) -> dict[str, Any]:
    """A row of the ledger in a list."""
    return {
        "url": str(row["url"])[:MAX_LENGTH],
        "address": shortened(str(row["url"]), 160),
        "state": row["state"],
        "reason": shortened(str(row["reason"] or ""), 120),
        "article_id": row["article_id"],
    }
