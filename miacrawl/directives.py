"""What is said of a page on being indexed, archived and mined: by itself, its headers, its site."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Directives:
    """What is said of one page.

    `robots`: directives in lower case, each once, as "noindex" or "max-snippet:50"; `tdm_reserved`: whether rights to
    text and data mining are reserved, None where nothing says; `tdm_policy`: address of the terms; `sources`: where it
    was said, of "meta", "header", "tdmrep.json" and "ai.txt".
    """

    robots: tuple[str, ...] = ()
    tdm_reserved: bool | None = None
    tdm_policy: str | None = None
    sources: tuple[str, ...] = ()


NOTHING_SAID = Directives()


@dataclass(frozen=True, slots=True)
class Reservation:
    """What one source says of text and data mining: whether rights are reserved, and the address of the terms."""

    reserved: bool | None = None
    policy: str | None = None
