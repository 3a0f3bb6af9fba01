"""From bytes to an `Article`: the page is built once, every field's chain is run, every answer names its rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from miacrawl.article import Article
from miacrawl.extract.authors import AUTHORS
from miacrawl.extract.blurb import BLURB
from miacrawl.extract.body import find_body
from miacrawl.extract.canonical import CANONICAL
from miacrawl.extract.confidence import confidences
from miacrawl.extract.estimate import estimated_minutes
from miacrawl.extract.evidence import compare
from miacrawl.extract.flags import find_flags
from miacrawl.extract.headline import likeness, words
from miacrawl.extract.image import IMAGE
from miacrawl.extract.language import LANGUAGE
from miacrawl.extract.profiled import profiled_authors, profiled_body, profiled_related
from miacrawl.extract.published import MODIFIED, PUBLISHED, Stated, dated, published
from miacrawl.extract.read_time import READ_TIME, ReadTime, stated_time
from miacrawl.extract.related import find_related
from miacrawl.extract.section import SECTION
from miacrawl.extract.site_name import SITE_NAME
from miacrawl.extract.summary import SUMMARY
from miacrawl.extract.title import TITLE
from miacrawl.page import Page
from miacrawl.site import Site
from miacrawl.sites import profile_on
from miacrawl.strategy import Strategy, answers, find

T = TypeVar("T")


class _Fields:
    """The fields of one page as they are found, with their provenance."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.values: dict[str, Any] = {}
        self.provenance: dict[str, str] = {}

    def put(self, name: str, value: object, source: str) -> None:
        """Keep a value and its rule; an empty value leaves no trace."""
        if value is not None and value not in ("", (), 0):
            self.values[name] = value
            self.provenance[name] = source

    def put_read_time(self, value: ReadTime, source: str) -> None:
        """Keep both fields of a reading time."""
        self.put("read_minutes", value.minutes, source)
        self.put("read_time_text", value.text, source)

    def find(self, name: str, *chains: tuple[Strategy[T], ...]) -> T | None:
        """Run `chains` one after the other; the first good answer is kept and returned."""
        hit = find(self.page, (strategy for chain in chains for strategy in chain))
        if hit is None:
            return None
        self.put(name, hit.value, hit.source)
        return hit.value


def read_article(html: bytes, url: str, content_type: str | None = None, captured: date | None = None) -> Article:
    """What `miacrawl.extract` promises."""
    page = Page(html, url or "", content_type)
    return read_page(page, profile_on(page.url, captured))


def read_page(page: Page, site: Site | None) -> Article:
    """The article on a page, by the rules of `site` before the generic ones."""
    fields = _Fields(page)
    _metadata(fields, site)
    _text(fields, site)
    compared = compare(page, fields.values, fields.provenance)
    confidence = confidences(page, fields.values, fields.provenance, compared.agreement)
    article = Article(
        url=page.url,
        **fields.values,
        provenance=fields.provenance,
        evidence=compared.evidence,
        confidence=confidence,
    )
    return replace(article, flags=find_flags(page, article))


def _text(fields: _Fields, site: Site | None) -> None:
    """Related links first: their cards are no part of the body."""
    page = fields.page
    related, rules = profiled_related(page, site) or find_related(page)
    fields.put("related", related, rules)
    told = (fields.values.get("title"), fields.values.get("blurb"), related)
    body = profiled_body(page, site, *told) or find_body(page, *told)
    fields.put("body", body.text, body.source)
    fields.put("body_html", body.html, body.source)
    fields.put("word_count", body.word_count, body.source)
    estimate = estimated_minutes(body.text, body.word_count, fields.values.get("language"))
    fields.put("read_minutes_estimated", estimate, "computed:reading-speed")


def _metadata(fields: _Fields, site: Site | None) -> None:
    fields.find("canonical_url", CANONICAL)
    if site:
        fields.put("site_name", site.name, f"site:{site.key}")
    else:
        fields.find("site_name", SITE_NAME)
    fields.find("language", LANGUAGE)
    fields.find("image", IMAGE)
    fields.find("title", site.title if site else (), TITLE)
    blurb = fields.find("blurb", site.blurb if site else (), BLURB)
    summary = find(fields.page, SUMMARY)
    if summary and not (blurb and likeness(words(summary.value), words(blurb)) > 0.9):
        fields.put("summary", summary.value, summary.source)
    _read_time(fields, site)
    fields.find("authors", profiled_authors(site), AUTHORS)
    fields.find("section", site.section if site else (), SECTION)
    _dates(fields, site)


def _dates(fields: _Fields, site: Site | None) -> None:
    """Both dates, each with the words that stated it; a profile's strategy gives the words."""
    hit = published(fields.page, (*_profiled(site), *PUBLISHED))
    if hit:
        fields.put("published", hit[0].moment, hit[1])
        fields.put("published_text", hit[0].text, hit[1])
    late = find(fields.page, MODIFIED)
    if late and not (hit and late.value.moment == hit[0].moment):
        fields.put("modified", late.value.moment, late.source)
        fields.put("modified_text", late.value.text, late.source)


def _profiled(site: Site | None) -> tuple[Strategy[Stated], ...]:
    return tuple(dated(strategy) for strategy in (site.published if site else ()))


def _read_time(fields: _Fields, site: Site | None) -> None:
    """Minutes and text are one find; a profile's strategy gives the text, which is read as any other."""
    for text in answers(fields.page, site.read_time if site else ()):
        hit = stated_time(text.value, labelled=True)
        if hit:
            fields.put_read_time(hit, text.source)
            return
    found = find(fields.page, READ_TIME)
    if found:
        fields.put_read_time(found.value, found.source)
