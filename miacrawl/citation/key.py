"""The key of an entry: halloran-2025-naps-4v1."""

from __future__ import annotations

import re
import unicodedata

from miacrawl.citation.cited import Cited
from miacrawl.citation.day import day_of
from miacrawl.citation.name import names_of

_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "þ": "th",
                          "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ı": "i"})  # fmt: skip
_LITTLE = frozenset(
    "a an the of in on at to for and or is are how why what when who your our my with from by as it its this that "
    "der die das ein eine und wie was le la les un une des du de el los las une y en il lo gli".split()
)
_WORD = re.compile(r"[^\W_]+")
_MOST = 20


def key_of(cited: Cited) -> str:
    """First author (or site), year, first word of the title that means something, number of article and version.

    A version stays what it is, so its key does too; the numbers make it the only one of its archive.
    """
    names = names_of(cited.authors, (cited.site_name,))
    author = _plain(names[0].last) if names else ""
    day = day_of(cited.published)
    words = [_plain(word) for word in _WORD.findall((cited.title or "").replace("’", "").replace("'", "")[:300])]
    word = next((word for word in words if len(word) > 1 and word not in _LITTLE), "")
    site = _plain(cited.site.partition(":")[0].split(".")[0])
    first = author or (site if not site.isdigit() else "")
    parts = (first[:_MOST], str(day.year) if day else "nd", word[:_MOST], f"{cited.article_id}v{cited.version}")
    return "-".join(part for part in parts if part)


def _plain(text: str) -> str:
    """The letters and digits of `text` in a-z and 0-9; none of other scripts."""
    bare = unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", bare.lower())
