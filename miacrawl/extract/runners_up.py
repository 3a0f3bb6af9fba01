"""What every rule says of a page: each field's winner, and the answers of the rules that came after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from miacrawl.article import Article
from miacrawl.extract.agreement import agree
from miacrawl.extract.authors import AUTHORS
from miacrawl.extract.blurb import BLURB
from miacrawl.extract.body import find_body
from miacrawl.extract.canonical import CANONICAL
from miacrawl.extract.extractor import read_page
from miacrawl.extract.image import IMAGE
from miacrawl.extract.language import LANGUAGE
from miacrawl.extract.profiled import profiled_authors
from miacrawl.extract.published import MODIFIED, PUBLISHED, dated
from miacrawl.extract.read_time import READ_TIME, stated_time
from miacrawl.extract.related import find_related
from miacrawl.extract.section import SECTION
from miacrawl.extract.site_name import SITE_NAME
from miacrawl.extract.summary import SUMMARY
from miacrawl.extract.title import TITLE
from miacrawl.page import Page, collapse
from miacrawl.site import Site
from miacrawl.sites import profile_on
from miacrawl.strategy import Found, Strategy, answers

EXAMINED = (
    "title", "blurb", "section", "read_minutes", "authors", "published", "modified", "site_name", "canonical_url",
    "language", "image", "summary", "body", "related",
)  # fmt: skip
"""The fields that are looked at, in the order in which a reader of a page meets them."""
_REPORTED_WITH = {"read_minutes": "read_time_text", "published": "published_text", "modified": "modified_text"}


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """What another rule says of a field, and whether it agrees with the field's value; None where that is empty."""

    value: Any
    source: str
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One field: its value as in `Article`, the rule that found it, the source's own words where they are kept.

    `runners_up` are the answers of other rules, in the order in which they were asked; `tried` counts all rules.
    """

    value: Any
    source: str | None
    text: str | None
    runners_up: tuple[RunnerUp, ...]
    tried: int


@dataclass(frozen=True, slots=True)
class Examination:
    """An article, what every rule says of each of its fields, and the key of the profile that was used."""

    article: Article
    findings: Mapping[str, Finding]
    profile: str | None


def examine(html: bytes, url: str, *, content_type: str | None = None, captured: date | None = None) -> Examination:
    """As `miacrawl.extract`, with the runners-up of each field. Never raises on any bytes; all rules are run."""
    page = Page(html, url or "", content_type)
    site = profile_on(page.url, captured)
    article = read_page(page, site)
    findings = {name: _finding(page, site, article, name) for name in EXAMINED}
    return Examination(article, findings, site.key if site else None)


def _finding(page: Page, site: Site | None, article: Article, name: str) -> Finding:
    value = getattr(article, name) or None
    source = article.provenance.get(name)
    others: dict[str, RunnerUp] = {}
    for found in _answers(page, site, article, name):
        if found.source != source and found.source not in others:
            agrees = None if value is None else _agree(name, value, found.value)
            others[found.source] = RunnerUp(found.value, found.source, agrees)
    text = getattr(article, _REPORTED_WITH[name]) if name in _REPORTED_WITH else None
    return Finding(value, source, text, tuple(others.values()), _rules(site, name))


def _agree(name: str, one: object, other: object) -> bool:
    if name == "language":
        return str(one).partition("-")[0] == str(other).partition("-")[0]
    return agree(name, one, other)


def _answers(page: Page, site: Site | None, article: Article, name: str) -> Iterator[Found[Any]]:
    if name == "body":
        yield from _bodies(page, article)
    elif name == "related":
        links, rules = find_related(page)
        if links:
            yield Found(links, rules)
    else:
        yield from answers(page, _chain(site, name))


def _bodies(page: Page, article: Article) -> Iterator[Found[str]]:
    """The generic body, and the text that the page's data states as its body."""
    generic = find_body(page, article.title, article.blurb, article.related)
    if generic.text:
        yield Found(generic.text, generic.source)
    stated = page.article_ld.get("articleBody")
    if isinstance(stated, str) and collapse(stated):
        yield Found(collapse(stated), "json-ld:articleBody")


def _chain(site: Site | None, name: str) -> tuple[Strategy[Any], ...]:
    """The strategies of a field, those of the profile first, as ones that give values as in `Article`."""
    own: dict[str, Iterable[Strategy[Any]]] = {
        "title": site.title if site else (),
        "blurb": site.blurb if site else (),
        "section": site.section if site else (),
        "authors": profiled_authors(site),
        "published": (_moment(dated(rule)) for rule in (site.published if site else ())),
        "read_minutes": map(_stated_minutes, site.read_time if site else ()),
    }
    return (*own.get(name, ()), *_GENERIC[name])


def _moment(rule: Strategy[Any]) -> Strategy[Any]:
    return Strategy(rule.source, lambda page: (found := rule.read(page)) and found.moment)


def _minutes(rule: Strategy[Any]) -> Strategy[Any]:
    return Strategy(rule.source, lambda page: (found := rule.read(page)) and found.minutes)


def _stated_minutes(rule: Strategy[str]) -> Strategy[Any]:
    def read(page: Page) -> int | None:
        found = stated_time(rule.read(page) or "", labelled=True)
        return found.minutes if found else None

    return Strategy(rule.source, read)


_GENERIC: Mapping[str, tuple[Strategy[Any], ...]] = {
    "title": TITLE,
    "blurb": BLURB,
    "section": SECTION,
    "read_minutes": tuple(map(_minutes, READ_TIME)),
    "authors": AUTHORS,
    "published": tuple(map(_moment, PUBLISHED)),
    "modified": tuple(map(_moment, MODIFIED)),
    "site_name": SITE_NAME,
    "canonical_url": CANONICAL,
    "language": LANGUAGE,
    "image": IMAGE,
    "summary": SUMMARY,
}


def _rules(site: Site | None, name: str) -> int:
    return len(_chain(site, name)) if name in _GENERIC else len(getattr(site, name, ())) + 1
