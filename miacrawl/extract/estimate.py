"""How long a text takes to read, by our own count: an estimate, kept apart from what a page states.

Reading speeds, all of adults reading their own language:

* English: 238 words a minute, silent reading of non-fiction (Brysbaert 2019, Journal of Memory and Language 109:104047,
  a review of 190 studies).
* Other languages: the means of Trauzettel-Klosinski & Dietz 2012, Investigative Ophthalmology & Visual Science
  53(9):5452 (International Reading Speed Texts, 17 languages). They were read aloud, so silent readers are somewhat
  quicker: for English the same texts give 228.
* Chinese 255 and Japanese 357 characters a minute: the same study. Thai, Lao, Khmer and Burmese, which it has not, are
  written in letters without blanks: its mean over all languages, 863 characters a minute.
* Any other language, and words of other scripts inside a text of these: its mean of 184 words a minute.
"""

from __future__ import annotations

import re

ENGLISH = 238
MEAN = 184
WORDS_A_MINUTE = {
    "en": ENGLISH, "ar": 138, "nl": 202, "fi": 161, "fr": 195, "de": 179, "he": 187, "it": 188, "pl": 166, "pt": 181,
    "ru": 184, "sl": 180, "es": 218, "sv": 199, "tr": 166,
}  # fmt: skip
"""By primary language subtag."""
CHINESE, JAPANESE, LETTERS = 255, 357, 863
"""Characters a minute: Han, Han and kana of Japanese, and letters of scripts written without blanks."""

_HAN_AND_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_KANA = re.compile(r"[\u3040-\u30ff]")
_UNSPACED_LETTERS = re.compile(r"[\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff]+")


def estimated_minutes(text: str, word_count: int, language: str | None) -> int | None:
    """Whole minutes (at least 1) that `text` takes to read; None where it has no words.

    `word_count` is `word_count.count_words(text)`, in which each character of a script without blanks counts as one;
    `language` a BCP 47 tag or None. A text in several scripts takes the sum of what its parts take.
    """
    if word_count <= 0:
        return None
    signs = letters = 0
    if not text.isascii():
        signs = _characters(_HAN_AND_KANA, text)
        letters = _characters(_UNSPACED_LETTERS, text)
    words = max(0, word_count - signs - letters)
    primary = (language or "").partition("-")[0].lower()
    japanese = primary == "ja" or (primary != "zh" and signs and _KANA.search(text))
    minutes = (
        words / WORDS_A_MINUTE.get(primary, MEAN) + signs / (JAPANESE if japanese else CHINESE) + letters / LETTERS
    )
    return max(1, int(minutes + 0.5))


def _characters(script: re.Pattern[str], text: str) -> int:
    return sum(map(len, script.findall(text)))
