"""The intake: visits found in foreign files are read, and told to the archive in their order."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit

from miacrawl.errors import StorageError
from miacrawl.importing.copying import capture_of, copy_of
from miacrawl.importing.filters import Filters
from miacrawl.importing.group import Group
from miacrawl.importing.piece import Piece, is_digest
from miacrawl.importing.pool import Pool
from miacrawl.importing.tally import Tally
from miacrawl.importing.task import Task
from miacrawl.spiders.discovering import Discoverer
from miacrawl.spiders.wholeness import Wholeness
from miacrawl.store.capture import Capture
from miacrawl.store.capture_rows import referred
from miacrawl.store.clock import to_the_second
from miacrawl.store.replay import Copy, ImportSession, known
from miacrawl.store.rereading import stored_in
from miacrawl.urls import site_of, url_key
from miacrawl.visit import Entry, Visit
from miacrawl.warc.reading import Stored

_DIGESTS_KEPT, _CANDIDATES = 100_000, 5
_REDIRECTS = (301, 302, 303, 307, 308)
ANYWHERE = Discoverer(lambda url: True)


class Intake:
    """Takes visits into an archive. `honoured(site)`: what is honoured of the wishes of its pages."""

    def __init__(
        self,
        session: ImportSession,
        pool: Pool,
        tally: Tally,
        filters: Filters,
        honoured: Callable[[str], frozenset[str]],
    ) -> None:
        self.session = session
        self.pool = pool
        self.tally = tally
        self.filters = filters
        self.honoured = honoured
        self.reserved = lru_cache(maxsize=1_000)(session.known_reservations)
        self.wholeness = Wholeness()
        self.stated: OrderedDict[str, int] = OrderedDict()
        """Captures by the digest that their records stated, which need not be of our kind."""

    def take(self, group: Group) -> None:
        """Have a visit read and stored, unless it is archived already or not wanted."""
        answer = group.answer
        refused = why_not_visited(answer)
        refers_to = self._holder(answer) if refused is None and _points_elsewhere(answer) else None
        if refused is None and refers_to is None and _points_elsewhere(answer):
            refused = "revisit of what is neither in these files nor archived"
        if refused is not None:
            self.tally.pass_over(refused)
            return
        capture = self._capture(answer, refers_to)
        found = known(self.session.db, capture)
        if found is not None and found[1]:
            self._note_known(answer, found[0])
            return
        try:
            bodied = (
                answer.stored
                if refers_to is None
                else stored_in(self.session.db, self.session.captures.warcs, refers_to)
            )
        except StorageError as error:
            self.tally.pass_over("revisit of what can't be read")
            self.tally.trouble(answer.source, str(error), answer.offset, breaks=False)
            return
        reason = self.filters.why_not_kind(replace(answer, stored=bodied))
        if reason is not None:
            self.tally.pass_over(reason)
            return
        self._read(group, bodied, refers_to)

    def _read(self, group: Group, bodied: Stored, refers_to: int | None) -> None:
        entry = entry_for((*group.redirects, group.answer)[0].stored.url)
        then = lambda visit: self._store(group, visit, refers_to)  # noqa: E731  a name for what is passed on
        stored = group.answer.stored
        if stored.status in _REDIRECTS:
            told = f"redirects to {group.answer.leads_to or 'nowhere'}"
            self.pool.pass_through(Visit(entry, "skipped", told, stored.url, stored.status), then)
            return
        task = Task(
            entry,
            stored,
            bodied,
            (group.rendered.stored.url, group.rendered.stored.body) if group.rendered is not None else None,
            self.honoured(site_of(stored.url)),
            self.reserved(_origin(stored.url)),
        )
        self.pool.submit(task, then)

    def _store(self, group: Group, visit: Visit, refers_to: int | None) -> None:
        """What was read comes back, in the order of the records."""
        answer = group.answer
        reason = self.filters.why_not_language(visit)
        found = known(self.session.db, self._capture(answer, refers_to))
        if found is not None and found[1]:
            self._note_known(answer, found[0])
            return
        if reason is not None:
            self.tally.pass_over(reason)
            return
        visit = self._perhaps_cut(visit, answer)
        if answer.stored.status == 304:
            visit = replace(visit, status=304)
        copies = self._copies(group, refers_to, withheld=visit.withheld)
        outcome = self.session.replay(visit, copies)
        for copy in copies:
            if copy.capture.kind == "response" and copy.capture.fetched_at == answer.stored.date:
                self._remember(answer, copy.capture)
        self.tally.taken += 1
        self.tally.outcomes[outcome] += 1
        self.tally.bytes_taken += len(answer.stored.body)
        for piece in group.pieces:
            for fault in piece.faults:
                self.tally.trouble(piece.source, f"{fault}; it was taken", piece.offset, breaks=False)

    def _copies(self, group: Group, refers_to: int | None, *, withheld: bool) -> list[Copy]:
        copies = []
        for piece in group.redirects:
            holder = self._holder(piece) if _points_elsewhere(piece) else None
            if holder is not None or not _points_elsewhere(piece):
                copies.append(self._copy(piece, holder))
        if withheld:
            return copies
        copies.append(self._copy(group.answer, refers_to))
        if group.rendered is not None:
            page = copies[-1].capture
            copies.append(self._copy(group.rendered, page if page.id is None else page.id))
        return copies

    def _copy(self, piece: Piece, refers_to: Capture | int | None) -> Copy:
        capture = self._capture(piece, refers_to)
        found = known(self.session.db, capture)
        if found is not None:
            capture.id = found[0]
            return Copy(capture)
        told = self.session.told_of(refers_to) if isinstance(refers_to, int) and _points_elsewhere(piece) else None
        return copy_of(piece, capture, told)

    def _capture(self, piece: Piece, refers_to: Capture | int | None) -> Capture:
        if not isinstance(refers_to, int) or not _points_elsewhere(piece):
            return capture_of(piece, refers_to)
        _, _, digest, size = self.session.told_of(refers_to)
        return capture_of(piece, refers_to, digest, size)

    def _perhaps_cut(self, visit: Visit, answer: Piece) -> Visit:
        """A page that breaks off does not take the place of one that is whole."""
        if visit.state not in ("archived", "skipped") or visit.status is None or visit.status >= 300:
            return visit
        if not (answer.is_cut or self.wholeness.is_cut_off(visit.entry.url, answer.stored.body)):
            return visit
        if visit.article is None:
            return replace(visit, reason=f"{visit.reason}; the page breaks off")
        return replace(visit, article=replace(visit.article, flags=(*visit.article.flags, "cut-off")))

    # --- revisits ---

    def _holder(self, piece: Piece) -> int | None:
        """The capture that holds the body of a revisit; what is under way is waited for where it is not archived."""
        found = self._find(piece)
        return self._find(piece) if found is None and self.pool.drain() else found

    def _find(self, piece: Piece) -> int | None:
        warc = piece.stored.warc
        stated = warc.get("WARC-Payload-Digest", "")
        url, date = warc.get("WARC-Refers-To-Target-URI", "").strip("<> "), warc.get("WARC-Refers-To-Date", "")
        if url and date and (found := referred(self.session.db, url, to_the_second(date.strip()), stated)) is not None:
            return found
        if stated and stated in self.stated and piece.stored.status != 304:
            self.stated.move_to_end(stated)
            return self.stated[stated]
        candidates = self.session.bodies(url or piece.stored.url, piece.stored.date, _CANDIDATES)
        if piece.stored.status == 304:
            return candidates[0] if candidates else None
        return next((one for one in candidates if self._has(one, stated)), None)

    def _has(self, capture_id: int, stated: str) -> bool:
        """Whether the body of a capture has the digest that a record states."""
        name, _, told = stated.partition(":")
        algorithm = name.lower().replace("-", "")
        if algorithm not in ("md5", "sha1", "sha256", "sha512"):
            return False
        try:
            return is_digest(algorithm, told, stored_in(self.session.db, self.session.captures.warcs, capture_id).body)
        except StorageError:
            return False

    def _remember(self, answer: Piece, capture: Capture) -> None:
        stated = answer.stored.warc.get("WARC-Payload-Digest", "")
        if stated and capture.id is not None and capture.kind == "response":
            self.stated[stated] = capture.id
            if len(self.stated) > _DIGESTS_KEPT:
                self.stated.popitem(last=False)

    def _note_known(self, answer: Piece, capture_id: int) -> None:
        """A record is archived already: revisits that follow may point to it."""
        self.tally.known += 1
        stated = answer.stored.warc.get("WARC-Payload-Digest", "")
        if stated and answer.stored.kind == "response":
            self.stated[stated] = capture_id


def why_not_visited(answer: Piece) -> str | None:
    """Why a crawl would not have visited what an answer came from, or can't have had it, or None."""
    stored = answer.stored
    if stored.status is not None and (stored.status < 200 or stored.status == 206):
        return "a part of an answer (HTTP 206)" if stored.status == 206 else "no final answer (HTTP 1xx)"
    if answer.request is not None and answer.request.split(b" ", 1)[0].upper() not in (b"GET", b""):
        return "an answer to another request than GET"
    if urlsplit(stored.url).path in ("/robots.txt", "/favicon.ico"):
        return "robots.txt or favicon.ico"
    return ANYWHERE.page(stored.url, "import", None, 0).unwanted


def entry_for(url: str) -> Entry:
    """What stands for the row of an address while its answer is read."""
    found = ANYWHERE.page(url, "import", None, 0)
    return Entry(0, url, url_key(url), site_of(url), found.kind, "import", 0, found.priority)


def _points_elsewhere(piece: Piece) -> bool:
    return piece.stored.kind == "revisit" or piece.stored.status == 304


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
