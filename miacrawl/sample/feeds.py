"""Feeds and sitemaps of the sample site, as XML. All addresses in them are absolute, under `base`."""

from __future__ import annotations

import gzip
from email.utils import format_datetime
from typing import Any

from lxml import etree

from miacrawl.sample import SITE_NAME, SITE_SLOGAN
from miacrawl.sample.catalogue import SECTIONS, atom_articles, open_articles, rss_articles, sitemap_articles
from miacrawl.sample.draft import Draft

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
CHILD_SITEMAPS = ("/sitemap-articles-1.xml", "/sitemap-articles-2.xml.gz", "/sitemap-news.xml")


def _default(namespace: str) -> Any:
    """`namespace` as the one without a prefix, which lxml writes as None and its type stubs do not know."""
    return {None: namespace}


def _text(parent: etree._Element, tag: str, text: str, **attributes: str) -> etree._Element:
    node = etree.SubElement(parent, tag, attributes)
    node.text = text
    return node


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def rss(base: str, revision: int) -> bytes:
    """The site's RSS feed. Its links carry tracking parameters, its guids are the clean addresses."""
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"dc": _DC})
    channel = etree.SubElement(root, "channel")
    _text(channel, "title", SITE_NAME)
    _text(channel, "link", f"{base}/")
    _text(channel, "description", SITE_SLOGAN)
    _text(channel, "language", "en")
    for draft in rss_articles(revision):
        item = etree.SubElement(channel, "item")
        _text(item, "title", draft.title)
        _text(item, "link", f"{base}{draft.path}?utm_source=feed&utm_medium=rss")
        _text(item, "guid", base + draft.path, isPermaLink="true")
        _text(item, "description", draft.teaser or "")
        _text(item, "pubDate", format_datetime(draft.moment))
        _text(item, "category", draft.section.capitalize())
        for author in draft.authors:
            _text(item, f"{{{_DC}}}creator", author)
    return _bytes(root)


def atom(base: str, revision: int) -> bytes:
    """The Atom feed of the prevention section."""
    drafts = atom_articles(revision)
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap=_default(_ATOM))
    name = f"{{{_ATOM}}}"
    _text(root, f"{name}title", f"{SITE_NAME}: Prevention")
    _text(root, f"{name}id", f"{base}/category/prevention")
    _text(root, f"{name}updated", max(draft.changed for draft in drafts).isoformat())
    etree.SubElement(root, f"{name}link", {"rel": "self", "href": f"{base}/category/prevention/atom.xml"})
    for draft in drafts:
        entry = etree.SubElement(root, f"{name}entry")
        _text(entry, f"{name}title", draft.title)
        _text(entry, f"{name}id", base + draft.path)
        etree.SubElement(entry, f"{name}link", {"rel": "alternate", "type": "text/html", "href": base + draft.path})
        _text(entry, f"{name}published", draft.moment.isoformat())
        _text(entry, f"{name}updated", draft.changed.isoformat())
        _text(entry, f"{name}summary", draft.teaser or "")
        for author in draft.authors or (SITE_NAME,):
            _text(etree.SubElement(entry, f"{name}author"), f"{name}name", author)
    return _bytes(root)


def sitemap_index(base: str) -> bytes:
    """The index of all sitemaps."""
    root = etree.Element(f"{{{_SITEMAP}}}sitemapindex", nsmap=_default(_SITEMAP))
    for path in CHILD_SITEMAPS:
        _text(etree.SubElement(root, f"{{{_SITEMAP}}}sitemap"), f"{{{_SITEMAP}}}loc", base + path)
    return _bytes(root)


def sitemap_recent(base: str, revision: int) -> bytes:
    """The newer half of the articles, beside the front page, the sections and two pages that are no articles."""
    listed = sitemap_articles(revision)
    pages = ["/", "/about", "/contact", *(f"/category/{section}" for section in SECTIONS)]
    return _urlset(base, listed[: len(listed) // 2], pages)


def sitemap_older(base: str, revision: int) -> bytes:
    """The older half of the articles, gzipped."""
    listed = sitemap_articles(revision)
    return gzip.compress(_urlset(base, listed[len(listed) // 2 :], []), mtime=0)


def sitemap_news(base: str, revision: int) -> bytes:
    """The newest three articles in the form that news search engines ask for."""
    root = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap={**_default(_SITEMAP), "news": _NEWS})
    for draft in open_articles(revision)[:3]:
        node = etree.SubElement(root, f"{{{_SITEMAP}}}url")
        _text(node, f"{{{_SITEMAP}}}loc", base + draft.path)
        news = etree.SubElement(node, f"{{{_NEWS}}}news")
        publication = etree.SubElement(news, f"{{{_NEWS}}}publication")
        _text(publication, f"{{{_NEWS}}}name", SITE_NAME)
        _text(publication, f"{{{_NEWS}}}language", "en")
        _text(news, f"{{{_NEWS}}}publication_date", draft.moment.isoformat())
        _text(news, f"{{{_NEWS}}}title", draft.title)
    return _bytes(root)


def _urlset(base: str, drafts: tuple[Draft, ...], pages: list[str]) -> bytes:
    root = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap=_default(_SITEMAP))
    for path in pages:
        _text(etree.SubElement(root, f"{{{_SITEMAP}}}url"), f"{{{_SITEMAP}}}loc", base + path)
    for draft in drafts:
        node = etree.SubElement(root, f"{{{_SITEMAP}}}url")
        _text(node, f"{{{_SITEMAP}}}loc", base + draft.path)
        _text(node, f"{{{_SITEMAP}}}lastmod", draft.changed.isoformat())
    return _bytes(root)
