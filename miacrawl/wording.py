"""The wording of a text: its words without case and punctuation, and how much of it another text has, too.

Two texts are compared by their shingles: all the runs of a few words in a row. Shingles of many texts are compared at
once by signatures (MinHash): of 128 random orders of all shingles, the first one that the text has.
"""

from __future__ import annotations

import hashlib
import operator
import re
import struct
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

Kind = Literal["exact", "near"]
Signature = tuple[int, ...]

NEAR = 0.5
"""Texts that share at least so much of their shingles are nearly the same."""
_VALUES = 128
_BANDS = 32
_SEED = 5
_WORDS_READ = 10_000
"""Of a longer text the beginning is compared."""
_CHARACTERS_READ = 1_000_000
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_SYLLABIC = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Written without blanks too, but with several letters to a word: Thai, Lao, Burmese, Khmer."""


@dataclass(frozen=True, slots=True)
class _Script:
    """How a text is cut: `run` words in a shingle, and `least` words that can be compared."""

    run: int
    least: int


_SPACED, _IDEOGRAPHS, _SYLLABLES = _Script(3, 40), _Script(5, 80), _Script(8, 160)


class _Letters(dict[int, str | None]):
    """What each character is read as: letters, digits and marks themselves, all else a blank.

    Characters of scripts that are written without blanks are words of their own; invisible ones vanish.
    """

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        kind = unicodedata.category(char)
        read: str | None = " "
        if kind == "Cf" or 0xFE00 <= code <= 0xFE0F:
            read = None
        elif _IDEOGRAPH.match(char) or _SYLLABIC.match(char):
            read = f" {char} "
        elif kind[0] in "LNM":
            read = char
        self[code] = read
        return read


_LETTERS = _Letters()


def words_of(text: str) -> list[str]:
    """The words of `text`, case folded, without punctuation; single characters where no blanks are written."""
    return unicodedata.normalize("NFKC", text[:_CHARACTERS_READ]).casefold().translate(_LETTERS).split()


@dataclass(frozen=True)
class Wording:
    """What is compared of an article: the words of its title, blurb and body."""

    title: Sequence[str]
    blurb: Sequence[str]
    body: Sequence[str]

    @classmethod
    def of(cls, title: str | None, blurb: str | None, body: str | None) -> Wording:
        """The wording of an article by its fields."""
        return cls(*(words_of(text or "") for text in (title, blurb, body)))

    @cached_property
    def key(self) -> bytes | None:
        """Sixteen bytes that are the same for the same title, blurb and body; None where there is no body."""
        if not self.body:
            return None
        text = "\x1f".join(" ".join(words) for words in (self.title, self.blurb, self.body))
        return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()

    @cached_property
    def shingles(self) -> frozenset[str]:
        """The runs of words of the body; empty where it is too short to be compared."""
        words = self.body[:_WORDS_READ]
        script = _script(words)
        if len(words) < script.least:
            return frozenset()
        return frozenset(map(" ".join, zip(*(words[start:] for start in range(script.run)), strict=False)))

    def signature(self) -> Signature | None:
        """The signature of the shingles; None where the body is too short, or rensa is not installed."""
        return _signature(list(self.shingles)) if self.shingles else None


def likeness(one: Wording, other: Wording) -> tuple[Kind, float] | None:
    """Whether two texts are the same or nearly, and which share of all their shingles both have; None where not."""
    if one.key is not None and one.key == other.key:
        return "exact", 1.0
    both = len(one.shingles & other.shingles)
    share = both / (len(one.shingles) + len(other.shingles) - both) if both else 0.0
    return ("near", round(share, 4)) if share >= NEAR else None


def estimate(one: Signature, other: Signature) -> float:
    """About which share of their shingles two texts have in common, by their signatures (± 0.04)."""
    same: int = sum(map(operator.eq, one, other))
    return same / _VALUES


def bands_of(signature: Signature) -> list[int]:
    """Thirty-two numbers of 48 bits, each made of four values: near texts have at least one in common.

    At a share of 0.5 that is so for 87 in 100 pairs, at 0.6 for 99, at 0.7 for all but two in 10,000; of texts that
    share 0.02, for five in a million.
    """
    packed, width = pack(signature), 4 * _VALUES // _BANDS
    return [
        int.from_bytes(hashlib.blake2b(packed[at : at + width], digest_size=6, salt=bytes([at // width])).digest())
        for at in range(0, len(packed), width)
    ]


def pack(signature: Signature) -> bytes:
    """A signature as bytes, four for each value."""
    return struct.pack(f"<{_VALUES}I", *signature)


def unpack(packed: bytes) -> Signature:
    """The signature that `pack` made bytes of."""
    return struct.unpack(f"<{_VALUES}I", packed)


def can_sign() -> bool:
    """Whether signatures can be made: rensa has no wheel for every machine."""
    try:
        import rensa  # noqa: F401
    except ImportError:
        return False
    return True


@cache
def method() -> str:
    """Names how signatures are made here. Where it is another one, those that were made by it can't be compared.

    It is the digest of a signature: a library that counts otherwise gives another one, whatever its version says.
    """
    sample = Wording.of("", "", " ".join(f"{number}th Wörd, 字" for number in range(200)))
    signed = sample.signature()
    rules = f"{NEAR} {_WORDS_READ} {_SPACED} {_IDEOGRAPHS} {_SYLLABLES} {bands_of(signed) if signed else None}"
    return hashlib.blake2b(rules.encode(), digest_size=8).hexdigest()


def _script(words: Sequence[str]) -> _Script:
    """The script of most of the words."""
    sample = words[:: max(1, len(words) // 1_000)]
    ideographs = sum(1 for word in sample if len(word) == 1 and _IDEOGRAPH.match(word))
    syllables = sum(1 for word in sample if len(word) == 1 and _SYLLABIC.match(word))
    if 2 * max(ideographs, syllables) <= len(sample):
        return _SPACED
    return _IDEOGRAPHS if ideographs >= syllables else _SYLLABLES


def _signature(shingles: Sequence[str]) -> Signature | None:
    try:
        from rensa import RMinHash
    except ImportError:  # no wheel for this machine
        return None
    sketch = RMinHash(_VALUES, _SEED)
    sketch.update(shingles)
    return tuple(sketch.digest())
