"""Names by which pages mark what is not the article: shares, newsletters, related blocks, bylines, comments, adverts.

A name is taken apart into words ("article__RelatedLinks" → article, related, links), so that Tailwind's `relative`
is no `related`, and a word counts only as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")

_KINDS: dict[str, str] = {
    "nav": "nav navbar navigation menu submenu megamenu breadcrumb breadcrumbs breadcrumbsl pager pagination pagenav "
    "masthead topbar toolbar skip skiplink sitenav subnav hamburger",
    "footer": "footer colophon copyright imprint",
    "share": "share sharing shares sharedaddy social socials addthis addtoany sharethis followus sharebar shariff "
    "teilen",
    "newsletter": "newsletter newsletters subscribe subscription signup mailchimp optin mailinglist abonnement",
    "related": "related similar recirc recirculation recommended recommendation recommendations recommends yarpp "
    "relatedposts readnext seealso readalso morestories interlink crosslink upnext relacionadas relacionados "
    "relacionada relacionado "
    "recommande recommandes recommandations recomendados recomendadas suggested suggestions empfehlung empfehlungen "
    "aanbevolen anbefalt relaterat relatert verwandt correlati",
    "sponsored": "sponsored sponsor taboola outbrain revcontent dianomi zergnet mgid plista ligatus advert adverts "
    "advertisement advertising adsense adslot adunit adbox banner promo promos promotion promobox dfp ads",
    "comment": "comment comments disqus commentlist respond commentform discussion kommentare",
    "byline": "byline bylines dateline timestamp postmeta entrymeta articlemeta metadata readtime readingtime",
    "author": "bio authorbio authorbox aboutauthor authorinfo",
    "tags": "tags taglist tagcloud topics keywords hashtags",
    "widget": "widget widgets sidebar sidebars rail popular trending mostread poll quiz survey donate donation",
    "overlay": "cookie cookies consent gdpr popup modal overlay lightbox tooltip paywall regwall piano",
    "teaser": "excerpt excerpts teaser teasers",
    "caption": "caption credit credits wpcaption figcaption photocredit",
    "hidden": "screenreader visuallyhidden sronly noprint",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_PAIRS: dict[tuple[str, str], str] = {
    ("read", "next"): "related",
    ("read", "also"): "related",
    ("read", "more"): "related",
    ("see", "also"): "related",
    ("more", "on"): "related",
    ("more", "from"): "related",
    ("more", "stories"): "related",
    ("more", "articles"): "related",
    ("up", "next"): "related",
    ("also", "like"): "related",
    ("also", "read"): "related",
    ("may", "like"): "related",
    ("might", "like"): "related",
    ("article", "next"): "related",
    ("next", "article"): "related",
    ("know", "more"): "related",
    ("more", "topic"): "related",
    ("lire", "aussi"): "related",
    ("leggi", "anche"): "related",
    ("te", "interesa"): "related",
    ("read", "further"): "related",
    ("most", "read"): "widget",
    ("most", "popular"): "widget",
    ("sign", "up"): "newsletter",
    ("mailing", "list"): "newsletter",
    ("post", "meta"): "byline",
    ("entry", "meta"): "byline",
    ("article", "meta"): "byline",
    ("entry", "footer"): "footer",
    ("post", "footer"): "footer",
    ("article", "footer"): "footer",
    ("author", "box"): "author",
    ("author", "bio"): "author",
    ("author", "info"): "author",
    ("about", "author"): "author",
    ("post", "author"): "author",
    ("post", "tags"): "tags",
    ("tag", "list"): "tags",
    ("screen", "reader"): "hidden",
    ("sr", "only"): "hidden",
    ("social", "share"): "share",
    ("post", "navigation"): "nav",
    ("table", "contents"): "nav",
    ("reading", "time"): "byline",
    ("read", "time"): "byline",
}
_TAGS = {"nav": "nav", "footer": "footer", "form": "newsletter", "button": "share", "figcaption": "caption",
         "select": "nav", "fieldset": "newsletter", "dialog": "widget", "label": "newsletter"}  # fmt: skip
_ROLES = {"navigation": "nav", "contentinfo": "footer", "complementary": "widget", "banner": "nav", "search": "nav",
          "dialog": "widget", "alert": "widget", "menu": "nav"}  # fmt: skip
_ROOMS = frozenset(("body", "html", "main", "article"))
_OPEN_WORDS = frozenset(("has", "no", "with", "without", "is", "single", "page", "wrap", "wrapper", "layout", "grid"))
"""Words that make a name speak of the page's layout: "has-sidebar", "content-with-sidebar"."""


def kind_of(tag: str, names: Iterable[str], role: str | None) -> str | None:
    """What an element is tagged, ruled or named as, if that is something other than the article; else None."""
    kind = _TAGS.get(tag)
    if kind or tag in _ROOMS:
        return kind
    if role and role in _ROLES:
        return _ROLES[role]
    for name in names:
        kind = _name_kind(name)
        if kind:
            return kind
    return None


@lru_cache(maxsize=8_192)
def _name_kind(name: str) -> str | None:
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words or not _OPEN_WORDS.isdisjoint(words):
        return None
    joined = "".join(words)
    if joined in _KIND_OF:
        return _KIND_OF[joined]
    for pair in pairwise(words):
        if pair in _PAIRS:
            return _PAIRS[pair]
    kinds = [_KIND_OF[word] for word in words if word in _KIND_OF]
    return "related" if "related" in kinds else next(iter(kinds), None)
