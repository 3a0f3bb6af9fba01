"""From bytes to text: the encoding of a page, found from BOM, content, header and meta."""

from __future__ import annotations

import codecs
import re

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_SAMPLE_BYTES = 100_000
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


def decode(markup: bytes, content_type: str | None = None) -> tuple[str, str]:
    """Text of an HTML page and the name of the encoding used. Never raises.

    In order: byte-order mark; UTF-8 if the bytes are UTF-8 (no other encoding's text passes for it); the
    charset of the HTTP header `content_type`; the page's own `<meta>`; the detector's analysis of the content.
    A page that is UTF-8 but for a few broken bytes keeps its good text, with U+FFFD for the broken.
    """
    try:
        return markup.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    # Most pages are UTF-8 and never come here, so the detector (a slow import) waits until one does not.
    from bs4.dammit import EncodingDetector

    body, sniffed = EncodingDetector.strip_byte_order_mark(markup)
    if sniffed:
        return body.decode(sniffed, "replace"), sniffed
    header = _CHARSET.search(content_type or "")
    declared = [header.group(1)] if header else []
    detector = EncodingDetector(body[:_SAMPLE_BYTES], known_definite_encodings=declared, is_html=True)
    for label in detector.encodings:
        name = _python_name(label)
        if name is None:
            continue
        if name == "utf-8":
            text = body.decode("utf-8", "replace")
            if _mostly_sound(text, body):
                return text, "utf-8"
            continue
        try:
            return body.decode(name), name
        except UnicodeDecodeError:
            text = body.decode(name, "replace")
            if text.count("\ufffd") * 50 < len(text) and not _multibyte_utf8(body):
                return text, name
    return body.decode("windows-1252", "replace"), "windows-1252"


def _python_name(label: str) -> str | None:
    label = _SUPERSET.get(label.strip().lower(), label.strip().lower())
    try:
        return codecs.lookup(label).name if codecs.lookup(label)._is_text_encoding else None
    except (LookupError, ValueError):
        return None


def _mostly_sound(text: str, body: bytes) -> bool:
    """Whether broken sequences are few beside the sound multi-byte ones."""
    broken = text.count("\ufffd")
    beyond_ascii = sum(byte >= 0x80 for byte in body[: 10 * _SAMPLE_BYTES])
    return broken * 4 <= beyond_ascii - broken


def _multibyte_utf8(body: bytes) -> bool:
    return _mostly_sound(body.decode("utf-8", "replace"), body)
