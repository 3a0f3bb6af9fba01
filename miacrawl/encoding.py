"""From bytes to text: the encoding of a page, found from BOM, content, header and meta."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_SAMPLE_BYTES = 100_000
_ASCII = bytes(range(0x80))
_RUN = re.compile(rb"[\x80-\xff]{3,}")
# Labels that browsers read as a superset (WHATWG Encoding Standard, "Names and labels").
_SUPERSET = {
    "iso-8859-1": "windows-1252",
    "latin-1": "windows-1252",
    "latin1": "windows-1252",
    "us-ascii": "windows-1252",
    "ascii": "windows-1252",
    "iso-8859-9": "windows-1254",
    "iso-8859-11": "windows-874",
    "tis-620": "windows-874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs",
}

_NOT_OF_THE_WEB = frozenset({"punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "utf_7"})
"""Python's own, or given up by browsers, and by their normal names. Punycode takes hours for a page that says it is
in it; in the others, text that looks harmless turns into tags."""


def decode(markup: bytes, content_type: str | None = None) -> tuple[str, str]:
    """Text of an HTML page and the name of the encoding used. Never raises.

    In order: UTF-8, if the bytes are UTF-8 (no other encoding's text passes for it); a byte-order mark; UTF-8 with a
    few broken bytes, which become U+FFFD; the charset of the HTTP header `content_type`; the page's own `<meta>`;
    the detector's analysis of the content.
    """
    try:
        return markup.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    # Most pages are UTF-8 and never come here, so the detector (a slow import) waits until one does not.
    from bs4.dammit import EncodingDetector

    body, marked = EncodingDetector.strip_byte_order_mark(markup)
    if marked:
        return body.decode(marked, "replace").lstrip("\ufeff"), marked
    text = body.decode("utf-8", "replace")
    if _mostly_sound(text, body):
        return text, "utf-8"
    header = _CHARSET.search(content_type or "")
    declared = (header.group(1) if header else "", EncodingDetector.find_declared_encoding(body, is_html=True) or "")
    candidates = [*declared, "windows-1252"] if _scattered(body) else [*declared, *_detected(body)]
    return next((found for label in candidates if (found := _decoded(body, label))), _western(body))


def _western(body: bytes) -> tuple[str, str]:
    return body.decode("windows-1252", "replace"), "windows-1252"


def _decoded(body: bytes, label: str) -> tuple[str, str] | None:
    """Text by a declared or detected encoding, None where too much of it does not fit. UTF-8 was tried before."""
    name = _python_name(label)
    if name is None or name == "utf-8":
        return None
    try:
        text = body.decode(name, "replace")
    except UnicodeError:  # "idna" and its like can't replace
        return None
    return (text, name) if text.count("\ufffd") * 50 < len(text) else None


def _detected(body: bytes) -> Iterator[str]:
    """What the detector makes of the content. It needs many letters beyond ASCII: on few it is guessing."""
    from bs4.dammit import EncodingDetector

    return EncodingDetector(body[:_SAMPLE_BYTES], is_html=True).encodings


def _scattered(body: bytes) -> bool:
    """Whether letters beyond ASCII stand among ASCII ones, as in the languages that windows-1252 serves.

    In Cyrillic, Greek or Japanese they come in whole words.
    """
    in_words = sum(len(run) for run in _RUN.findall(body))
    return in_words * 2 < _beyond_ascii(body)


def _beyond_ascii(body: bytes) -> int:
    return len(body.translate(None, delete=_ASCII))


def _python_name(label: str) -> str | None:
    label = _SUPERSET.get(label.strip().lower(), label.strip().lower())
    try:
        codec = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    is_charset = codec._is_text_encoding and codec.name.lower().replace("-", "_") not in _NOT_OF_THE_WEB
    return codec.name if is_charset else None


def _mostly_sound(text: str, body: bytes) -> bool:
    """Whether broken sequences are few beside the sound multi-byte ones."""
    broken = text.count("\ufffd")
    return broken * 4 <= _beyond_ascii(body) - broken
