"""Flags: what a reader of the archive should know of a page, and whether it is an article at all."""

from __future__ import annotations

import re
from collections.abc import Mapping

from miacrawl.article import Article
from miacrawl.extract.outline import outline_of
from miacrawl.extract.summary import slogans
from miacrawl.page import Page, all_text, collapse, ld_types, urlsplit_path

FLAGS: Mapping[str, str] = {
    "not-article": "The page is a listing, a search, an error or another page that is no article",
    "empty-body": "The page is an article's, but holds no text of it",
    "empty-shell": "The page holds next to no text until its scripts run",
    "soft-404": "The page says that nothing was found, with a status that says otherwise",
    "paywall": "The text is cut off for readers without a subscription",
    "consent-wall": "The page asks for consent in place of its text",
    "blurb-cut": "The blurb ends in the middle of its sentence",
    "blurb-of-site": "The blurb says what the whole site is about, not the article",
    "cut-off": "The page breaks off, every time that it was fetched",
    "short-body": "The text is shorter than an article's usually is",
    "rendered": "The text was there only after the page's scripts had run in a browser",
}
"""Each flag and what it means."""

_ARTICLE_TYPES = re.compile(r"(?:Article|Posting|Reportage|Review)$")
_OTHER_TYPES = frozenset(
    ("CollectionPage", "SearchResultsPage", "ProfilePage", "ContactPage", "AboutPage", "ItemList", "Blog", "ItemPage")
)
_OTHER_PATH = re.compile(
    r"/(?:about(?:-us)?|contact(?:-us)?|privacy(?:-policy)?|terms(?:-(?:of-(?:use|service)|and-conditions))?|"
    r"imprint|impressum|"
    r"datenschutz|cookies?(?:-policy)?|faq|help|advertise|newsletters?|search|login|register|sign-?(?:in|up)|"
    r"subscribe|sitemap|"
    r"archives?|tags?/[^/]+|authors?/[^/]+|page/\d+)(?:\.\w{3,5})?$",
    re.I,
)
_NOT_FOUND = re.compile(
    r"^\W*(?:(?:error\W*)?404\b|(?:error\W*)?410\b|(?:the )?page (?:was )?(?:not|cannot be|could not be|"
    r"can'?t be) found|"
    r"page (?:does not|doesn'?t) exist|not found|nothing (?:was )?found|no (?:results|posts|articles)(?: were)? found|"
    r"(?:this|the) (?:page|article|story) (?:is|has been|was) (?:no longer|removed|deleted)|oops\W|"
    r"seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada|pagina non trovata|"
    r"pagina niet gevonden|nie znaleziono|stránka nenalezena|страница не найдена|ページが見つかりません|页面不存在)",
    re.I,
)
_CONSENT = re.compile(
    r"\b(?:accept (?:all )?cookies|we (?:value|care about) your privacy|cookie (?:consent|settings)|"
    r"before you continue|"
    r"with (?:advertising|ads) and (?:cookies|tracking)|mit werbung (?:und|weiter)|pur-?abo|zustimmen und weiter|"
    r"accepter et (?:continuer|fermer)|continuer sans accepter|aceptar y continuar)\b",
    re.I,
)
_PAYWALL = re.compile(
    r"\b(?:subscribe to (?:read|continue|keep)|to continue reading|continue reading with|this (?:article|story|"
    r"content) is (?:for|only "
    r"available|exclusive|reserved)|already a (?:subscriber|member)|subscribers? only|jetzt weiterlesen|"
    r"nur für abonnenten|"
    r"réservé aux abonnés|il vous reste .{1,12} à lire|exclusivo para (?:suscriptores|assinantes)|"
    r"contenuto riservato)\b",
    re.I,
)
_CUT = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])[\"'”’»)]*$")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SHORT = 500
_LITTLE = 250
_SHELL_TEXT = 200


