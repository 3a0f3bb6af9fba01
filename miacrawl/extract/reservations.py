"""What a site says of text and data mining in files of its own: /.well-known/tdmrep.json and /ai.txt.

The TDM Reservation Protocol (W3C Community Group Final Report, 2 February 2024, section 6.2) has a list of rules by
path. ai.txt (Spawning) is written like robots.txt: "User-Agent: *", then "Disallow:" and "Allow:" by ending or path.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from miacrawl.directives import Reservation
from miacrawl.extract.directives import AGENT
from miacrawl.page import Page

MAX_BYTES = 100_000
"""What is read of such a file, and what of its text is worth keeping."""
_MAX_RULES = 1_000
_MAX_PATTERN = 500
_MAX_AGENTS = 50


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of tdmrep.json: what is reserved at which paths ("*" any characters, "$" the end)."""

    location: str
    reserved: bool
    policy: str | None = None


def tdmrep_rules(data: bytes, base: str) -> tuple[Rule, ...]:
    """The rules of a tdmrep.json, in their order; none where it can't be read. Policies are resolved against `base`."""
    try:
        found = json.loads(data[:MAX_BYTES].decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return ()
    rules = found if isinstance(found, list) else [found]
    return tuple(_rules(rules[:_MAX_RULES], base))


def _rules(entries: list[Any], base: str) -> Iterator[Rule]:
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        location, reserved, policy = (entry.get(key) for key in ("location", "tdm-reservation", "tdm-policy"))
        if not isinstance(location, str) or str(reserved) not in ("0", "1") or len(location) > _MAX_PATTERN:
            continue
        address = Page.absolute_from(base, policy) if isinstance(policy, str) and len(policy) <= 2_000 else None
        yield Rule(location, str(reserved) == "1", address)


def tdmrep_says(rules: tuple[Rule, ...], url: str) -> Reservation:
    """What the first rule that fits `url` says. Raises ValueError where `url` can't be read."""
    parts = urlsplit(url)
    path = unquote(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    for rule in rules:
        if fits(unquote(rule.location), path):
            return Reservation(rule.reserved, rule.policy if rule.reserved else None)
    return Reservation()


def fits(pattern: str, path: str) -> bool:
    """Whether `path` begins with `pattern`, as in robots.txt (RFC 9309 section 2.2.3): "*" any characters, "$" the end.

    Without regular expressions: the pieces between stars are looked up one after the other.
    """
    ended = pattern.endswith("$")
    first, *pieces = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    for number, piece in enumerate(pieces, start=1):
        if ended and number == len(pieces):
            return path.endswith(piece) and len(path) - len(piece) >= place
        found = path.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return not ended or place == len(path)


def ai_txt_says(data: bytes, url: str, agent: str = AGENT) -> Reservation:
    """What an ai.txt says of `url`: reserved where it is disallowed, None where the file has no rule for us.

    The longest pattern that fits counts, "Allow" where two are as long (RFC 9309 section 2.2.2). Raises ValueError
    where `url` can't be read.
    """
    text = data[:MAX_BYTES].decode("utf-8-sig", "replace")
    if "<html" in text[:1_000].lower():
        return Reservation()
    groups = _groups(text)
    rules = groups.get(agent, groups.get("*"))
    if not rules:
        return Reservation()
    path = unquote(urlsplit(url).path or "/")
    fitting = [(len(pattern), allowed) for pattern, allowed in rules if fits(pattern, path)]
    return Reservation(not max(fitting)[1] if fitting else False)


def _groups(text: str) -> dict[str, list[tuple[str, bool]]]:
    """The rules of each user agent, by its name in lower case: (pattern, whether allowed)."""
    groups: dict[str, list[tuple[str, bool]]] = {}
    agents: list[str] = []
    naming = False
    for line in text.splitlines():
        name, colon, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        name = name.lower()
        if name == "user-agent" and colon:
            agents = [*(agents[-_MAX_AGENTS:] if naming else ()), value.lower()[:100]]
            naming = True
        elif name in ("allow", "disallow"):
            naming = False
            for agent in agents if value and len(value) <= _MAX_PATTERN else ():
                rules = groups.setdefault(agent, [])
                if len(rules) < _MAX_RULES:
                    rules.append((unquote(value), name == "allow"))
    return groups
