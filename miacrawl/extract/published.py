"""When the article was published and when it was last changed, with the words that said so.

Metadata is more precise, the visible date is what readers are told: where both name different days and the
visible one is not marked as an update, the visible one wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from lxml.etree import XPath, _Element, _ElementUnicodeResult

from miacrawl.extract.dates import Moment, day_of, find_date, parse_date
from miacrawl.extract.language import language_of
from miacrawl.extract.line import Line, names_of
from miacrawl.extract.marks import is_hidden
from miacrawl.extract.names import NamePattern
from miacrawl.extract.place import places_of
from miacrawl.extract.surroundings import surroundings
from miacrawl.page import Page, collapse, text_of
from miacrawl.strategy import Strategy, answers


@dataclass(frozen=True, slots=True)
class Stated:
    """A moment and the source's own words for it."""

    moment: Moment
    text: str


_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "pubdate", "publishdate", "publish_date",
    "publish-date", "publication_date", "published_at", "published-date", "publisheddate", "published_time_telegram",
    "citation_publication_date", "citation_date", "article.published", "article_date_original",
    "originalpublicationdate",
    "analyticsattributes.articledate", "bt:pubdate", "rnews:datepublished", "vr:published_time", "datecreated",
    "last-published", "published", "article_date", "date",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:updated_time", "article:modified", "datemodified", "dcterms.modified",
    "dc.date.modified", "cxenseparse:recs:mod_time", "lastmod", "last-modified", "last_modified", "revised",
    "updated_time",
)  # fmt: skip
_UPDATE = re.compile(
    r"updated?|updates|modified|revised|reviewed|edited|aktualisi?ert|aktualisierung|aktualiz\w+|aktualno\w+|"
    r"actualiz\w+|actualis\w+|mis à jour|mise à jour|màj|maj(?= )|güncelle\w+|son güncelleme|обновл\w+|оновлен\w+|"
    r"изменен\w+|aggiorna\w+|ultima modifica|ultimo aggiornamento|oppdater\w+|opdater\w+|uppdater\w+|uppfær\w+|"
    r"päivitet\w+|bijgewerkt|gewijzigd|zaktualizow\w+|atualiz\w+|modificad\w+|diperbarui|更新|修订|修正|수정|업데이트|"
    r"frissít\w+|módosít\w+|actualitz\w+|ενημερ\w+|ažurira\w+|posodob\w+|आखरी अपडेट|अपडेट|"
    r"تحديث|עודכן|cập nhật|แก้ไข|อัปเดต",
    re.I,
)
_UPDATE_NAME = NamePattern(
    r"(?<![a-z])(?:modified|datemodified|last-?mod\w*|modification(?:-?date)?|last-?updated?\w*|"
    r"updated?-?(?:date|time|on|at|since)|date-?updated?)(?![a-z])"
)
_CAPTION = NamePattern(r"caption|credit|gallery|slide")
_PUBLISHED_NAME = NamePattern(r"publish|datepublished|pubdate|post-?date|entry-?date")
_TOLERANCE = timedelta(days=1)
"""Metadata in UTC and a date shown in local time may be this far apart and mean the same moment."""
_EVENT = re.compile(r"copyright|as of|valid|©|\(c\)|deadline|expires?|born|\bevent|since|seit", re.I)
_IN_URL = re.compile(r"/(?P<y>(?:19|20)\d{2})[/-](?P<m>0[1-9]|1[0-2])[/-](?P<d>0[1-9]|[12]\d|3[01])(?:[/_-]|$)")
_IN_STATE = re.compile(
    r"\\?\"(?:datePublished|date_published|publishedAt|published_at|publishDate|publish_date|publishedDate|"
    r"publicationDate|firstPublished\w{0,4}|published_time|datePublication|publish_time|pubDate|createdAt|created_at)\\?\"\s*:\s*\\?\"?"
    r"(?P<date>\d{4}-\d{2}-\d{2}[T \d:.+Z-]{0,25}|\d{10}(?:\d{3})?)\b"
)


def _stated(page: Page, text: str | None) -> Stated | None:
    if not text:
        return None
    moment = parse_date(text, page.once(language_of))
    return Stated(moment, text) if moment else None


