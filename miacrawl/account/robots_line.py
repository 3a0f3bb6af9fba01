"""Which line of a robots.txt decides on an address.

Protego decides, and does not say by which rule. So its rules are asked one by one, and what comes of that is told only
where it comes to the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from protego import Protego

MOST_RULES = 5_000
"""Rules are asked one by one; more of them would take seconds."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of robots.txt. `line`: its number, from 1; `agent`: of the group that it stands in."""

    line: int
    text: str
    value: str
    allows: bool
    agent: str


def deciding_rule(text: str, url: str, agent: str, most: int = MOST_RULES) -> Rule | None:
    """The rule for `agent` that decides on `url`; None where none does or it can't be said which.

    With more than `most` rules that would take too long to find out.
    """
    rules = _rules_for(text, agent)
    if len(rules) > most:
        return None
    allowed = Protego.parse(text).can_fetch(url, agent)
    matching = [rule for rule in rules if _matches(rule.value, url)]
    deciding = max(matching, key=lambda rule: (len(rule.value), rule.allows), default=None)
    return deciding if deciding is not None and deciding.allows is allowed else None


def _rules_for(text: str, agent: str) -> list[Rule]:
    """The rules of the groups that are for `agent`: those of the longest name that fits it, else those of "*"."""
    rules = list(_rules(text))
    fits = {name: _score(name, agent) for name in {rule.agent for rule in rules}}
    best = max(fits.values(), default=0)
    return [rule for rule in rules if best and fits[rule.agent] == best]


def _score(name: str, agent: str) -> int:
    if name == "*":
        return 1
    bare = name.replace("*", "")
    fits = bare and not Protego.parse(f"User-agent: {bare}\nDisallow: /").can_fetch("https://a.example/x", agent)
    return 1 + len(bare) if fits else 0


def _matches(value: str, url: str) -> bool:
    return not Protego.parse(f"User-agent: *\nDisallow: {value}").can_fetch(url, "*")


def _rules(text: str) -> Iterator[Rule]:
    """Every Allow and Disallow line that says something, once for each agent of its group."""
    agents: list[str] = []
    in_rules = False
    for number, full in enumerate(text.splitlines(), 1):
        name, _, value = full.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if name == "user-agent":
            agents = [] if in_rules else agents
            in_rules = False
            if value:
                agents.append(value.lower())
        elif name in ("allow", "disallow"):
            in_rules = True
            if value:
                for agent in agents:
                    yield Rule(number, full.strip(), value, name == "allow", agent)
