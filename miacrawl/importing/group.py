"""Records put together that belong together: request and answer, redirects and where they led, page and rendering."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from miacrawl.importing.piece import Piece, address, piece_of, why_not
from miacrawl.urls import key_of
from miacrawl.warc.foreign import Raw

_MOST_REDIRECTS = 10
_SECRET = re.compile(rb"^((?:proxy-)?authorization|cookie)([ \t]*:)[^\r\n]*", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Group:
    """A visit: redirects on the way, the answer at the end, and what a browser made of it."""

    redirects: tuple[Piece, ...]
    answer: Piece
    rendered: Piece | None = None

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All of it, in the order of the records."""
        return (*self.redirects, self.answer, *((self.rendered,) if self.rendered is not None else ()))


def groups(
    records: Iterable[Raw],
    source: str,
    passed_over: Callable[[str, int], None],
    wanted: Callable[[str, Raw], str | None] = lambda url, raw: None,
    *,
    own: bool = False,
) -> Iterator[Group]:
    """The visits in the records of one file. `passed_over(reason, offset)` is told of each record that is none.

    `wanted(url, record)`: why a record is not, or None; asked before its block is looked at.
    """
    grouping = _Grouping()
    for raw in records:
        if raw.kind == "request":
            grouping.add_request(raw)
            continue
        reason = why_not(raw, own=own)
        reason = reason or wanted(address(raw.headers) or "", raw)
        piece = reason or piece_of(raw, source)
        if isinstance(piece, str):
            passed_over(piece, raw.offset)
        elif piece.stored.kind == "conversion":
            if not grouping.add_rendered(piece):
                passed_over("conversion of what is not before it", raw.offset)
        else:
            yield from grouping.add(piece)
    yield from grouping.end()


class _Grouping:
    def __init__(self) -> None:
        self.chain: list[Piece] = []
        self.rendered: Piece | None = None
        self.request: Raw | None = None

    def add_request(self, raw: Raw) -> None:
        last = self.chain[-1] if self.chain else None
        if last is not None and last.request is None and self._is_of(raw, last):
            self.chain[-1] = replace(last, request=_open_to_all(raw.block))
        else:
            self.request = raw

    def add(self, piece: Piece) -> Iterator[Group]:
        """The group that is complete now that `piece` has come."""
        if self.request is not None and address(self.request.headers) == piece.stored.url:
            piece = replace(piece, request=_open_to_all(self.request.block))
        self.request = None
        if not (self.rendered is None and self.chain and _continues(self.chain, piece)):
            yield from self.end()
        self.chain.append(piece)

    def add_rendered(self, piece: Piece) -> bool:
        if not self.chain or self.rendered is not None or piece.stored.warc.get("WARC-Refers-To") != self.chain[-1].id:
            return False
        self.rendered = piece
        return True

    def end(self) -> Iterator[Group]:
        if self.chain:
            *redirects, answer = self.chain
            yield Group(tuple(redirects), answer, self.rendered)
        self.chain, self.rendered = [], None

    @staticmethod
    def _is_of(raw: Raw, answer: Piece) -> bool:
        """Whether a request that follows an answer is the one it answers."""
        of = raw.headers.get("WARC-Concurrent-To")
        if of:
            return of == answer.id
        return answer.stored.warc.get("WARC-Concurrent-To") == raw.headers.get("WARC-Record-ID")


def _continues(chain: list[Piece], piece: Piece) -> bool:
    target = chain[-1].leads_to
    return target is not None and len(chain) <= _MOST_REDIRECTS and key_of(target) == key_of(piece.stored.url)


def _open_to_all(request: bytes) -> bytes:
    """A request without what would let others in, as the crawler's own are kept."""
    head, end, body = request.partition(b"\r\n\r\n")
    return _SECRET.sub(rb"\1\2 [redacted]", head) + end + body
