"""Pages broken in the ways that the network, editors and templates break them; the same seed gives the same page."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Mutation = Callable[[Random, bytes], bytes]
DEPTH = 100_000
_TAG = re.compile(rb"</?[a-zA-Z][^<>]*>")
_TEXT_SPLIT = re.compile(rb"(</?[a-zA-Z][^<>]*>)")
_CONTROLS = bytes([0, 1, 8, 11, 12, 27, 31, 127, 133]) + "\u200b\u2028\ufeff\ufffe".encode()
_CHARSETS = "utf-16 utf-7 shift_jis gb18030 iso-2022-jp euc-kr windows-1251 hz no-such-code".split()
_ENTITIES = b"&#0; &#xD800; &#1114112; &#99999999999999999999; &#x &; &ampamp &lt;script&gt;".split()
NESTED = (b"div", b"span", b"b", b"ul><li", b"table><tr><td", b"blockquote", b"a href=/x", b"x-y", b"svg")
_PAIRS = (b"<p><b>", b"<a><div>", b"<h1><h2>", b"<font><table>", b"<li><a href=/r/x>", b"<section><h2>")
_OPENINGS = (
    *b"<script> <style> <!-- <textarea> <title> <svg><title> <template> <![CDATA[ <noscript> <plaintext> <xmp>".split(),
    *b"<select><option> <iframe> <math> <?php".split(),
    b"<a href='",
)
_LD_KEYS = b"headline author datePublished image articleSection description timeRequired articleBody".split()
_LD_VALUES = b'null [] {} 1e999 -0 "\\ud800" [[[{"@id":1}]]] true {"name":{"name":[]}}'.split()


def cut_anywhere(chance: Random, page: bytes) -> bytes:
    """The connection broke."""
    return page[: chance.randrange(len(page) + 1)]


def cut_in_a_tag(chance: Random, page: bytes) -> bytes:
    """… between < and >."""
    return _cut_inside(chance, page, _TAG)


def cut_in_an_entity(chance: Random, page: bytes) -> bytes:
    """… between & and ;, made where there is none."""
    entity = re.compile(rb"&#?\w{1,10};")
    return _cut_inside(chance, page if entity.search(page) else _insert(chance, page, b"&eacute;"), entity)


def cut_in_a_letter(chance: Random, page: bytes) -> bytes:
    """… between the bytes of one letter, made where there is none."""
    letter = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+")
    return _cut_inside(chance, page if letter.search(page) else _insert(chance, page, "語".encode()), letter)


def without_some_tags(chance: Random, page: bytes) -> bytes:
    """Each tag is lost with a chance of its own page."""
    loss = chance.choice((0.02, 0.2, 0.7))
    return _TAG.sub(lambda tag: b"" if chance.random() < loss else tag[0], page)


def without_end_tags(chance: Random, page: bytes) -> bytes:
    """Nothing is ever closed, or nearly nothing."""
    loss = chance.choice((0.3, 1.0))
    return re.sub(rb"</[a-zA-Z][^<>]*>", lambda tag: b"" if chance.random() < loss else tag[0], page)


def tags_doubled(chance: Random, page: bytes) -> bytes:
    """Templates that include a part twice: html, body, h1, ids."""
    share = chance.choice((0.1, 1.0))
    return _TAG.sub(lambda tag: tag[0] * (2 if chance.random() < share else 1), page)


def tags_shuffled(chance: Random, page: bytes) -> bytes:
    """The text stays where it is, the tags between change places."""
    parts = _TEXT_SPLIT.split(page)
    tags = parts[1::2]
    chance.shuffle(tags)
    parts[1::2] = tags
    return b"".join(parts)


def pieces_reordered(chance: Random, page: bytes) -> bytes:
    """Cut at a few places, put together in another order."""
    cuts = sorted(chance.randrange(len(page) + 1) for _ in range(chance.randint(2, 8)))
    pieces = [page[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(page)], strict=True)]
    chance.shuffle(pieces)
    return b"".join(pieces)


def nested_deep(chance: Random, page: bytes) -> bytes:
    """One element in another, 100,000 times, around the page's rest."""
    tag = chance.choice(NESTED)
    return _insert(chance, page, b"<" + tag + b">", DEPTH)


