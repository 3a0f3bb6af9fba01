"""What a page has to know of a language to set its text."""

from __future__ import annotations

_FROM_THE_RIGHT = frozenset("ar arc ckb dv fa he iw ks ku-arab lrc mzn nqo ps sd syr ug ur yi ji prs pnb".split())


def direction(language: object) -> str:
    """rtl for a language that is written from the right, else empty: as HTML's `dir` wants it."""
    code = str(language or "").lower()
    primary = code.partition("-")[0]
    if "-latn" in code or "-cyrl" in code:
        return ""
    return "rtl" if primary in _FROM_THE_RIGHT or "-arab" in code or "-hebr" in code else ""
