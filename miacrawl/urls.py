"""Addresses: their normal form, their site, and what their shape says about the page behind them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from w3lib.url import canonicalize_url

MAX_URL_LENGTH = 2_083
"""Longer addresses are not fetched (the limit that browsers and Scrapy's URLLENGTH_LIMIT share)."""

_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|ttclid|igshid|igsh|li_fat_id|"
    r"mc_[ce]id|mkt_tok|oly_(?:enc|anon)_id|vero_id|_hs(?:enc|mi)|hsCtaTracking|s_cid|cmpid?|icid|intcid|ito|smid|"
    r"ref_src|ref_url|pk_\w+|piwik_\w+|mtm_\w+|matomo_\w+|at_(?:campaign|medium|source|link_id)\w*|xtor|wt_mc\w*|"
    r"_ga|_gl|srsltid|__twitter_impression|spm|sc_(?:campaign|channel)|guccounter|guce_\w+)",
    re.I,
)
_NOT_PAGES = frozenset(
    "jpg jpeg png gif webp avif svg ico bmp tif tiff heic css js mjs json map woff woff2 ttf otf eot mp3 m4a ogg oga "
    "wav flac aac mp4 m4v webm mov avi mkv wmv m3u8 ts zip gz tgz bz2 xz 7z rar tar dmg exe msi apk iso bin pdf doc "
    "docx xls xlsx ppt pptx odt ods odp epub mobi rtf csv ics vcf torrent swf psd".split()
)
_DATE_PATH = re.compile(r"/(?:19|20)\d\d[/-]\d{1,2}(?:[/-]\d{1,2})?(?:/|-|$)")
_SLUG = re.compile(r"[^/]*[^\W\d_][^/]*(?:[-_][^/]+){2,}$")
_ID_PATH = re.compile(r"/(?:[^/]*[-_.])?\d{5,}(?:\.\w{3,5})?$")
_PAGE_QUERY = re.compile(r"(?:^|&)(?:page|paged|p|pg|offset|start)=\d+(?:&|$)", re.I)
_PAGE_PATH = re.compile(r"/(?:page|seite|pagina|strana|p)[/-]?\d+$", re.I)


def clean(url: str) -> str:
    """`url` without fragment and tracking parameters, otherwise as it stands.

    Raises ValueError where the address can't be read.
    """
    parts = urlsplit(url.strip())
    query = parts.query
    if query and any(_TRACKING.fullmatch(pair.partition("=")[0]) for pair in query.split("&")):
        query = "&".join(pair for pair in query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0]))
    return urlunsplit((parts.scheme.lower(), parts.netloc, parts.path or "/", query, ""))


def url_key(url: str) -> str:
    """The normal form under which an address is one and the same page: "miafeed.com/category/sleep/naps".

    As web archives do it (SURT, pywb's canonicalizer): no scheme, "www.", default port, fragment or trailing
    slash; host in lower case, query sorted, percent-encoding made uniform; no tracking parameters. The path keeps
    its case.

    Raises ValueError where the address can't be read.
    """
    parts = urlsplit(canonicalize_url(clean(url)))
    path = parts.path.rstrip("/")
    path = re.sub(r"/(?:index|default)\.(?:html?|php|aspx?)$", "", path, flags=re.I)
    return site_of(url) + path + (f"?{parts.query}" if parts.query else "")


def key_of(url: str) -> str:
    """`url_key(url)`, or `url` as it stands where it can't be read: for comparing what pages give as addresses."""
    try:
        return url_key(url)
    except ValueError:
        return url


def site_of(url: str) -> str:
    """Host of `url` in lower case, without "www.", with its port where that is not the scheme's own.

    Raises ValueError where the address can't be read.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    if ":" in host:
        host = f"[{host}]"
    usual = {"http": 80, "https": 443}.get(parts.scheme.lower())
    return f"{host}:{parts.port}" if parts.port not in (None, usual) else host


def as_address(text: str) -> str | None:
    """`text` as an http(s) address where it is one, or a host name ("example.org"); None where it is neither."""
    url = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return None
    if not usable or not ("://" in text or "." in text or text.startswith("localhost")):
        return None
    return url if parts.path else f"{url}/"


def root_of(url: str) -> str:
    """Address of the home page of the host of `url`."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "/", "", ""))


def why_not_a_page(url: str) -> str | None:
    """Reason in words why there can be no article behind `url`, judged by its shape, or None."""
    if len(url) > MAX_URL_LENGTH:
        return f"address longer than {MAX_URL_LENGTH} characters"
    ending = urlsplit(url).path.rpartition("/")[2].rpartition(".")
    if ending[0] and ending[2].lower() in _NOT_PAGES:
        return f"not a web page, by its name (.{ending[2].lower()})"
    return None


def looks_like_article(url: str) -> bool:
    """Whether the path has an article's shape: a date, a slug of several words, or a long number at its end."""
    path = urlsplit(url).path.rstrip("/")
    return bool(_DATE_PATH.search(path) or _SLUG.search(path) or _ID_PATH.search(path))


def looks_like_next_page(url: str) -> bool:
    """Whether the address counts pages of a listing: /page/2, ?page=2."""
    parts = urlsplit(url)
    return bool(_PAGE_PATH.search(parts.path.rstrip("/")) or _PAGE_QUERY.search(parts.query))
