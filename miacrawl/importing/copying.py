"""From a piece of a foreign file to the record and the capture that are kept of it."""

from __future__ import annotations

from miacrawl.exchange import Exchange
from miacrawl.importing.piece import Piece, moment
from miacrawl.store.capture import Capture
from miacrawl.store.outcome import seen_in
from miacrawl.store.replay import Copy
from miacrawl.warc.record import NOT_MODIFIED, SAME_PAYLOAD, Record, digest_of, new_id
from miacrawl.warc.writer import Place

NOWHERE = Place("", 0, 0)
_RESPONSE, _REQUEST = "application/http;msgtype=response", "application/http;msgtype=request"


def capture_of(
    piece: Piece, refers_to: Capture | int | None = None, digest: str = "", size: int | None = None
) -> Capture:
    """The row of a piece. `refers_to`: the capture that holds its body; `digest`, `size`: of that body."""
    stored = piece.stored
    return Capture(
        stored.url,
        "conversion" if stored.kind == "conversion" else "revisit" if refers_to is not None else "response",
        stored.date,
        stored.status,
        (stored.header("Content-Type") if stored.status is not None else stored.warc.get("Content-Type")) or "",
        digest or digest_of(stored.body),
        len(stored.body) if size is None or stored.status == 304 else size,
        NOWHERE,
        stored.headers,
        refers_to,
        stored.warc.get("WARC-IP-Address") or None,
        _seen(piece),
        record_id=piece.id,
    )


def _seen(piece: Piece) -> str:
    stored, at = piece.stored, moment(piece.stored.date)
    if stored.status is None or at is None:
        return "resource"
    return seen_in(Exchange(stored.url, at, stored.status, b"", b"", b""))


def copy_of(piece: Piece, capture: Capture, refers_to: tuple[str, str, str, int] | None = None) -> Copy:
    """The records to be kept of a piece; `refers_to`: address, time and digest of the capture that holds its body.

    A record whose block is the one it had keeps its identity; others are records of their own.
    """
    stored = piece.stored
    same = piece.id.startswith("<") and piece.id.endswith(">") and not piece.altered and refers_to is None
    told = {"WARC-Target-URI": stored.url}
    for name in ("WARC-IP-Address", "WARC-Truncated"):
        if stored.warc.get(name):
            told[name] = stored.warc[name]
    record_id = piece.id if same else new_id()
    capture.record_id = record_id
    if refers_to is not None:
        url, date, digest, _ = refers_to
        told |= {
            "WARC-Profile": NOT_MODIFIED if stored.status == 304 else SAME_PAYLOAD,
            "WARC-Payload-Digest": digest,
            "WARC-Refers-To-Target-URI": url,
            "WARC-Refers-To-Date": date,
        }
        record = Record("revisit", record_id, piece.dated, _RESPONSE, told, piece.head)
    elif stored.kind == "conversion":
        told |= {"WARC-Refers-To": stored.warc.get("WARC-Refers-To", ""), "WARC-Payload-Digest": capture.digest}
        kind = stored.warc.get("Content-Type", "text/html")
        record = Record("conversion", record_id, piece.dated, kind, told, b"", stored.body)
    else:
        told["WARC-Payload-Digest"] = capture.digest
        record = Record("response", record_id, piece.dated, _RESPONSE, told, piece.head, stored.body)
    return Copy(capture, record, _request_of(piece, record))


def _request_of(piece: Piece, answer: Record) -> Record | None:
    if not piece.request:
        return None
    head, end, body = piece.request.partition(b"\r\n\r\n")
    told = {"WARC-Target-URI": piece.stored.url, "WARC-Concurrent-To": answer.id}
    return Record("request", new_id(), answer.date, _REQUEST, told, head + end, body)
