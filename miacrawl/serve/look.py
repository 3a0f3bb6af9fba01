"""What is to be seen of a capture: what the page around the frame says of it, and the document in the frame."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from miacrawl.page import Page
from miacrawl.serve.content import Kind, kind_of, left_out, text_of
from miacrawl.serve.link import outside
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.record import read
from miacrawl.serve.replay import replayed, shown_text
from miacrawl.serve.seen import shown_size

_UNSEEN = {code: 0x2400 + code for code in range(32) if code != 10} | {127: 0x2421}
_LOCATION = re.compile(r"^location[ \t]*:[ \t]*([^\r\n]{1,2000})", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Look:
    """A capture looked at.

    `request`, `response`: headers as they came, "" where there are none. `kind`: what the body is; None where there is
    none to be shown, and `missing` says why. `left_out`: what the page names and is not here; `size`: of the body when
    unpacked; `led_to`: where a redirect led, `led_outside` where a browser may follow.
    """

    request: str
    response: str
    kind: Kind | None
    missing: str
    left_out: tuple[str, ...]
    size: str
    led_to: str
    led_outside: str | None


def look_at(folder: Path, chain: Sequence[Row]) -> Look:
    """The first capture of `chain` (see `queries.captures.chain`). Raises PageError where it can't be read."""
    kept = read(folder, chain)
    kind = kind_of(kept.page) if kept.page else None
    response = _visible(kept.head)
    location = _LOCATION.search(response)
    led_to = location.group(1).strip() if location else ""
    return Look(
        _visible(kept.request),
        response,
        kind,
        kept.missing,
        tuple(left_out(kept.page.body)) if kept.page and kind == "page" else (),
        shown_size(len(kept.page.body)) if kept.page else "",
        led_to,
        outside(led_to),
    )


def document(folder: Path, chain: Sequence[Row]) -> str:
    """The document for the frame; in it nothing runs, and it asks for nothing. Raises PageError, likewise."""
    kept, row = read(folder, chain), chain[0]
    title = f"Copy of {row['url']} of {row['fetched_at']}"
    kind = kind_of(kept.page) if kept.page else None
    if kept.page is not None and kind == "page":
        return replayed(Page(kept.page.body, kept.page.url, kept.page.content_type or None), title)
    if kept.page is not None and kind == "text":
        return shown_text(text_of(kept.page), title)
    return shown_text(kept.missing or ("There is nothing here." if kind == "empty" else "This is no text."), title)


def _visible(head: bytes) -> str:
    """Headers as they came, control characters drawn."""
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    return text.replace("\r\n", "\n").strip("\n").translate(_UNSEEN)
