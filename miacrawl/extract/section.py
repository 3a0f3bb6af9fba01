"""The category shown with the article: its overline, the last breadcrumb, or the category in the byline's line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from lxml.etree import _Element

from miacrawl.extract.dates import find_date
from miacrawl.extract.headline import headline_node, likeness, words
from miacrawl.extract.line import Line, names_of
from miacrawl.extract.names import NamePattern
from miacrawl.extract.read_time import stated_time
from miacrawl.extract.site_name import site_words
from miacrawl.extract.surroundings import surroundings
from miacrawl.page import Page, ld_text, ld_types, text_of, urlsplit_path
from miacrawl.strategy import Strategy

_MAX = 45
_MAX_TRAIL = 200
_BREADCRUMB = NamePattern(r"bread-?crumb|(?<![a-z])(?:crumbs?|trail|fil-d-?ariane|ariane|rootline|where)(?![a-z])")
_CATEGORY = NamePattern(
    r"(?<![a-z])(?:categor(?:y|ies|ia|ie)\w*|cats?|cat-?links?|meta-?cats?|"
    r"section(?:-?(?:name|label|title|link|tag))?|kicker|topline|"
    r"over-?line|eyebrow|rubric|rubrik|rubrique|channel(?:-?name)?|thematique|label|ressort|dachzeile|term-?badges?|"
    r"topic|pillar|vertical|entry-category|article-?section|volanta|cintillo|antetitulo|departament\w*)(?![a-z])"
    r"|category|rubriek"
)
_CATEGORY_PATH = re.compile(
    r"/(?:category|categories|kategorie|categoria|categorie|section|sections|rubrik\w*|rubrique|c|channel|topics?|tema|thema)/",
    re.I,
)
_ARCHIVE_PATH = re.compile(r"/(?:archives?|blogs?|articles?|posts?|stories|publications?)$", re.I)
_NOISE = re.compile(
    r"(?<!\w)(?:shares?|tweet|print|e-?mail|subscribe|sign|log ?in|follow|comments?|advert\w*|skip|menu|search|close|"
    r"newsletter|home|read|listen|watch|authors?|updated|published|posted|powered|continues?|loading|by|"
    r"facebook|twitter|linkedin|pinterest|tumblr|reddit|whatsapp|telegram|instagram|youtube|rss)(?!\w)"
    r"|susc?r[ií]b|abonn|prenumer|registr|anmelden|einloggen"
    r"|\d{2}|[©!?:]|[.…]$|^(?:von|par|por|di)\s|"
    r"^(?:articles?|artikel|artículos?|posts?|blogs?|all|story|stories|exclusive|breaking|live|uncategorized)$",
    re.I,
)
_HOME = re.compile(
    r"^(?:home|homepage|start|startseite|accueil|inicio|início|portada|forside|forsiden|hem|etusivu|strona główna|domů|"
    r"úvod|головна|главная|ana ?sayfa|haberler|anasayfa|beranda|trang chủ|首页|ホーム|トップ|トップページ|홈|"
    r"you are here:?|sie sind hier:?|"
    r"menu|back|zurück|»|›|>|/|→|\W*)$",
    re.I,
)
_GAP = re.compile(r"\s*(?:[»›>/|•·→➔▸]|\s[-–]\s|::)\s*|\s*,\s*")


def _good(page: Page, text: str) -> bool:
    """Whether `text` can be the name of a category on this page."""
    if not 1 < len(text) <= _MAX or _NOISE.search(text) or _HOME.match(text) or stated_time(text) or find_date(text):
        return False
    joined = "".join(words(text))
    return bool(joined) and joined not in page.once(site_words) and not _is_title(page, text)


def _is_title(page: Page, text: str) -> bool:
    node = headline_node(page)
    return node is not None and likeness(words(text), words(text_of(node))) > 0.6


def _kicker(page: Page) -> str | None:
    """The short line right above the headline, if it is named as a category, or is a link that stands alone."""
    for number, block in enumerate(surroundings(page).before[:3]):
        if block.places & {"related", "footer", "comment"} or _in_breadcrumb(block):
            return None
        if len(block.text) > _MAX:
            return None
        if "nav" in block.places:
            continue
        named = block.named(_CATEGORY)
        alone = (
            number == 0 and block.is_link and bool(list(_links(page, block))) and _trail_length(page, block) <= 2 * _MAX
        )
        if (named or alone) and (found := _first_piece(page, block)):
            return found
    return None


def _first_piece(page: Page, block: Line) -> str | None:
    """The first category of a line: its first link that is one, else the line itself."""
    links = [text for node in _links(page, block) if _good(page, text := text_of(node))]
    if links:
        known = {text.casefold() for text in _from_data(page)}
        return next((text for text in links if text.casefold() in known), links[0])
    return block.text if _good(page, block.text) else None


def _links(page: Page, block: Line) -> Iterator[_Element]:
    """The links of a line, but for those to the site's front page."""
    for node in (*block.inner, *block.above):
        if node.tag == "a" and _path(page, node):
            yield node


def _path(page: Page, link: _Element) -> str:
    """Path that a link leads to, without a slash at its end; empty for a front page."""
    return urlsplit_path(page.absolute(link.get("href") or "") or "")


