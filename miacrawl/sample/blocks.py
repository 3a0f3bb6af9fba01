"""The body of a sample article: blocks of text, read from a file in `content/`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

Kind = Literal["paragraph", "heading", "items", "quote", "promo"]
_LINK = re.compile(r"\[([^\]\n]{1,200})\]\((/[^)\s]{0,200})\)")
_MARKS: tuple[tuple[str, Kind], ...] = (("## ", "heading"), ("> ", "quote"), ("!read-also ", "promo"))


@dataclass(frozen=True, slots=True)
class Block:
    """One block: `lines` holds a list's items, else one line of text; a promo's line is an article's address."""

    kind: Kind
    lines: tuple[str, ...]

    @property
    def plain(self) -> tuple[str, ...]:
        """The block's text as a reader sees it, link marks left out; none for a promo, which is no body text."""
        return () if self.kind == "promo" else tuple(_LINK.sub(r"\1", line) for line in self.lines)


def blocks_of(text: str) -> tuple[Block, ...]:
    """Blocks of `text`: set apart by blank lines, each on one line save lists, which have one item a line."""
    return tuple(_block(part.strip()) for part in text.split("\n\n") if part.strip())


def _block(text: str) -> Block:
    if text.startswith("- "):
        return Block("items", tuple(line.removeprefix("- ") for line in text.splitlines()))
    for mark, kind in _MARKS:
        if text.startswith(mark):
            return Block(kind, (text.removeprefix(mark),))
    return Block("paragraph", (" ".join(text.splitlines()),))


def inline_html(line: str) -> Markup:
    """`line` as HTML, with its `[text](/path)` links made real and all else escaped."""
    html, end = Markup(""), 0
    for hit in _LINK.finditer(line):
        html += escape(line[end : hit.start()]) + Markup('<a href="{}">{}</a>').format(hit[2], hit[1])
        end = hit.end()
    return html + escape(line[end:])
