"""Pages that are far too large, each through one thing of which there is too much."""

from __future__ import annotations

import re
from itertools import count

TWENTY_MEGABYTES = 20_000_000
WITHIN_WHAT_IS_READ = 7_000_000
"""Less than extraction reads of a page: what opens before such an amount is also closed after it."""

PIECES: dict[str, bytes] = {
    "words": b"some words and then some more, ",
    "one word": b"a",
    "letters without blanks": "語".encode(),
    "blanks": b" \n",
    "paragraphs": b"<p>A few words of a paragraph, and then some more of them.</p>",
    "empty paragraphs": b"<p></p>",
    "headings": b"<h2>A heading of this part</h2>",
    "line breaks": b"word<br><br>",
    "list items": b"<li>an item of the list",
    "links": b'<a href="/a/story-%d">The title of a story</a> ',
    "links without end": b"<a href=/x-%d>",
    "cards": b'<div class="card"><a href="/a/story-%d"><h3>The title of a story</h3></a><p>A few words.</p></div>',
    "related headings": b"<h3>Related articles</h3><ul><li><a href=/b/story-%d>A story to read</a></ul>",
    "read-also lines": b"<p>Read also: <a href=/c/story-%d>A story to read</a></p>",
    "elements": b"<div></div>",
    "spans": b"<span>a</span>",
    "open spans": b"<span>a ",
    "emphasis": b"<b>a<i>b</b>c</i>",
    "table cells": b"<tr><td>a<td>b",
    "images": b'<figure><img src="/i/%d.jpg"><figcaption>A caption</figcaption></figure>',
    "inline image": b"<img src='data:image/png;base64,",
    "times": b"<time datetime=2024-01-0%d>1 May 2024</time> ",
    "dates in words": b"1 May 2024, ",
    "bylines": b'<p class="byline">By Ida Holm and Per Ek</p>',
    "reading times": b"<span>5 min read</span> ",
    "attributes": b" data-a%d=b",
    "one attribute": b"c",
    "class names": b" related-%d",
    "styles": b"a{b:c}",
    "scripts": b"<script>var a=1</script>",
    "comments": b"<!-- a comment -->",
    "one comment": b"- >",
    "entities": b"&eacute;&#233;&amp;",
    "angle brackets": b"<",
    "meta tags": b'<meta name="author" content="Ida Holm %d">',
    "structured data, many": b'<script type="application/ld+json">{"@type":"NewsArticle","headline":"H"}</script>',
    "structured data, long list": b'{"@type":"NewsArticle","headline":"H","author":{"name":"A"}},',
    "structured data, long text": b"words of a body, ",
    "structured data, deep": b'{"a":[',
    "options": b"<option>a",
    "custom elements": b"<x-a><y-b>c</y-b></x-a>",
    "microdata": b'<div itemscope itemtype="https://schema.org/Article"><b itemprop=headline>H</b></div>',
    "control characters": b"\x00\x01\x1b",
    "bytes of no encoding": b"\xff\xc3\x28",
}  # fmt: skip
"""What there is too much of; %d counts, so that no two links are alike."""
_DATA = b'<script type="application/ld+json">'
AROUND: dict[str, tuple[bytes, bytes]] = {
    "list items": (b"<ul>", b"</ul>"),
    "table cells": (b"<table>", b"</table>"),
    "attributes": (b"<div", b">a</div>"),
    "one attribute": (b'<div class="', b'">a</div>'),
    "class names": (b'<div class="', b'">a</div>'),
    "styles": (b"<style>", b"</style>"),
    "one comment": (b"<!--", b"-->"),
    "structured data, long list": (_DATA + b"[", b"{}]</script>"),
    "structured data, long text": (_DATA + b'{"@type":"Article","articleBody":"', b'"}</script>'),
    "structured data, deep": (_DATA, b"</script>"),
    "options": (b"<select>", b"</select>"),
}  # fmt: skip
_AFTER_HEADLINE = re.compile(rb"(?i)</h1\s*>")


def blown_up(page: bytes, kind: str, size: int = TWENTY_MEGABYTES) -> bytes:
    """`page` with `size` bytes of one kind after its headline."""
    before, after = AROUND.get(kind, (b"", b""))
    heading = _AFTER_HEADLINE.search(page)
    at = heading.end() if heading else len(page) // 2
    return page[:at] + before + _much(PIECES[kind], size) + after + page[at:]


def _much(piece: bytes, size: int) -> bytes:
    if b"%d" not in piece:
        return piece * (size // len(piece))
    parts, length = [], 0
    for number in count():
        if length >= size:
            return b"".join(parts)
        parts.append(piece % number)
        length += len(parts[-1])
    raise AssertionError("counting ends above")
