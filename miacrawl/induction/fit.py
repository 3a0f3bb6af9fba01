"""How well a profile fits pages: for each of its selectors, on how many it still finds its field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from miacrawl.induction.reading import same, value_of
from miacrawl.induction.specimen import Specimen
from miacrawl.site import FIELDS, Site
from miacrawl.strategy import Strategy


@dataclass(frozen=True, slots=True)
class RuleFit:
    """One selector: whether it is in force, on how many pages it gives a value, and on how many of those the generic
    rules find the same."""

    source: str
    in_force: bool
    matched: int = 0
    agreed: int = 0


@dataclass(frozen=True, slots=True)
class FieldFit:
    """One field: its selectors, on how many pages one of them gives a value, on how many generic rules find one."""

    field: str
    rules: tuple[RuleFit, ...]
    served: int
    generic: int

    @property
    def has_drifted(self) -> bool:
        """Whether no selector finds what the generic rules do find: the site has changed, or the profile is wrong."""
        return self.served == 0 and self.generic > 0


def fits(site: Site, specimens: list[Specimen], day: date) -> list[FieldFit]:
    """How a profile, as it holds on `day`, fits pages, for each field for which it has selectors."""
    return [_field(site, field, specimens, day) for field in FIELDS if getattr(site, field)]


def _field(site: Site, field: str, specimens: list[Specimen], day: date) -> FieldFit:
    rules: tuple[Strategy[Any], ...] = getattr(site, field)
    values = {
        number: [value_of(rule, field, specimen) for specimen in specimens]
        for number, rule in enumerate(rules)
        if rule.holds(day)
    }
    served = sum(any(found[page] is not None for found in values.values()) for page in range(len(specimens)))
    generic = sum(specimen.value(field) is not None for specimen in specimens)
    fitted = tuple(_rule(rule, field, values.get(number), specimens) for number, rule in enumerate(rules))
    return FieldFit(field, fitted, served, generic)


def _rule(rule: Strategy[Any], field: str, values: list[Any] | None, specimens: list[Specimen]) -> RuleFit:
    if values is None:
        return RuleFit(rule.source, False)
    said = [
        (specimen.value(field), value) for specimen, value in zip(specimens, values, strict=True) if value is not None
    ]
    agreed = sum(known is not None and same(field, known, value) for known, value in said)
    return RuleFit(rule.source, True, len(said), agreed)
