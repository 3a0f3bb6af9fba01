"""The peers, each with its usual call for metadata and body: `name(html, url)` gives the scorers' dict.

What a peer calls the page's description is scored as its blurb: none of them tells a standfirst that readers see from
one that only metadata knows. None has a reading time or related links. Libraries that want text get the page decoded
as a browser would. None of them may reach the network: a benchmark reads files.
"""

from __future__ import annotations

import socket
from functools import cache
from typing import Any

Fields = dict[str, Any]
NAMES = ("trafilatura", "newspaper4k", "readability", "goose3", "resiliparse")
DISTRIBUTIONS = {"readability": "readability-lxml"}
"""Name on PyPI, where it is another."""
OFFERS = {
    "trafilatura": {"title", "blurb", "authors", "published", "section"},
    "newspaper4k": {"title", "blurb", "authors", "published"},
    "readability": {"title"},
    "goose3": {"title", "blurb", "authors", "published", "section"},
    "resiliparse": {"title"},
}
"""The fields that a peer has at all, beside the body; for the others it has no score, rather than that of silence."""


def _refuse(*_: object) -> None:
    raise OSError("the benchmark reads files only")


def parse(html: bytes, url: str) -> Fields:
    """What parsing alone costs, the measure of every other time."""
    import lxml.html

    lxml.html.document_fromstring(html)
    return {}


def silence(html: bytes, url: str) -> Fields:
    """No answer at all: what accuracy owes to the pages that have nothing to find."""
    return {}


def miacrawl(html: bytes, url: str) -> Any:
    """Ourselves, all fields."""
    from miacrawl import extract

    return extract(html, url)


def trafilatura(html: bytes, url: str) -> Fields:
    """The defaults, with metadata."""
    _without_network()
    from trafilatura import bare_extraction

    found = bare_extraction(html, url=url, with_metadata=True)
    if found is None:
        return {}
    known = found.as_dict()
    return {
        "title": known["title"],
        "blurb": known["description"],
        "body": known["text"],
        "authors": [name.strip() for name in (known["author"] or "").split(";") if name.strip()],
        "published": known["date"],
        "section": next(iter(known["categories"] or ()), None),
    }


def newspaper4k(html: bytes, url: str) -> Fields:
    """Images are not fetched; `publish_date` is a datetime or empty."""
    _without_network()
    from newspaper import Article

    article = Article(url, fetch_images=False)
    article.download(input_html=_text(html))
    article.parse()
    return {
        "title": article.title,
        "blurb": article.meta_description,
        "body": article.text,
        "authors": list(article.authors or ()),
        "published": article.publish_date.isoformat() if article.publish_date else None,
    }


def readability(html: bytes, url: str) -> Fields:
    """Title and body are all it has; the body's markup is written out block by block."""
    _without_network()
    import lxml.html
    from readability import Document

    document = Document(html, url=url)
    tree = lxml.html.document_fromstring(document.summary(html_partial=True))
    for node in tree.iter("p", "div", "li", "br", "tr", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"):
        node.tail = "\n" + (node.tail or "")
    return {"title": document.short_title(), "body": tree.text_content()}


def goose3(html: bytes, url: str) -> Fields:
    """The defaults; its schema.org reading gives the authors where its own finds none."""
    _without_network()
    from goose3 import Goose

    with Goose() as goose:
        article = goose.extract(url=url, raw_html=_text(html))
    return {
        "title": article.title,
        "blurb": article.meta_description,
        "body": article.cleaned_text,
        "authors": list(article.authors or ()),
        "published": article.publish_date,
        "section": (article.opengraph or {}).get("article:section"),
    }


def resiliparse(html: bytes, url: str) -> Fields:
    """Main content as plain text; `<title>` is the only metadata it reads."""
    _without_network()
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse_from_bytes(html, detect_encoding(html, from_html_meta=True))
    body = extract_plain_text(tree, main_content=True, alt_texts=False, comments=False)
    return {"title": tree.title, "body": body}


def _text(html: bytes) -> str:
    """The page decoded as browsers do, for libraries that want text."""
    from w3lib.encoding import html_to_unicode

    return html_to_unicode(None, html)[1]


@cache
def _without_network() -> None:
    socket.socket.connect = _refuse  # type: ignore[method-assign]
    socket.getaddrinfo = _refuse  # type: ignore[assignment]
