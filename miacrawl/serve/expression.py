"""A question as a tree: words and phrases, all of some, either of some, and what is to be left out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase without quotation marks in it, by its beginning or not, in one field or ("") any."""

    text: str
    beginning: bool = False
    field: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The whole words in it, as the index has them or in parts of such."""
        found = re.findall(r"[^\W_]+", self.text)
        return tuple(found[:-1] if self.beginning else found)

    @property
    def match(self) -> str:
        """In FTS5's notation."""
        quoted = f'"{self.text}"{"*" if self.beginning else ""}'
        return f"{self.field} : {quoted}" if self.field else quoted


@dataclass(frozen=True, slots=True)
class Every:
    """All of `wanted`, of which there is one at least, and none of `unwanted`."""

    wanted: tuple[Node, ...]
    unwanted: tuple[Node, ...] = ()

    @property
    def match(self) -> str:
        """In FTS5's notation, which leaves out only from something."""
        found = _joined(" AND ", self.wanted)
        return f"({found} NOT {_joined(' OR ', self.unwanted)})" if self.unwanted else found


@dataclass(frozen=True, slots=True)
class Either:
    """One of `alternatives` at least."""

    alternatives: tuple[Node, ...]

    @property
    def match(self) -> str:
        """In FTS5's notation."""
        return _joined(" OR ", self.alternatives)


Node: TypeAlias = Term | Every | Either


def wanted_terms(node: Node) -> Iterator[Term]:
    """The words and phrases that are looked for; those to be left out are not among them."""
    if isinstance(node, Term):
        yield node
        return
    for part in node.wanted if isinstance(node, Every) else node.alternatives:
        yield from wanted_terms(part)


def without_unwanted(node: Node) -> Node:
    """The same, leaving nothing out."""
    if isinstance(node, Every):
        return Every(tuple(map(without_unwanted, node.wanted)))
    return Either(tuple(map(without_unwanted, node.alternatives))) if isinstance(node, Either) else node


def without_terms(node: Node, terms: Collection[Term]) -> Node | None:
    """The same without some of its terms, leaving nothing out; None where nothing else is looked for."""
    if isinstance(node, Term):
        return None if node in terms else node
    parts = node.wanted if isinstance(node, Every) else node.alternatives
    left = tuple(part for one in parts if (part := without_terms(one, terms)))
    if len(left) < 2:
        return left[0] if left else None
    return Every(left) if isinstance(node, Every) else Either(left)


def _joined(operator: str, nodes: tuple[Node, ...]) -> str:
    parts = [node.match for node in nodes]
    return parts[0] if len(parts) == 1 else f"({operator.join(parts)})"
