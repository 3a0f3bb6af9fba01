"""One run of a crawl, told to a new database from the records that it wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from protego import Protego

from miacrawl.fetch.reservations import AI_TXT_PATH, TDMREP_PATH
from miacrawl.fetch.robots import MAX_ROBOTS_BYTES, delay_asked_for
from miacrawl.host import Reservations, Robots
from miacrawl.importing.copying import capture_of
from miacrawl.importing.group import Group
from miacrawl.importing.own import OwnRun
from miacrawl.importing.piece import Piece
from miacrawl.importing.pool import Pool
from miacrawl.importing.tally import Tally
from miacrawl.importing.task import Task
from miacrawl.spiders.discovering import Discoverer, is_home, usual_sitemap
from miacrawl.spiders.wholeness import Wholeness
from miacrawl.store.capture import Capture
from miacrawl.store.capture_rows import referred
from miacrawl.store.replay import Copy, Replay
from miacrawl.store.rereading import stored_in
from miacrawl.urls import site_of, url_key
from miacrawl.visit import Entry, Source, Visit
from miacrawl.warc.reading import Stored
from miacrawl.warc.writer import Place

_PAGES = ("", "text/", "application/xhtml", "application/xml", "application/rss", "application/atom", "application/rdf")
_NO_PAGES = ("text/css", "text/javascript")


class Retelling:
    """Tells the visits of one run. `agent`: the name that robots.txt knows the crawler by."""

    def __init__(
        self,
        run: OwnRun,
        session: Replay,
        pool: Pool,
        tally: Tally,
        honoured: Callable[[str], frozenset[str]],
        agent: str,
    ) -> None:
        self.run = run
        self.session = session
        self.pool = pool
        self.tally = tally
        self.honoured = honoured
        self.agent = agent
        self.sites = frozenset(run.sites)
        self.discoverer = Discoverer(lambda url: _site(url) in self.sites)
        self.wholeness = Wholeness()
        self.fetched = 0
        """Visits that were answered."""

    def take(self, group: Group) -> None:
        """Tell a visit, or keep what belongs to none."""
        path = urlsplit(group.answer.stored.url).path
        if path in ("/robots.txt", TDMREP_PATH, AI_TXT_PATH):
            self.pool.drain()
            self._keep_only(group)
            self._of_host(group.answer.stored, path)
        elif self._is_visit(group):
            self._read(group)
        else:
            self._keep_only(group)

    def _is_visit(self, group: Group) -> bool:
        first, stored = group.pieces[0].stored, group.answer.stored
        if self.run.imported:
            return True
        if _site(first.url) not in self.sites:
            return False
        if self.session.entry_of(first.url) is not None:
            return True
        kind = (stored.header("Content-Type") or "").partition(";")[0].strip().lower()
        return not (stored.status or 0) < 300 or (kind.startswith(_PAGES) and kind not in _NO_PAGES)

    # --- captures ---

    def _keep_only(self, group: Group) -> None:
        self.session.replay_captures(self._copies(group))
        self.tally.outcomes["capture only"] += len(group.pieces)

    def _copies(self, group: Group) -> list[Copy]:
        copies: list[Copy] = []
        for piece in group.pieces:
            holder: Capture | int | None = None
            if piece.stored.kind == "conversion":
                holder = copies[-1].capture
            elif piece.stored.kind == "revisit":
                holder = self._holder(piece.stored)
            of_body = self.session.told_of(holder)[3] if isinstance(holder, int) else None
            capture = capture_of(piece, holder, piece.stored.warc.get("WARC-Payload-Digest", ""), of_body)
            capture.kind = "revisit" if piece.stored.kind == "revisit" else capture.kind
            capture.place = Place(piece.source, piece.offset, piece.length or 0)
            copies.append(Copy(capture))
        return copies

    def _holder(self, stored: Stored) -> int | None:
        warc = stored.warc
        told = (warc.get("WARC-Refers-To-Target-URI", ""), warc.get("WARC-Refers-To-Date", ""))
        digest = warc.get("WARC-Payload-Digest", "")
        found = referred(self.session.db, *told, digest)
        return referred(self.session.db, *told, digest) if found is None and self.pool.drain() else found

    # --- visits ---

    def _read(self, group: Group) -> None:
        first, stored = group.pieces[0].stored, group.answer.stored
        self.fetched += 1
        # Whether an address is known, and as what, depends on what came before it.
        known = self.session.entry_of(first.url)
        if known is None and self.pool.drain():
            known = self.session.entry_of(first.url)
        entry = known or self._entry_for(first.url)
        if stored.status == 304 and not self.run.imported:
            self.pool.drain()
            entry = self.session.entry_of(first.url) or entry
            visit = Visit(entry, entry.state, None, stored.url, 304, not_modified=True)
            self.pool.pass_through(visit, lambda visit: self._store(group, visit))
            return
        bodied = stored
        if stored.kind == "revisit":
            holder = self._holder(stored)
            if holder is None:
                self.tally.trouble(group.answer.source, "a revisit of what is lost", group.answer.offset)
                self._keep_only(group)
                return
            bodied = stored_in(self.session.db, self.session.captures.warcs, holder)
        if stored.status in (301, 302, 303, 307, 308):
            told = f"redirects to {group.answer.leads_to or 'nowhere'}"
            visit = Visit(entry, "skipped", told, stored.url, stored.status)
            self.pool.pass_through(visit, lambda visit: self._store(group, visit))
            return
        rendered = (group.rendered.stored.url, group.rendered.stored.body) if group.rendered is not None else None
        origin = "://".join(urlsplit(stored.url)[:2])
        task = Task(
            entry,
            stored,
            bodied,
            rendered,
            self.honoured(_site(stored.url)),
            self.session.known_reservations(origin),
            None if self.run.imported else self.sites,
        )
        self.pool.submit(task, lambda visit: self._store(group, visit))

    def _entry_for(self, url: str) -> Entry:
        first = not self.run.imported and (is_home(url) or not self.session.visits)
        source: Source = "start" if first else "import"
        guess = not self.run.imported and url == usual_sitemap(url).url
        found = usual_sitemap(url) if guess else self.discoverer.page(url, source, None, 0)
        return Entry(0, url, url_key(url), _site(url), found.kind, found.source, found.depth, found.priority)

    def _store(self, group: Group, visit: Visit) -> None:
        visit = self._perhaps_cut(visit, group.answer)
        if group.answer.stored.status == 304:
            visit = replace(visit, status=304)
        copies = self._copies(group)
        outcome = self.session.replay(visit, copies)
        self.tally.taken += 1
        self.tally.outcomes[outcome] += 1
        self.tally.bytes_taken += len(group.answer.stored.body)

    def _perhaps_cut(self, visit: Visit, answer: Piece) -> Visit:
        if visit.state not in ("archived", "skipped") or visit.not_modified or answer.stored.kind == "revisit":
            return visit
        if not self.wholeness.is_cut_off(visit.entry.url, answer.stored.body) or visit.article is None:
            return visit
        return replace(visit, article=replace(visit.article, flags=(*visit.article.flags, "cut-off")))

    # --- hosts ---

    def _of_host(self, stored: Stored, path: str) -> None:
        origin = "://".join(urlsplit(stored.url)[:2])
        status = stored.status or 0
        text = stored.content()[:MAX_ROBOTS_BYTES].decode("utf-8", "replace") if 200 <= status < 300 else ""
        if path == "/robots.txt":
            if status >= 500 or status == 429:
                return
            rules = Protego.parse(text)
            self.session.remember_robots(Robots(origin, text, status, stored.date, delay_asked_for(rules, self.agent)))
            if _site(stored.url) in self.sites:
                named = [self.discoverer.file(url, "sitemap", "sitemap", stored.url, 1) for url in rules.sitemaps]
                self.session.discover(named or [usual_sitemap(stored.url)])
            return
        known = self.session.known_reservations(origin) or Reservations(origin, "", "", stored.date)
        tdmrep, ai_txt = (text, known.ai_txt) if path == TDMREP_PATH else (known.tdmrep, text)
        self.session.remember_reservations(Reservations(origin, tdmrep, ai_txt, stored.date))


def _site(url: str) -> str:
    try:
        return site_of(url)
    except ValueError:
        return ""