def nested_in_turns(chance: Random, page: bytes) -> bytes:
    """Block and inline elements nested in each other, which parsers reopen again and again."""
    pair = chance.choice(_PAIRS)
    return _insert(chance, page, pair, DEPTH // 2)


def with_control_characters(chance: Random, page: bytes) -> bytes:
    """NULs, escapes and invisible signs between the bytes."""
    found = bytearray(page)
    for _ in range(chance.choice((3, 300))):
        at = chance.randrange(len(found) + 1)
        begin = chance.randrange(len(_CONTROLS))
        found[at:at] = _CONTROLS[begin : begin + chance.randint(1, 4)]
    return bytes(found)


def bytes_flipped(chance: Random, page: bytes) -> bytes:
    """A bad disk."""
    found = bytearray(page)
    for _ in range(min(len(found), chance.choice((5, 500)))):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def in_mixed_encodings(chance: Random, page: bytes) -> bytes:
    """The rest of the page comes from another system."""
    at = chance.randrange(len(page) + 1)
    codec = chance.choice(("utf-16", "cp1252", "shift_jis", "utf-8-sig", "koi8-r", "utf-32"))
    return page[:at] + page[at:].decode("utf-8", "replace").encode(codec, "xmlcharrefreplace")


def with_a_lying_charset(chance: Random, page: bytes) -> bytes:
    """The page names an encoding that is not its own."""
    name = chance.choice(_CHARSETS).encode()
    mark = chance.choice((b"", b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"))
    declared = b'<meta charset="' + name + b'">'
    return mark + declared + re.sub(rb"(?i)charset=[\"']?[\w-]+", b"charset=" + name, page)


def with_bad_entities(chance: Random, page: bytes) -> bytes:
    """Numbers that no letter has, and names cut short."""
    return re.sub(rb" ", lambda blank: chance.choice(_ENTITIES) if chance.random() < 0.1 else blank[0], page)


def with_an_open_end(chance: Random, page: bytes) -> bytes:
    """Something begins and never ends: script, comment, attribute, …"""
    return _insert(chance, page, chance.choice(_OPENINGS))


def with_broken_data(chance: Random, page: bytes) -> bytes:
    """JSON-LD whose values are of the wrong kind, or whose end is missing."""
    values = b",".join(b'"%s":%s' % (key, chance.choice(_LD_VALUES)) for key in _LD_KEYS)
    end = chance.choice((b"}", b"", b"}}", b",}", b"}-->"))
    data = b'<script type="application/ld+json">{"@type":["NewsArticle",null],' + values + end + b"</script>"
    return re.sub(rb"(?i)(<head[^<>]*>)", lambda head: head[0] + data, page, count=1)


MUTATIONS: tuple[Mutation, ...] = (
    cut_anywhere,
    cut_in_a_tag,
    cut_in_an_entity,
    cut_in_a_letter,
    without_some_tags,
    without_end_tags,
    tags_doubled,
    tags_shuffled,
    pieces_reordered,
    nested_deep,
    nested_in_turns,
    with_control_characters,
    bytes_flipped,
    in_mixed_encodings,
    with_a_lying_charset,
    with_bad_entities,
    with_an_open_end,
    with_broken_data,
)


def mutant(page: bytes, seed: int) -> tuple[str, bytes]:
    """A broken copy and what was done to it: every mutation has its turn first, and up to two more follow."""
    chance = Random(seed)
    first = MUTATIONS[seed % len(MUTATIONS)]
    chosen = [first, *chance.sample(MUTATIONS, chance.choice((0, 0, 1, 2)))]
    for mutation in chosen:
        page = mutation(chance, page)
    return ", ".join(mutation.__name__ for mutation in chosen), page


def _insert(chance: Random, page: bytes, piece: bytes, times: int = 1) -> bytes:
    """`piece` somewhere between two tags, or at the end of a page without tags."""
    tags = list(_TAG.finditer(page))
    at = chance.choice(tags).end() if tags else len(page)
    return page[:at] + piece * times + page[at:]


def _cut_inside(chance: Random, page: bytes, pattern: re.Pattern[bytes]) -> bytes:
    found = list(pattern.finditer(page))
    if not found:
        return page
    match = chance.choice(found)
    return page[: chance.randrange(match.start() + 1, match.end())]
