"""Authors as reference managers want them: a person's family and given name, or a name that is taken as it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|esq|ph\.?d|m\.?d)\.?", re.I)
_ORGANISATION = re.compile(
    r"\b(?:desk|staff|team|editors|editorial|newsroom|agency|agencies|agence|agentur|nachrichtenagentur|associated|"
    r"association|institut[eo]?|university|universität|universidad|université|ministry|department|foundation|stiftung|"
    r"group|ltd|inc|llc|gmbh|network|council|committee|society|cent(?:re|er)|office|board|bureau|services?|magazine|"
    r"weekly|gazette|tribune|zeitung|redaktion(?:en)?|r[ée]daction|redacci[óo]n|redazione|redakcja|redactie|redakce|"
    r"contributors|correspondents|collective|alliance|union|club|museum|hospital|clinic|and|und|et|of)\b"
    r"|^(?:the|la|le|die|der|das|el)\s|[&+@/|\d]",
    re.I,
)
_FAMILY_FIRST = re.compile(r"[\u0590-\u07ff\u0900-\u0fff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")
"""Scripts whose names have no case, and often another order: they are never taken apart."""
_PARTICLES = frozenset(
    "van von vom zu zur zum den der de del della di da do dos das du la le el al bin ibn ten ter af av st."
    " saint".split()
)


@dataclass(frozen=True, slots=True)
class Name:
    """`family` and `given` (and `suffix`: "Jr.") of a person; else both are empty, and `literal` is all there is."""

    literal: str
    family: str = ""
    given: str = ""
    suffix: str = ""

    @property
    def is_person(self) -> bool:
        """Whether the name could be taken apart."""
        return bool(self.family and self.given)

    @property
    def last(self) -> str:
        """What a list is sorted by."""
        return self.family or self.literal


def names_of(authors: tuple[str, ...], organisations: tuple[str | None, ...] = ()) -> tuple[Name, ...]:
    """The names of `authors`, blank ones left out; `organisations` are known to be none of persons."""
    known = {one.casefold() for one in organisations if one}
    texts = dict.fromkeys(" ".join(author.split()) for author in authors)
    return tuple(Name(text) if text.casefold() in known else name_of(text) for text in texts if text)


def name_of(text: str) -> Name:
    """`text` taken apart where it reads as a person's name: "Ludwig van Beethoven", "Berg, Anna"."""
    if _ORGANISATION.search(text) or _FAMILY_FIRST.search(text):
        return Name(text)
    before, comma, after = text.partition(",")
    if comma and not _SUFFIX.fullmatch(after.strip()):
        return _turned(text, before.strip(), after.strip())
    words = text.replace(",", " ").split()
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    if len(words) < 2:
        return Name(text)
    start = _family_start(words)
    return Name(text, " ".join(words[start:]), " ".join(words[:start]), suffix)


def _turned(text: str, family: str, given: str) -> Name:
    """A name that states its family name first."""
    given, comma, suffix = (part.strip() for part in given.partition(","))
    if not family or not given or "," in suffix or (comma and not _SUFFIX.fullmatch(suffix)):
        return Name(text)
    return Name(text, family, given, suffix)


def _family_start(words: list[str]) -> int:
    """Where the family name begins: at the particles before the last word, else at that."""
    start = len(words) - 1
    if start > 1 and words[start - 1] in ("y", "e", "i"):
        start -= 2  # Ortega y Gasset
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return start
