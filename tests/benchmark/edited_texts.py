"""Copies of generated articles as editors make them: some words changed, another introduction, a shorter end."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

from tests.stress.prose import paragraphs_of

_SEED = 11


def text_of(number: int, paragraphs: int = 8) -> str:
    """The body of article `number`: of a vocabulary of 340 words and ten kinds of sentence, about 450 words."""
    return "\n\n".join(paragraphs_of(_SEED, number, 0)[:paragraphs])


@cache
def _vocabulary() -> list[str]:
    return sorted({word for number in range(20) for word in text_of(number).split()})


def edited(text: str, share: float, seed: int) -> str:
    """`text` with that share of its words edited: three in five put otherwise, the others left out or added to."""
    chance, out = random.Random(f"edit:{share}:{seed}"), []
    for word in text.split(" "):
        if chance.random() >= share:
            out.append(word)
            continue
        fate = chance.random()
        if fate < 0.6:
            out.append(chance.choice(_vocabulary()))
        elif fate < 0.8:
            out += [word, chance.choice(_vocabulary())]
    return " ".join(out)


def introduced(text: str, seed: int) -> str:
    """`text` as another site brings it: two paragraphs of its own in place of the first, and a line at the end."""
    own = text_of(1_000_000 + seed, 2)
    return f"{own}\n\n{text.partition(chr(10) * 2)[2]}\n\nThis article first appeared elsewhere and is reprinted here."


def cut(text: str, seed: int) -> str:
    """`text` without its last quarter."""
    words = text.split(" ")
    return " ".join(words[: len(words) * 3 // 4])


def reset(text: str, seed: int) -> str:
    """The same words in capitals, with other punctuation."""
    return text.upper().replace(".", " !").replace(",", " –")


COPIES: dict[str, Callable[[str, int], str]] = {
    "exact, other case and punctuation": reset,
    "1 % of the words edited": lambda text, seed: edited(text, 0.01, seed),
    "5 % of the words edited": lambda text, seed: edited(text, 0.05, seed),
    "10 % of the words edited": lambda text, seed: edited(text, 0.10, seed),
    "20 % of the words edited": lambda text, seed: edited(text, 0.20, seed),
    "another introduction": introduced,
    "last quarter cut off": cut,
}