def dated(strategy: Strategy[str]) -> Strategy[Stated]:
    """A strategy that yields text, as one that yields the date in it."""
    return Strategy(strategy.source, lambda page: _stated(page, strategy.read(page)))


def _json_ld(key: str) -> Strategy[Stated]:
    return Strategy(f"json-ld:{key}", lambda page: _stated(page, page.article_ld_text(key)))


def _meta(names: tuple[str, ...]) -> tuple[Strategy[Stated], ...]:
    def strategy(name: str) -> Strategy[Stated]:
        return Strategy(f"meta:{name}", lambda page: _stated(page, page.meta_first(name)))

    return tuple(strategy(name) for name in names)


def _microdata(prop: str) -> Strategy[Stated]:
    def read(page: Page) -> Stated | None:
        for block in _near(page):
            for node in (*block.inner, *block.above[:2]):
                if prop in (node.get("itemprop") or "").split() or prop in (node.get("property") or "").split(":"):
                    text = node.get("datetime") or node.get("content") or text_of(node)
                    if found := _stated(page, text):
                        return found
        return None

    return Strategy(f"microdata:{prop}", read)


def _near(page: Page) -> Iterator[Line]:
    """Blocks where a date would be shown: after the headline to the text, then just before it."""
    around = surroundings(page)
    for block in around.top:
        if not block.places & {"related", "comment"} or block.named(_PUBLISHED_NAME):
            yield block
    for block in around.before[:10]:
        if not block.places & {"related", "nav", "footer"}:
            yield block


@dataclass(frozen=True, slots=True)
class _Shown:
    stated: Stated
    is_update: bool
    exact: Stated | None


def _shown(page: Page) -> tuple[_Shown, ...]:
    return page.once(_find_shown)


def _find_shown(page: Page) -> tuple[_Shown, ...]:
    """Dates shown near the headline, in reading order."""
    found: list[_Shown] = []
    for block in _near(page):
        if len(block.spaced) <= 200:
            found.extend(_dates_in(page, block))
        if len(found) > 8:
            break
    return tuple(found)


def _dates_in(page: Page, block: Line) -> Iterator[_Shown]:
    """Every date of one line, told apart as update or not by the words between it and the one before."""
    if _is_prose(block):
        return
    text, language = block.spaced, page.once(language_of)
    named_update = block.named(_UPDATE_NAME) and not block.named(_PUBLISHED_NAME)
    start = 0
    for _ in range(4):
        hit = find_date(text[start:], language)
        if hit is None:
            return
        moment, begin, end = hit
        lead = text[start : start + begin]
        if not _EVENT.search(lead) and len(lead) <= 100:
            update = bool(_UPDATE.search(lead)) or (named_update and start == 0 and not lead.strip())
            words = text[start : start + end].strip(" \t|•·-–—,")
            yield _Shown(Stated(moment, words), update, _exact(page, block, moment))
        start += end


def _is_prose(block: Line) -> bool:
    """Whether a block is a sentence or a caption, whose dates are those of what it tells."""
    if any(node.tag in ("figure", "figcaption", "blockquote") for node in block.above):
        return True
    return block.named(_CAPTION) or (len(block.text) > 90 and block.is_sentence)


def _exact(page: Page, block: Line, moment: Moment) -> Stated | None:
    """The machine-readable form that a `<time>` of the line gives, if it is of the same day."""
    for node in (*block.inner, *block.above[:1]):
        stated = _stated(page, node.get("datetime")) if node.tag == "time" else None
        if stated and abs(day_of(stated.moment) - day_of(moment)) <= timedelta(days=1):
            return stated
    return None


def _visible(page: Page) -> Stated | None:
    shown = next((one for one in _shown(page) if not one.is_update), None)
    return (shown.exact or shown.stated) if shown else None


def _visible_update(page: Page) -> Stated | None:
    shown = next((one for one in _shown(page) if one.is_update), None)
    return (shown.exact or shown.stated) if shown else None


def _time_element(page: Page) -> Stated | None:
    for block in _near(page):
        for node in (*block.inner, *block.above[:2]):
            if node.tag == "time" and not _is_update(node, block) and (found := _stated(page, node.get("datetime"))):
                return found
    return None


