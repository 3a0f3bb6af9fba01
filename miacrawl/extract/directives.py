"""What a page, its headers and its site say on being indexed, archived and mined. Recorded, and honoured where wanted.

Sources: the robots meta tag and X-Robots-Tag (Google, "Robots meta tag, data-nosnippet, and X-Robots-Tag
specifications"; "noai" and "noimageai" by DeviantArt), the TDM Reservation Protocol (W3C Community Group Final Report,
2 February 2024).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from miacrawl.directives import Directives, Reservation
from miacrawl.page import Page, collapse

AGENT = "miacrawl"
MAX_DIRECTIVES = 50
_MAX_LENGTH = 200
_PLAIN = frozenset(
    "all index follow noindex nofollow noarchive nocache nosnippet none notranslate noimageindex indexifembedded "
    "nositelinkssearchbox noai noimageai noodp noydir".split()
)
_VALUED = ("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after")
_SAME = {"none": ("noindex", "nofollow"), "nocache": ("noarchive",)}
_SAYS_NOTHING = frozenset({"all", "index", "follow"})
_FOR_AN_AGENT = re.compile(r"\s*([\w.+-]{1,60})\s*:(.*)", re.S)
_REASONS = {
    "noindex": "the page asks not to be indexed (noindex)",
    "noarchive": "the page asks not to be archived (noarchive)",
    "nosnippet": "the page asks not to be quoted (nosnippet)",
    "noai": "the page asks not to be used for AI (noai)",
    "tdm": "text and data mining is reserved (tdm-reservation)",
}
HONOURED = frozenset(_REASONS)
"""What the setting MIACRAWL_HONOUR may name."""


def directives_of(page: Page, agent: str = AGENT) -> tuple[str, ...]:
    """The directives of `<meta name=robots>` and of the one with our own name.

    What is meant for other crawlers by name ("googlebot") is for them.
    """
    return _once(part for name in ("robots", agent) for value in page.meta.get(name, ()) for part in _parts(value))


def header_directives(values: Iterable[str], agent: str = AGENT) -> tuple[str, ...]:
    """The directives of X-Robots-Tag headers: for all crawlers, and "agent: …" for us."""
    found: list[str] = []
    for value in values:
        match = _FOR_AN_AGENT.match(value)
        name = match.group(1).lower() if match else ""
        if match is None or name in _VALUED:
            found.extend(_parts(value))
        elif name == agent:
            found.extend(_parts(match.group(2)))
    return _once(found)


def meta_reservation(page: Page) -> Reservation:
    """`<meta name=tdm-reservation>` and `<meta name=tdm-policy>`."""
    return _reservation(page.meta_first("tdm-reservation"), page.meta_first("tdm-policy"), page.url)


def header_reservation(headers: Mapping[str, str], url: str) -> Reservation:
    """The headers tdm-reservation and tdm-policy of the answer for `url`; names in lower case."""
    return _reservation(headers.get("tdm-reservation"), headers.get("tdm-policy"), url)


def gathered(
    page: Page | None,
    robots_tags: Iterable[str] = (),
    headers: Mapping[str, str] | None = None,
    site: Mapping[str, Reservation] | None = None,
    *,
    url: str,
    agent: str = AGENT,
) -> Directives:
    """All that is said of the page at `url`; `page` is None where it is no HTML.

    `robots_tags`: values of X-Robots-Tag; `headers`: by names in lower case; `site`: what "tdmrep.json" and "ai.txt"
    say of its path. Of several reservations the nearest counts: the page's before the header's before the site's.
    """
    said = {
        "meta": (directives_of(page, agent) if page else (), meta_reservation(page) if page else Reservation()),
        "header": (header_directives(robots_tags, agent), header_reservation(headers or {}, url)),
        **{name: ((), reservation) for name, reservation in (site or {}).items()},
    }
    nearest = next((what for _, what in said.values() if what.reserved is not None), Reservation())
    policy = next((what.policy for _, what in said.values() if what.policy), None)
    sources = tuple(name for name, (robots, what) in said.items() if robots or what != Reservation())
    robots = _once(directive for directives, _ in said.values() for directive in directives)
    return Directives(robots, nearest.reserved, policy if nearest.reserved else nearest.policy, sources)


def why_not_archived(directives: Directives, honour: frozenset[str]) -> str | None:
    """Reason in words why a page is not to be archived, given what is to be honoured (of HONOURED), or None."""
    said = {directive for directive in directives.robots if directive in _REASONS}
    if directives.tdm_reserved:
        said.add("tdm")
    return next((reason for name, reason in _REASONS.items() if name in honour and name in said), None)


def _parts(value: str) -> Iterator[str]:
    """The directives of one value. The date of unavailable_after may have a comma in it."""
    pieces = collapse(value[:4_000]).lower().split(",")
    while pieces:
        piece = pieces.pop(0).strip()
        name, _, rest = (part.strip() for part in piece.partition(":"))
        if name == "unavailable_after" and pieces and not _is_directive(pieces[0]):
            rest = f"{rest}, {pieces.pop(0).strip()}"
        if name in _VALUED and rest:
            yield f"{name}:{rest[:_MAX_LENGTH]}"
        elif name in _PLAIN and name not in _SAYS_NOTHING:
            yield from _SAME.get(name, (name,))


def _is_directive(piece: str) -> bool:
    return piece.partition(":")[0].strip() in (*_PLAIN, *_VALUED)


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:MAX_DIRECTIVES]


def _reservation(reserved: str | None, policy: str | None, base: str) -> Reservation:
    said = {"1": True, "0": False}.get((reserved or "").strip())
    address = Page.absolute_from(base, policy) if policy and len(policy) <= 2_000 else None
    return Reservation(said, address if said else None)
