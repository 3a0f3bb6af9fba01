"""A `Tally`: how often each of a few labels was seen, with some addresses for each. Flat in memory."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

_LABELS = 60
_LABEL_LENGTH = 80
_SAMPLES = 3
_STEP = 1.25
_MOST_WORDS = 20_000
_MOST_LINKS = 50
OTHER = "other"


@dataclass(slots=True)
class Tally:
    """Counts by label ("yes", "no"; a rule's name; a bin's lower bound), and up to three addresses for each label."""

    counts: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, label: str, url: str) -> None:
        """Count one page. Beyond sixty labels all are "other"."""
        label = label[:_LABEL_LENGTH]
        if label not in self.counts and len(self.counts) >= _LABELS:
            label = OTHER
        self.counts[label] += 1
        known = self.samples.setdefault(label, [])
        if len(known) < _SAMPLES:
            known.append(url)


def words_bin(words: int) -> str:
    """The bin of a text's length: its lower bound in words; each bin is a quarter wider than the one before."""
    if words < 1:
        return "0"
    step = math.floor(math.log(min(words, _MOST_WORDS)) / math.log(_STEP) + 1e-9)
    return str(math.ceil(_STEP**step - 1e-9))


def links_bin(links: int) -> str:
    """The bin of a number of links: the number itself, fifty at most."""
    return str(min(links, _MOST_LINKS))


def median(counts: Counter[str]) -> int | None:
    """The bin in which the median of binned numbers lies: its lower bound. None where nothing was counted."""
    total, passed = counts.total(), 0
    for bound, count in sorted((int(label), count) for label, count in counts.items() if label.isdecimal()):
        passed += count
        if passed * 2 >= total:
            return bound
    return None
