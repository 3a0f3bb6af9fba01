"""What a selector says of a field on a page, read as a profile's selector is in extraction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from lxml.etree import _Element

from miacrawl.extract.agreement import agree
from miacrawl.extract.dates import day_of
from miacrawl.extract.headline import likeness, words
from miacrawl.extract.profiled import profiled_authors, profiled_body, profiled_related
from miacrawl.extract.published import dated
from miacrawl.extract.read_time import stated_time
from miacrawl.induction.specimen import Specimen
from miacrawl.site import Site
from miacrawl.strategy import Strategy, css, css_elements, css_texts, said, select

Verdict = Literal["same", "other", "more", "silent"]
"""same: says what generic extraction says; other: says otherwise; more: says something where that finds nothing."""
_ALIKE = 0.98


@dataclass(frozen=True, slots=True)
class Rule:
    """A selector for a field: `css` and, where it is not the text that counts, an attribute."""

    field: str
    css: str
    attribute: str | None = None

    def strategy(self) -> Strategy[Any]:
        """The rule as it stands in a profile."""
        if self.field in ("body", "related"):
            return css_elements(self.css)
        make = css_texts if self.field == "authors" else css
        return make(self.css, attribute=self.attribute)


def value_of(rule: Rule | Strategy[Any], field: str, specimen: Specimen) -> Any:
    """The field's value by a rule or a profile's strategy alone, as in `Article`; None where it finds none."""
    strategy = rule.strategy() if isinstance(rule, Rule) else rule
    page = specimen.page
    if field in ("body", "related"):
        nodes = strategy.read(page)
        return specimen.once((field, nodes), lambda: _in_elements(field, nodes, specimen)) if nodes else None
    if field == "authors":
        return next(iter(profiled_authors(Site("", "", (), authors=(strategy,))))).read(page)
    if field == "published":
        stated = dated(strategy).read(page)
        return stated.moment if stated else None
    text = strategy.read(page)
    if field == "read_time":
        time = stated_time(text or "", labelled=True)
        return time.minutes if time else None
    return text or None


def _in_elements(field: str, nodes: tuple[_Element, ...], specimen: Specimen) -> Any:
    """Body or related links in elements of a page: an extraction of its own, so selectors that agree share it."""
    page, article = specimen.page, specimen.article
    rule: Strategy[tuple[_Element, ...]] = Strategy("", lambda _: nodes)
    if field == "body":
        body = profiled_body(page, Site("", "", (), body=(rule,)), article.title, article.blurb, article.related)
        return body.text if body else None
    found = profiled_related(page, Site("", "", (), related=(rule,)))
    return found[0] if found else None


def verdict(rule: Rule, specimen: Specimen) -> Verdict:
    """How what a rule says of a page compares with generic extraction. One element has to say it, or all the same."""
    known = specimen.value(rule.field)
    value = value_of(rule, rule.field, specimen)
    if value is None:
        return "silent"
    if known is None:
        return "more"
    return "same" if same(rule.field, known, value) and _is_plain(rule, specimen) else "other"


def same(field: str, known: Any, value: Any) -> bool:
    """Whether a value is the one that is known: bodies word by word, dates by the day, the rest as they agree."""
    if field == "body":
        return likeness(words(str(known)), words(str(value))) >= _ALIKE
    if field == "published":
        return day_of(known) == day_of(value)
    if field == "authors":
        return tuple(known) == tuple(value)
    return agree(field, known, value)


def _is_plain(rule: Rule, specimen: Specimen) -> bool:
    """Whether the rule matches one element, or several that all say the same; a byline may have several names."""
    if rule.field == "authors":
        return True
    found = select(specimen.page, rule.css)
    if len(found) == 1:
        return True
    if rule.field in ("body", "related"):
        return False
    return len({text for node in found if (text := said(node, rule.attribute))}) == 1