def _trail_length(page: Page, block: Line) -> int:
    """Characters of the lines above the headline that stand in one element with this one."""
    if not block.above:
        return len(block.text)
    top = block.above[-1]
    return sum(len(other.text) for other in surroundings(page).before if other.above and other.above[-1] is top)


def _parent_address(page: Page) -> str | None:
    """The link above the headline whose address is the beginning of the page's own: /health of /health/a-headline."""
    here = urlsplit_path(page.url)
    blocks = [block for block in surroundings(page).before[:8] if not block.places & {"related", "footer"}]
    parents = [
        (len(path), text)
        for block in blocks
        if _trail_length(page, block) <= _MAX_TRAIL
        for node in _links(page, block)
        if here.startswith((path := _path(page, node)) + "/")
        and not _ARCHIVE_PATH.search(path)
        and _good(page, text := text_of(node))
    ]
    return max(parents)[1] if parents else None


def _in_breadcrumb(block: Line) -> bool:
    return any(block.room.of(_is_breadcrumb, node) for node in (*block.inner, *block.above))


def _is_breadcrumb(node: _Element) -> bool:
    return _BREADCRUMB.matches(_name(node))


def _name(node: _Element) -> str:
    return f"{names_of(node)} {node.get('aria-label') or ''}"


def _breadcrumb(page: Page) -> str | None:
    """The last visible breadcrumb that is neither the article itself nor the way home."""
    around = surroundings(page)
    blocks = [block for block in (*around.before[:20], *around.top[:12]) if _in_breadcrumb(block)]
    if not blocks:
        return None
    home = next(node for node in (*reversed(blocks[0].above), *blocks[0].inner) if _BREADCRUMB.matches(_name(node)))
    crumbs = [crumb for crumb in _crumbs(home) if crumb]
    while crumbs and _is_self(page, crumbs[-1]):
        crumbs.pop()
    return crumbs[-1] if crumbs and _good(page, crumbs[-1]) else None


def _crumbs(home: _Element) -> Iterator[str]:
    """Texts of the links and items of a breadcrumb trail, in order."""
    items = [node for node in home.iter("a", "li") if node.tag == "a" or node.find(".//a") is None]
    if not items:
        items = [home]
    for node in items:
        yield from (part.strip() for part in re.split(r"[»›>→➔▸]|\s/\s", text_of(node)) if part.strip())


def _is_self(page: Page, crumb: str) -> bool:
    return _is_title(page, crumb) or len(crumb) > _MAX or crumb.endswith(("...", "…")) or crumb.isdigit()


def _named(page: Page) -> str | None:
    return next(_all_named(page), None)


def _all_named(page: Page) -> Iterator[str]:
    """Lines by the headline that are named as category, and links that their address or rel calls one."""
    around = surroundings(page)
    for block in (*around.top, *around.before[:6]):
        if block.is_paragraph or block.places & {"related", "nav", "comment"} or len(block.text) > 150:
            continue
        for node in block.inner:
            if node.tag != "a":
                continue
            rel = (node.get("rel") or "").lower()
            path = _CATEGORY_PATH.search(node.get("href") or "")
            if ("category" in rel or path) and _good(page, text := text_of(node)):
                yield text
        if block.named(_CATEGORY) and (found := _first_piece(page, block)):
            yield found


def _from_data(page: Page) -> Iterator[str]:
    """What the metadata calls the article's section, most special first."""
    section = page.article_ld.get("articleSection")
    for value in section if isinstance(section, list) else [section]:
        if text := ld_text(value):
            yield text
    yield from page.meta.get("article:section", ())
    for node in page.json_ld:
        if "BreadcrumbList" in ld_types(node):
            items = node.get("itemListElement")
            for item in reversed(items if isinstance(items, list) else []):
                name = ld_text(item.get("name") or item.get("item")) if isinstance(item, dict) else None
                if name and "://" not in name:
                    yield name


def _confirmed(page: Page) -> str | None:
    """A section of the metadata that a short line by the headline shows, as it is written there."""
    around = surroundings(page)
    pieces = {
        piece.casefold(): piece
        for block in (*around.before[:25], *around.top)
        if len(block.spaced) <= 120 and "related" not in block.places
        for piece in (
            block.text,
            *_GAP.split(block.spaced),
            *(text_of(node) for node in block.inner if node.tag == "a"),
        )
    }
    for text in _from_data(page):
        if text.casefold() in pieces and _good(page, text):
            return pieces[text.casefold()]
    return None


def _agreed(page: Page) -> str | None:
    """A category that the page shows and its metadata names as well."""
    known = {text.casefold() for text in _from_data(page)}
    shown = chain((_kicker(page), _breadcrumb(page)), _all_named(page)) if known else iter(())
    return next((text for text in shown if text and text.casefold() in known), None)


SECTION: tuple[Strategy[str], ...] = (
    Strategy("visible:agreed", _agreed),
    Strategy("visible:kicker", _kicker),
    Strategy("visible:breadcrumb", _breadcrumb),
    Strategy("heuristic:parent-address", _parent_address),
    Strategy("visible:category", _named),
    Strategy("metadata:shown", _confirmed),
)
"""Sources of the section. A section that only metadata names is not shown with the article, and so is not taken."""
