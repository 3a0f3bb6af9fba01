"""Counting words: characters, in scripts that are written without blanks."""

from __future__ import annotations

import re

_UNSPACED = r"\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+(?:['’.,:/-][^\W_{_UNSPACED}]+)*")


def count_words(text: str) -> int:
    """Words of `text`; each character of Chinese, Japanese, Thai, Lao, Khmer and Burmese counts as one.

    Korean is written with blanks and counted in words. A number with separators or a hyphened word is one.
    """
    return len(_WORD.findall(text))
