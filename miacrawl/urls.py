"""Addresses: their normal form, their site, and what their shape says about the page behind them."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit, urlunsplit

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
MAX_PATH_SEGMENTS = 25
MAX_PARAMETERS = 12
_REPETITIONS = 3
# Session ids, by their shapes, as web archives drop them from the key of an address: Internet Archive's surt,
# URLRegexTransformer.py (pywb takes its rules over); the servlet specification's ;jsessionid= besides.
_SESSION_PATH = (
    re.compile(r";(?:jsessionid|phpsessid|sid)=[\w.!:-]{16,128}", re.I),
    re.compile(r"(?<=/)\((?:(?:[a-z]\([0-9a-z]{24}\))+|[0-9a-z]{24})\)/(?=[^?]*\.aspx)", re.I),
)
_SESSION_QUERY = (
    re.compile(r"(?<![^&])(?:jsessionid|phpsessid|sid|session_?id)=[0-9a-z]{32}(?:&|$)", re.I),
    re.compile(r"(?<![^&])phpsessid=[0-9a-z,-]{22,256}(?:&|$)", re.I),
    re.compile(r"(?<![^&])jsessionid=[0-9a-f]{32}[\w.!:-]{0,64}(?:&|$)", re.I),
    re.compile(r"(?<![^&])aspsessionid[a-z]{8}=[a-z]{24}(?:&|$)", re.I),
    re.compile(r"(?<![^&])cfid=[^&]+&cftoken=[^&]+(?:&|$)", re.I),
)
_TOKEN = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
_HEX = re.compile(r"(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}", re.I)
_RANDOM = re.compile(r"(?=\D*\d)(?=[^a-z]*[a-z])[0-9a-z]{16,}", re.I)


def clean(url: str) -> str:
    """`url` without fragment, tracking parameters and credentials ("user:password@"), otherwise as it stands.

    Raises ValueError where the address can't be read.
    """
    parts = urlsplit(url.strip())
    query = parts.query
    if query and any(_TRACKING.fullmatch(pair.partition("=")[0]) for pair in query.split("&")):
        query = "&".join(pair for pair in query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0]))
    return urlunsplit((parts.scheme.lower(), _host_part(parts), parts.path or "/", query, ""))


def without_credentials(url: str) -> str:
    """`url` without "user:password@". Raises ValueError where the address can't be read."""
    parts = urlsplit(url)
    return url if "@" not in parts.netloc else parts._replace(netloc=_host_part(parts)).geturl()


def _host_part(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def _without_session(parts: SplitResult) -> SplitResult:
    """An address without what a server put into it to know its visitor again."""
    path, query = parts.path, parts.query
    for pattern in _SESSION_PATH if ";" in path or "(" in path else ():
        path = pattern.sub("", path)
    for pattern in _SESSION_QUERY if "=" in query else ():
        query = pattern.sub("", query)
    return parts._replace(path=path, query=query.rstrip("&"))


# The links of a site's pages are largely the same ones, and each is asked about several times on its way.
@lru_cache(maxsize=8_192)
def url_key(url: str) -> str:
    """The normal form under which an address is one and the same page: "miafeed.com/category/sleep/naps".

    As web archives do it (SURT, pywb's canonicalizer): no scheme, "www.", default port, fragment or trailing
    slash; host in lower case, query sorted, percent-encoding made uniform; no tracking parameters, no session ids. The
    path keeps its case.

    Raises ValueError where the address can't be read.
    """
    parts = urlsplit(canonicalize_url(_without_session(urlsplit(clean(url))).geturl()))
    path = parts.path.rstrip("/")
    path = re.sub(r"/(?:index|default)\.(?:html?|php|aspx?)$", "", path, flags=re.I)
    return site_of(url) + path + (f"?{parts.query}" if parts.query else "")


def key_of(url: str) -> str:
    """`url_key(url)`, or `url` as it stands where it can't be read: for comparing what pages give as addresses."""
    try:
        return url_key(url)
    except ValueError:
        return url


@lru_cache(maxsize=8_192)
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
    return why_a_trap(url)


def why_a_trap(url: str) -> str | None:
    """Reason in words why `url` looks like one of an endless number that a server makes up, or None.

    Raises ValueError where the address can't be read.
    """
    parts = urlsplit(url)
    segments = parts.path.strip("/").split("/")
    if len(segments) > MAX_PATH_SEGMENTS:
        return f"its path has more than {MAX_PATH_SEGMENTS} parts"
    if parts.query.count("&") >= MAX_PARAMETERS:
        return f"its address has more than {MAX_PARAMETERS} parameters"
    return "its path repeats itself" if _repeats(segments) else None


def _repeats(segments: list[str]) -> bool:
    """Whether a row of segments comes three times on end: a/b/a/b/a/b. Numbers may: 11/11/11 is a day.

    As Heritrix tells traps (PathologicalPathDecideRule).
    """
    for length in range(1, len(segments) // _REPETITIONS + 1):
        for start in range(len(segments) - length * _REPETITIONS + 1):
            row = segments[start : start + length]
            if segments[start : start + length * _REPETITIONS] == row * _REPETITIONS and not "".join(row).isdigit():
                return True
    return False


def path_pattern(url: str) -> str:
    """What `url` has in common with the others of a calendar, a session trap or a search form: "/calendar/N/N?month=N".

    Runs of digits become N; hexadecimal and random tokens, UUIDs and session ids X; other values of parameters W;
    parameters are sorted by name. Words of the path stay, so that articles of one folder do not share a pattern.
    Raises ValueError where the address can't be read.
    """
    parts = _without_session(urlsplit(clean(url)))
    path = "/".join(_pattern_of(unquote(segment)) for segment in parts.path.rstrip("/").split("/")) or "/"
    names = sorted({(name, _value_pattern(value)) for name, value in parse_qsl(parts.query, keep_blank_values=True)})
    return path + ("?" + "&".join(f"{_pattern_of(name)}={value}" for name, value in names) if names else "")


def _pattern_of(text: str) -> str:
    return _TOKEN.sub(_token_pattern, _UUID.sub("X", text))


def _token_pattern(token: re.Match[str]) -> str:
    text = token.group()
    if text.isalpha():  # as most are: what is looked for below has a digit
        return text
    return "X" if _HEX.fullmatch(text) or _RANDOM.fullmatch(text) else _DIGITS.sub("N", text)


def _value_pattern(value: str) -> str:
    pattern = _pattern_of(value)
    return pattern if pattern and set(pattern) <= set("NX-.:/_T,") else "W"


def looks_like_article(url: str) -> bool:
    """Whether the path has an article's shape: a date, a slug of several words, or a long number at its end."""
    path = urlsplit(url).path.rstrip("/")
    return bool(_DATE_PATH.search(path) or _SLUG.search(path) or _ID_PATH.search(path))


def looks_like_next_page(url: str) -> bool:
    """Whether the address counts pages of a listing: /page/2, ?page=2."""
    parts = urlsplit(url)
    return bool(_PAGE_PATH.search(parts.path.rstrip("/")) or _PAGE_QUERY.search(parts.query))
