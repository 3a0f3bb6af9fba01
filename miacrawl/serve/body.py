"""The text of an article as HTML that is safe to show: cleaned again, and loading nothing from anywhere."""

from __future__ import annotations

from urllib.parse import urljoin

import nh3
from lxml import html
from lxml.etree import LxmlError
from markupsafe import Markup

from miacrawl.bounds import bounded
from miacrawl.serve.link import REL, outside

MAX_HTML = 2_000_000
MAX_TAGS = 40_000
"""Of a text; articles have some hundreds. More than these are shown as plain text."""
LONG = 50_000
"""Characters of markup that take long enough to be cleaned in a thread."""
_TAGS = set(
    "p br hr h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote q cite pre code kbd em strong b i u s sub sup small mark "
    "a abbr time figure figcaption table caption thead tbody tfoot tr th td span div".split()
)
_ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "th": {"colspan", "rowspan", "scope"}}
_ATTRIBUTES["td"] = {"colspan", "rowspan"}
_ATTRIBUTES["ol"] = {"start"}
_REGION = {"role": "region", "tabindex": "0"}
"""What may be wider than a screen is scrolled, with the keyboard too: on elements that `_prepared` marks, no others."""
_ATTRIBUTES["div"] = _ATTRIBUTES["pre"] = {"class", "aria-label", *_REGION}
_SCHEMES = {"http", "https", "mailto"}


def safe_body(body_html: str, body: str, base: str) -> Markup:
    """`body_html` fit for our pages; `body`, the plain text, where there is none or it can't be read.

    Images become links that say what they show: a page of the archive asks nothing of other hosts.
    Relative links are taken from `base`, the article's address.
    """
    if body_html.strip() and len(body_html) <= MAX_HTML and body_html.count("<") <= MAX_TAGS:
        try:
            return Markup(_clean(_prepared(bounded(body_html), base)))  # noqa: S704 - cleaned by nh3
        except (LxmlError, ValueError, AssertionError, RecursionError):
            pass
    paragraphs = (part.strip() for part in body.split("\n\n"))
    return Markup("\n").join(Markup("<p>{}</p>").format(part) for part in paragraphs if part)


def _clean(text: str) -> str:
    return nh3.clean(text, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=REL)


def _prepared(text: str, base: str) -> str:
    root = html.fragment_fromstring(text, create_parent="section")
    for element in list(root.iter("img", "h1", "a", "table", "pre", "div")):
        if element.tag == "img":
            _replace_image(element, base)
        elif element.tag == "h1":
            element.tag = "h2"
        elif element.tag == "a":
            _resolve(element, base)
        else:
            element.attrib.clear()
            _make_scrollable(element)
    return str(html.tostring(root, encoding="unicode"))


def _make_scrollable(element: html.HtmlElement) -> None:
    """Preformatted text scrolls itself, a table in a box around it: one box for all tables that lie in one another."""
    if element.tag == "pre":
        element.attrib.update({"aria-label": "Preformatted text", **_REGION})
    parent = element.getparent()
    if element.tag == "table" and parent is not None and not any(True for _ in element.iterancestors("table")):
        box = html.Element("div", {"class": "tabled", "aria-label": "Table", **_REGION})
        box.tail, element.tail = element.tail, None
        parent.replace(element, box)
        box.append(element)


def _resolve(element: html.HtmlElement, base: str) -> None:
    """Point a link at its full address; one that leads nowhere a browser should go is text."""
    href = element.get("href", "").strip()
    try:
        address = href if href.startswith("mailto:") else outside(urljoin(base, href))
    except ValueError:
        address = None
    if address and href:
        element.set("href", address)
    else:
        element.attrib.pop("href", None)


def _replace_image(element: html.HtmlElement, base: str) -> None:
    """Say what the picture shows, and link to it: inside a link, in words alone."""
    caption = f"Image: {element.get('alt', '').strip() or 'no description'}"
    try:
        address = outside(urljoin(base, element.get("src", "").strip()))
    except ValueError:
        address = None
    linked = address and not any(True for _ in element.iterancestors("a"))
    element.tag = "a" if linked else "span"
    element.attrib.clear()
    if linked:
        element.set("href", str(address))
    element.text = f"[{caption}]"