def find_flags(page: Page, article: Article) -> tuple[str, ...]:
    """The flags of a page whose fields are in `article`, in the order of `FLAGS`."""
    found = set()
    told = _declared(page)
    length = _length(article)
    if _NOT_FOUND.match(article.title or "") or (length < _LITTLE and _says_not_found(page)):
        found |= {"soft-404", "not-article"}
    if length < _SHORT:
        found |= _of_little_text(page, length)
    if told is not True and _is_no_article(page, article, told):
        found.add("not-article")
    if not article.title:
        found.add("not-article")
    if not article.body and "not-article" not in found:
        found.add("empty-body")
    if article.blurb and _CUT.search(article.blurb):
        found.add("blurb-cut")
    if article.blurb and collapse(article.blurb) in page.once(slogans):
        found.add("blurb-of-site")
    if _is_paywalled(page, length):
        found.add("paywall")
    return tuple(flag for flag in FLAGS if flag in found)


def _declared(page: Page) -> bool | None:
    """What the page calls itself: an article (True), another kind of page (False), or nothing (None)."""
    kinds = {kind for node in page.json_ld for kind in ld_types(node)}
    stated = (page.meta_first("og:type") or "").lower()
    if stated in ("article", "news", "newsarticle", "blog_post", "post") or page.meta_first("article:published_time"):
        return True
    if page.article_ld and any(_ARTICLE_TYPES.search(kind) for kind in ld_types(page.article_ld)):
        return not kinds & {"CollectionPage", "SearchResultsPage"}
    path = urlsplit_path(page.url)
    return False if kinds & _OTHER_TYPES or not path or _OTHER_PATH.search(path) else None


def _is_no_article(page: Page, article: Article, told: bool | None) -> bool:
    """Whether a page that does not call itself an article is none, judged by its text and links."""
    length = _length(article)
    signed = article.published is not None and bool(article.authors)
    if length < _LITTLE and not (signed and length > 100):
        return True
    if signed and length > 1500 and told is None:
        return False
    if told is False:
        return length < 3000 or _teasers(page, article) > 2
    return _teasers(page, article) * 400 > length


def _length(article: Article) -> int:
    """Characters of the body, those of scripts without blanks counted three times: they say as much more."""
    length = len(article.body)
    return length * 3 if article.word_count * 3 > length else length


def _teasers(page: Page, article: Article) -> int:
    """How many headings that are links stand among the body's paragraphs: the cards of a listing taken for text."""
    paragraphs = set(article.body.split("\n\n"))
    count = pending = 0
    for line in outline_of(page).lines:
        if line.tag in _HEADINGS and line.link_density > 0.6:
            pending += 1
        elif line.text in paragraphs:
            count, pending = count + pending, 0
    return count


def _of_little_text(page: Page, length: int) -> set[str]:
    shown = sum(len(line.text) for line in outline_of(page).lines)
    if length < _SHELL_TEXT and shown < _SHELL_TEXT and _has_scripts(page):
        return {"empty-shell"}
    text = " ".join(line.text for line in outline_of(page).lines[:200])[:20_000]
    if length < _LITTLE and _CONSENT.search(text):
        return {"consent-wall"}
    return {"short-body"} if length else set()


def _has_scripts(page: Page) -> bool:
    return sum(1 for script in page.root.iter("script") if script.get("src") or len(script.text or "") > 2000) > 0


def _says_not_found(page: Page) -> bool:
    title = page.root.find(".//title")
    heading = page.root.find(".//h1")
    shown = [all_text(node) for node in (title, heading) if node is not None]
    return any(_NOT_FOUND.match(" ".join(text.split())) for text in shown)


def _is_paywalled(page: Page, length: int) -> bool:
    free = page.article_ld.get("isAccessibleForFree")
    if str(free).lower() == "false":
        return True
    if length > 3000:
        return False
    return any(_PAYWALL.search(line.text) for line in outline_of(page).lines if len(line.text) < 400)