def _is_update(node: _Element, block: Line) -> bool:
    names = names_of(node)
    if _PUBLISHED_NAME.matches(names):
        return False
    return bool(_UPDATE_NAME.matches(names) or _UPDATE.search(block.spaced[:60]))


def _other_json_ld(page: Page) -> Stated | None:
    """A publication date of whatever the page says it is about: WebPage, VideoObject, …"""
    for node in page.json_ld:
        for key in ("datePublished", "uploadDate", "dateCreated"):
            value = node.get(key)
            if isinstance(value, str) and (found := _stated(page, collapse(value))):
                return found
    return None


_ELSEWHERE_NOT = frozenset(("footer", "nav", "related", "comment"))
_SHORT_DATED = XPath(
    "//body//*[not(self::script or self::style or self::option)]/text()[contains(., '20') and string-length(.) < 70]"
)


def _elsewhere(page: Page) -> Stated | None:
    """The only date that a short line anywhere in the page's main part gives: some show it below the text."""
    found: dict[date, Stated] = {}
    for text in cast(list[_ElementUnicodeResult], _SHORT_DATED(page.root))[:300]:
        parent = text.getparent()
        line = collapse(text)
        stated = None if _EVENT.search(line) else _stated(page, line)
        if (
            parent is None
            or stated is None
            or _UPDATE.search(line)
            or is_hidden(parent)
            or places_of(parent) & _ELSEWHERE_NOT
        ):
            continue
        exact = _stated(page, parent.get("datetime")) if parent.tag == "time" else None
        found.setdefault(day_of(stated.moment), exact or stated)
    return next(iter(found.values())) if len(found) == 1 else None


def _in_url(page: Page) -> Stated | None:
    match = _IN_URL.search(page.url)
    return _stated(page, f"{match['y']}-{match['m']}-{match['d']}") if match else None


def _in_state(page: Page) -> Stated | None:
    """The first publication date in the data that the page's scripts carry."""
    match = _IN_STATE.search(page.text)
    return _stated(page, match["date"]) if match else None


_PUBLISHED_DATA: tuple[Strategy[Stated], ...] = (
    _json_ld("datePublished"),
    *_meta(_PUBLISHED_META[:9]),
    _microdata("datePublished"),
    *_meta(_PUBLISHED_META[9:]),
    Strategy("time:datetime", _time_element),
)
_MODIFIED_DATA: tuple[Strategy[Stated], ...] = (
    _json_ld("dateModified"),
    *_meta(_MODIFIED_META),
    _microdata("dateModified"),
)
PUBLISHED: tuple[Strategy[Stated], ...] = (
    *_PUBLISHED_DATA,
    Strategy("visible:near-headline", _visible),
    _json_ld("dateCreated"),
    Strategy("json-ld:other", _other_json_ld),
    Strategy("url", _in_url),
    Strategy("visible:elsewhere", _elsewhere),
)
"""Sources of the publication date, before the visible page has its say."""
_EMBEDDED = Strategy("embedded-data", _in_state)
MODIFIED: tuple[Strategy[Stated], ...] = (*_MODIFIED_DATA, Strategy("visible:near-headline", _visible_update))
"""Sources of the date of the last change."""


def published(page: Page, chain: tuple[Strategy[Stated], ...] = PUBLISHED) -> tuple[Stated, str] | None:
    """When the article was published, and the rule; an update date only where there is no other."""
    found = next(answers(page, (*chain, *MODIFIED, _EMBEDDED)), None)
    if found is None:
        return None
    if not found.source.startswith(("visible", "site:")):
        shown = _visible(page)
        if shown and _contradicts(page, shown, found.value):
            return shown, "visible:near-headline"
    return found.value, found.source


def _contradicts(page: Page, shown: Stated, data: Stated) -> bool:
    """Whether the visible date names another day than the metadata, whichever order day and month were written in."""
    one, other = day_of(shown.moment), day_of(data.moment)
    swapped = (one.year, one.day, one.month) == (other.year, other.month, other.day)
    days = {day_of(shown.stated.moment) for shown in _shown(page) if not shown.is_update}
    return abs(one - other) > _TOLERANCE and not swapped and other not in days and len(days) == 1
