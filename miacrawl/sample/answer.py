"""What the sample site answers to a request: a pure function of address, base and revision."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from urllib.parse import parse_qs, urlsplit

from miacrawl.sample import REVISIONS, feeds, pages
from miacrawl.sample.catalogue import SECTIONS, listing, open_articles, slug
from miacrawl.sample.draft import Draft, Encoding, drafts
from miacrawl.sample.pdf import sleep_diary

HTML = "text/html; charset=utf-8"
_XML = "application/xml; charset=utf-8"
_STATIC = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml"}
_PAGE_IN_PATH = re.compile(r"(/category/[a-z]+)/page/(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. `changed` is the time of the last change in UTC, where there is one to tell."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    location: str | None = None
    changed: datetime | None = None

    @property
    def etag(self) -> str:
        """Strong validator: a digest of the body."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


@dataclass(frozen=True, slots=True)
class _Wire:
    """How text travels: the real codec, what the page says of itself, what the header says."""

    codec: str
    meta: str
    content_type: str


_WIRES: dict[Encoding, _Wire] = {
    "utf-8": _Wire("utf-8", "utf-8", HTML),
    "windows-1252": _Wire("cp1252", "windows-1252", "text/html; charset=windows-1252"),
    "windows-1252-said-utf-8": _Wire("cp1252", "utf-8", "text/html"),
    "utf-8-said-windows-1252": _Wire("utf-8", "windows-1252", "text/html"),
}


def answer(target: str, base: str, revision: int) -> Answer:
    """The site's answer to a GET of `target` (path and query), in this revision.

    `base` is the server's address without a slash at its end; all absolute addresses are built on it.
    """
    try:
        parts = urlsplit(target)
    except ValueError:
        return _failure(404, base)
    path = parts.path.rstrip("/") or "/"
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if path in pages.MOVED:
        return Answer(b"", status=301, location=base + pages.MOVED[path])
    if path == pages.BROKEN_PATH:
        return _failure(500, base)
    return (
        _article(path, query, base, revision)
        or _listing(path, query, base, revision)
        or _gathered(path, query, base, revision)
        or _fixed(path, base, revision)
        or _static(path)
        or _failure(404, base)
    )


def _newest(revision: int) -> datetime:
    return max(draft.changed for draft in drafts(revision))


def _page(html: str, changed: datetime | None = None) -> Answer:
    return Answer(html.encode(), changed=changed)


def _failure(status: int, base: str) -> Answer:
    return Answer(pages.failure(status, base).encode(), status=status)


def _article(path: str, query: dict[str, str], base: str, revision: int) -> Answer | None:
    light = path.startswith("/amp/") or "print" in query
    path = path.removeprefix("/amp")
    draft = next((draft for draft in drafts(revision) if draft.path == path), None)
    if draft is None:
        gone = any(draft.path == path for earlier in REVISIONS if earlier < revision for draft in drafts(earlier))
        return _failure(410, base) if gone else None
    if light:
        return _page(pages.light_article(draft, base), draft.changed)
    wire = _WIRES[draft.encoding]
    html = pages.article(draft, base, revision, wire.meta)
    return Answer(html.encode(wire.codec, "xmlcharrefreplace"), wire.content_type, changed=draft.changed)


def _listing(path: str, query: dict[str, str], base: str, revision: int) -> Answer | None:
    if path == "/":
        return _page(pages.home(base, revision), _newest(revision))
    hit = _PAGE_IN_PATH.fullmatch(path)
    first, number = (hit[1], hit[2]) if hit else (path, query.get("page", "1"))
    section = first.removeprefix("/category/")
    if section not in SECTIONS or not re.fullmatch(r"[0-9]{1,6}", number):
        return None
    page = listing(section, int(number), revision)
    return _page(pages.section(page, base, path, revision), _newest(revision)) if page else None


def _gathered(path: str, query: dict[str, str], base: str, revision: int) -> Answer | None:
    if path == "/search":
        return _page(pages.found(query.get("q", ""), base, revision))
    kind, _, key = path.lstrip("/").partition("/")
    names: dict[str, Callable[[Draft], tuple[str, ...]]] = {
        "tag": lambda draft: draft.tags,
        "author": lambda draft: draft.authors,
    }
    if kind not in names:
        return None
    articles = tuple(d for d in open_articles(revision) if key in map(slug, names[kind](d)))
    if not articles:
        return None
    name = next(name for name in names[kind](articles[0]) if slug(name) == key)
    heading = f"Articles by {name}" if kind == "author" else f"Tagged: {name}"
    return _page(pages.gathered(heading, path, articles, base), _newest(revision))


def _robots(base: str) -> bytes:
    return (
        "User-agent: *\nDisallow: /private/\nDisallow: /newsletter\n\n"
        f"Sitemap: {base}/sitemap.xml\nSitemap: {base}/sitemap-news.xml\n"
    ).encode()


def _fixed(path: str, base: str, revision: int) -> Answer | None:
    made: dict[str, Callable[[], Answer]] = {
        "/robots.txt": lambda: Answer(_robots(base), "text/plain; charset=utf-8"),
        "/feed.xml": lambda: Answer(feeds.rss(base, revision), "application/rss+xml; charset=utf-8"),
        "/category/prevention/atom.xml": lambda: Answer(feeds.atom(base, revision), "application/atom+xml"),
        "/sitemap.xml": lambda: Answer(feeds.sitemap_index(base), _XML),
        "/sitemap-articles-1.xml": lambda: Answer(feeds.sitemap_recent(base, revision), _XML),
        "/sitemap-articles-2.xml.gz": lambda: Answer(feeds.sitemap_older(base, revision), "application/gzip"),
        "/sitemap-news.xml": lambda: Answer(feeds.sitemap_news(base, revision), _XML),
        pages.PDF_PATH: lambda: Answer(sleep_diary(), "application/pdf"),
        pages.PRIVATE_PATH: lambda: _page(pages.plain("private", base, path)),
        **{f"/{name}": lambda: _page(pages.plain(path[1:], base, path)) for name in ("about", "contact", "newsletter")},
    }
    return made[path]() if path in made else None


def _static(path: str) -> Answer | None:
    name = path.removeprefix("/static/")
    if not re.fullmatch(r"[a-z]+\.(?:css|svg)", name):
        return None
    file = files("miacrawl.sample").joinpath("static", name)
    return Answer(file.read_bytes(), _STATIC[name.rpartition(".")[2]]) if file.is_file() else None
