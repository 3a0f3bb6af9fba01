"""The picture of an article's neighbourhood: it in the middle, who recommends it on the left, what it recommends right.

Made here as SVG, whose nodes are links. What is archived stands in a whole frame with a bar before it, what is missing
in a broken one and says so. On narrow screens the lists below it are all there is (related.css).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from miacrawl.serve.neighbour import Neighbour

MOST = 12
"""Nodes on a side; the rest is counted."""
_WIDTH, _NODE, _HEIGHT, _STEP = 1080, 300, 46, 58
_LEFT, _MIDDLE, _RIGHT = 0, (_WIDTH - _NODE) // 2, _WIDTH - _NODE
_LETTERS = 31
"""Letters of a title that fit in a node; wide ones count twice."""


@dataclass(frozen=True, slots=True)
class Node:
    """A box: two lines of text, and where it leads (None: nowhere)."""

    title: str
    note: str
    href: str | None
    archived: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """An article, and the nodes on both sides of it; `more_…` counts those that are not drawn."""

    article: Node
    recommenders: Sequence[Node]
    recommended: Sequence[Node]
    more_recommenders: int = 0
    more_recommended: int = 0

    @property
    def svg(self) -> Markup:
        """The picture."""
        rows = max(len(self.recommenders) + (self.more_recommenders > 0), 1)
        rows = max(rows, len(self.recommended) + (self.more_recommended > 0))
        height = rows * _STEP + 8
        middle = height / 2
        parts = [_box(self.article, _MIDDLE, middle, "centre")]
        for nodes, more, x, anchor, side in (
            (self.recommenders, self.more_recommenders, _LEFT, "#recommenders", "in"),
            (self.recommended, self.more_recommended, _RIGHT, "#recommended", "out"),
        ):
            places = _places(len(nodes) + (more > 0), middle)
            for node, y in zip(nodes, places, strict=False):
                parts.insert(0, _edge(side, y, middle, node.archived))
                parts.append(_box(node, x, y, "archived" if node.archived else "missing"))
            if more > 0:
                parts.append(_more(more, x, places[-1], anchor))
        told = f"{len(self.recommenders)} articles recommend this one, and it recommends {len(self.recommended)}"
        return Markup(  # noqa: S704 - what crawled pages say is escaped where the boxes are made
            f'<svg class="graph" viewBox="0 0 {_WIDTH} {height}" role="group" aria-label="Drawing: {told}; the lists'
            f' below say the same">{"".join(parts)}</svg>'
        )


def node_of(neighbour: Neighbour, href: str | None) -> Node:
    """The box of a neighbour, with its site, its date or what became of it."""
    archived = neighbour.article_id is not None
    said = [neighbour.site, str(neighbour.date or "")] if archived else ["not archived", neighbour.state]
    if neighbour.mutual:
        said.append("⇄ returned")
    return Node(neighbour.title, " · ".join(filter(None, said)), href, archived)


def fitting(text: str, letters: int) -> str:
    """The beginning of `text` that takes no more room than `letters` usual letters."""
    room = letters
    for place, letter in enumerate(text):
        room -= 0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if room < 0:
            return text[: max(place - 1, 0)].rstrip() + "…"
    return text


def _places(count: int, middle: float) -> list[float]:
    """The heights of `count` boxes, around the middle."""
    return [middle + (place - (count - 1) / 2) * _STEP for place in range(count)]


def _box(node: Node, x: float, y: float, kind: str) -> str:
    """A node at its place; a drawing of its own, so that no letter sticks out of it."""
    bar = f'<rect class="bar" x="2" y="1" width="5" height="{_HEIGHT - 2}"/>' if node.archived else ""
    box = (
        f'<svg x="{x}" y="{y - _HEIGHT / 2:g}" width="{_NODE}" height="{_HEIGHT}">'
        f"<title>{escape(node.title)} ({escape(node.note)})</title>"
        f'<rect class="box" x="2" y="2" width="{_NODE - 4}" height="{_HEIGHT - 4}" rx="6"/>{bar}'
        f'<text class="name" x="15" y="20">{escape(fitting(node.title, _LETTERS))}</text>'
        f'<text class="note" x="15" y="37">{escape(fitting(node.note, _LETTERS + 6))}</text></svg>'
    )
    if node.href is None:
        return f'<g class="{kind}">{box}</g>'
    return f'<a class="{kind}" href="{escape(node.href)}">{box}</a>'


def _edge(side: str, y: float, middle: float, archived: bool) -> str:
    """A line from who recommends to what is recommended, with a head where it ends."""
    start, end = (_LEFT + _NODE, _MIDDLE) if side == "in" else (_MIDDLE + _NODE, _RIGHT)
    begin, stop = (y, middle) if side == "in" else (middle, y)
    bend = (end - start) / 2
    return (
        f'<path class="edge{"" if archived else " broken"}" d="M{start} {begin:g}C{start + bend:g} {begin:g}'
        f' {end - bend:g} {stop:g} {end - 7} {stop:g}"/>'
        f'<path class="head" d="M{end} {stop:g}l-9 -4.5v9z"/>'
    )


def _more(count: int, x: float, y: float, anchor: str) -> str:
    words = f"and {count:,} more"
    return f'<a class="more" href="{anchor}"><text class="name" x="{x + 14}" y="{y + 5:g}">{words}</text></a>'
