"""Reading one stored answer as a crawl would: what a worker process is given, and gives back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from miacrawl.errors import StorageError
from miacrawl.extract.directives import HONOURED
from miacrawl.host import Reservations
from miacrawl.spiders.discovering import Discoverer
from miacrawl.spiders.reading import MAX_VALIDATOR_LENGTH, Answer, read
from miacrawl.spiders.wishes import HEADERS, Wishes
from miacrawl.urls import site_of
from miacrawl.visit import Entry, Validators, Visit
from miacrawl.warc.reading import Stored

_LINKS = "; its links were followed"


@dataclass(frozen=True, slots=True)
class Task:
    """An answer to read. `bodied`: the record that holds its body; `rendered`: address and markup by a browser.

    `honoured`: what is, of what the page wishes; `reserved`: what its host reserves. `follow`: the sites whose links
    are wanted; None: no link is.
    """

    entry: Entry
    stored: Stored
    bodied: Stored
    rendered: tuple[str, bytes] | None = None
    honoured: frozenset[str] = frozenset()
    reserved: Reservations | None = None
    follow: frozenset[str] | None = None


def carry_out(task: Task) -> Visit:
    """The visit that a crawl would have made of the answer. Raises nothing."""
    try:
        return _read(task)
    except StorageError as error:
        return Visit(task.entry, "failed", str(error), task.stored.url, task.stored.status)
    except Exception as error:
        # A fault of ours, with one page of many: it is told in the ledger.
        told = f"reading it failed: {error!r:.200}"
        return Visit(task.entry, "failed", told, task.stored.url, task.stored.status)


def _read(task: Task) -> Visit:
    follow = task.follow
    discoverer = Discoverer(lambda url: follow is not None and _site(url) in follow)
    wishes = Wishes(lambda site: task.honoured & HONOURED)
    if task.reserved is not None:
        wishes.hosts[task.reserved.origin] = task.reserved
    answer = answer_of(task.stored, task.bodied)
    visit = read(task.entry, answer, discoverer, wishes)
    if visit.is_shell and task.rendered is not None:
        url, markup = task.rendered
        visit = read(task.entry, answer.as_rendered(url, markup.decode("utf-8", "replace"), ""), discoverer, wishes)
    # What a generator finds can't be sent from one process to another.
    return replace(visit, discoveries=tuple(visit.discoveries)) if follow is not None else _unfollowed(visit)


def _unfollowed(visit: Visit) -> Visit:
    """A visit none of whose links is entered."""
    if visit.state == "followed":
        told = f"{(visit.reason or 'no page').partition(':')[0]}: not followed, as it was imported"
        return replace(visit, state="skipped", reason=told, discoveries=())
    reason = visit.reason.removesuffix(_LINKS) if visit.reason else None
    return replace(visit, reason=reason, discoveries=())


def answer_of(stored: Stored, bodied: Stored) -> Answer:
    """A stored answer as it is read. Raises StorageError where its body can't be unpacked, or is too large then."""
    status = bodied.status if stored.status in (None, 304) else stored.status

    told = {name: value for name in HEADERS if (value := stored.header(name))}
    etag, modified = (
        value if value and len(value) <= MAX_VALIDATOR_LENGTH else None
        for value in (stored.header("ETag"), stored.header("Last-Modified"))
    )
    return Answer(
        stored.url,
        status or 200,
        bodied.header("Content-Type") or stored.header("Content-Type") or "",
        bodied.content(),
        Validators(etag, modified),
        stored.all_headers("X-Robots-Tag"),
        told,
        day=day_of(stored.date),
    )


def day_of(text: str) -> date | None:
    """The day of a time as the archive writes it."""
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def _site(url: str) -> str:
    try:
        return site_of(url)
    except ValueError:
        return ""
