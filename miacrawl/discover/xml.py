"""XML written by strangers: read as a stream, no entity expanded, nothing fetched, size bounded."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

MAX_XML_BYTES = 100_000_000
"""Twice what the sitemap protocol allows uncompressed; what lies beyond is not read."""

_GZIP_MAGIC = b"\x1f\x8b"


def inflate(data: bytes) -> bytes:
    """`data` itself, or, where it is gzip, what it holds, up to MAX_XML_BYTES. A torn end is left out."""
    if not data.startswith(_GZIP_MAGIC):
        return data[:MAX_XML_BYTES]
    stream = zlib.decompressobj(wbits=31)
    try:
        return stream.decompress(data, MAX_XML_BYTES)
    except zlib.error:
        return b""


def elements(data: bytes, names: frozenset[str]) -> Iterator[etree._Element]:
    """The elements of `data` with these local names, each complete, freed once the next is asked for.

    Broken XML yields what stands before the break that the parser can't mend.
    """
    source = BytesIO(inflate(data).lstrip())
    walk = etree.iterparse(
        source, events=("end",), resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        for _, element in walk:
            if local_name(element) in names:
                yield element
                element.clear()
                while element.getprevious() is not None and element.getparent() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError:
        return


def root_name(data: bytes) -> str | None:
    """Local name of the root element in lower case ("urlset", "rss", "feed", "html"), None where there is none."""
    source = BytesIO(inflate(data[:200_000]).lstrip())
    try:
        for _, element in etree.iterparse(
            source, events=("start",), resolve_entities=False, no_network=True, load_dtd=False, recover=True
        ):
            return local_name(element).lower()
    except etree.XMLSyntaxError:
        pass
    return None


def local_name(element: etree._Element) -> str:
    """Name of an element without its namespace; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child_text(element: etree._Element, *names: str) -> str | None:
    """Text of the first descendant with one of these local names that has any, trimmed."""
    for child in element.iter():
        if local_name(child) in names and (text := (child.text or "").strip()):
            return text
    return None
