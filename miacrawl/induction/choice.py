"""The selectors chosen for a field: few, stable, and right on every page that they match."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from miacrawl.induction.reading import Rule, Verdict, value_of, verdict
from miacrawl.induction.selectors import HINTS, is_nameless, selectors_for
from miacrawl.induction.specimen import Specimen
from miacrawl.induction.targets import targets

_MAX_TRIED = 200
_MAX_TRIED_SLOW = 40
"""Bodies and related links cost a whole extraction for each selector and page."""
_MAX_RULES = 3
_AGREED = 2
"""Pages on which a selector has to be right before it is written down."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A rule, the number of pages on which it says what generic extraction says, and where it says more."""

    rule: Rule
    confirmed: int
    more: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen for a field. `pages`: on how many generic extraction found it; `reason`: why nothing was."""

    field: str
    pages: int
    chosen: tuple[Chosen, ...] = ()
    reason: str | None = None


def choose(specimens: list[Specimen], field: str) -> Choice:
    """Compare pages for one field. A second and third rule are chosen where sites have several page layouts."""
    holding = [specimen for specimen in specimens if specimen.value(field)]
    if len(holding) < _AGREED:
        told = "found on no page" if not holding else "found on one page only, so there is nothing to compare"
        return Choice(field, len(holding), reason=told)
    priced = _priced(holding, field)
    if not priced:
        return Choice(field, len(holding), reason="on no two pages an element of its own shows it")
    tried = _Tried(specimens, field)
    chosen: list[Chosen] = []
    open_pages = set(tried.holding)
    for _ in range(_MAX_RULES):
        best = tried.best(priced, open_pages)
        if best is None:
            break
        rule, right = best
        chosen.append(Chosen(rule, len(tried.right(rule)), tried.count(rule, "more")))
        open_pages -= right
    if chosen:
        return Choice(field, len(holding), tuple(chosen))
    return Choice(field, len(holding), reason=tried.why_none())


def _priced(specimens: list[Specimen], field: str) -> list[Rule]:
    """The rules that two pages or more suggest: those of most pages first, then by their cost."""
    cost: dict[Rule, float] = {}
    support: Counter[Rule] = Counter()
    for specimen in specimens:
        mine: dict[Rule, float] = {}
        for target in targets(specimen, field):
            for priced in selectors_for(target.node):
                rule = Rule(field, priced.css, target.attribute)
                mine[rule] = min(mine.get(rule, 99.0), priced.cost)
        support.update(mine.keys())
        cost.update(mine)
    worth = {rule: _cost(rule, cost[rule]) for rule, count in support.items() if count >= _AGREED}
    ranked = sorted(worth, key=lambda rule: (-support[rule], worth[rule], len(rule.css), rule.css))
    return ranked[: _MAX_TRIED_SLOW if field in ("body", "related") else _MAX_TRIED]


def _cost(rule: Rule, cost: float) -> float:
    """Less for a name that is meant for the field and for a date that machines read; more for a long selector."""
    hinted = 0.5 if HINTS[rule.field].search(rule.css) else 0.0
    exact = 0.6 if rule.attribute in ("datetime", "content") else 0.0
    return cost - hinted - exact + len(rule.css) / 100


class _Tried:
    """The verdicts on rules, each asked once."""

    def __init__(self, specimens: list[Specimen], field: str) -> None:
        self.specimens = specimens
        self.field = field
        self.holding = {number for number, specimen in enumerate(specimens) if specimen.value(field)}
        self._verdicts: dict[Rule, list[Verdict]] = {}
        self.constant = False

    def verdicts(self, rule: Rule) -> list[Verdict]:
        """One verdict for each page, up to the first page on which the rule is wrong."""
        if rule not in self._verdicts:
            said = self._verdicts[rule] = []
            for specimen in self.specimens:
                said.append(verdict(rule, specimen))
                if said[-1] == "other":
                    break
        return self._verdicts[rule]

    def right(self, rule: Rule) -> set[int]:
        """Numbers of the pages on which the rule says the same as generic extraction."""
        return {number for number, said in enumerate(self.verdicts(rule)) if said == "same"}

    def count(self, rule: Rule, kind: Verdict) -> int:
        """On how many pages the verdict is `kind`."""
        return self.verdicts(rule).count(kind)

    def best(self, rules: list[Rule], open_pages: set[int]) -> tuple[Rule, set[int]] | None:
        """The rule that is right on most of `open_pages` and wrong nowhere, and those pages; the cheapest of equals.

        Tags alone say nothing of this site, so they have to be right on every page.
        """
        best: tuple[Rule, set[int]] | None = None
        for rule in rules:
            right = self.right(rule) & open_pages
            if is_nameless(rule.css) and right != self.holding:
                continue
            if len(right) < _AGREED or len(right) <= (len(best[1]) if best else 0) or not self._is_safe(rule):
                continue
            best = rule, right
            if right == open_pages:
                break
        return best

    def _is_safe(self, rule: Rule) -> bool:
        """Wrong on no page, seldom right where nothing was found, and saying different things on different pages."""
        if self.count(rule, "other") or 2 * self.count(rule, "more") > len(self.right(rule)):
            return False
        said = [value_of(rule, rule.field, self.specimens[number]) for number in sorted(self.right(rule))]
        if all(value == said[0] for value in said):
            self.constant = True
            return False
        return True

    def why_none(self) -> str:
        """Why no rule was good enough, in words."""
        if self.constant:
            return "the same on every page compared, so it can't be told from what the whole site shows"
        return "no stable selector: none is right on two pages and wrong on none"
