"""The shape of a site's article addresses, learned from some that are and some that are not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from miacrawl.page import urlsplit_path

_ANY = "[^/]+"
_MAX_SHAPES = 4
_MAX_PATTERNS = 64
_ENOUGH = 3
"""Addresses with the same word in one place before that word is taken for a part of the shape."""
_ENDING = re.compile(r"\.[a-z]{2,5}$")


@dataclass(frozen=True, slots=True)
class Shape:
    """A regular expression for whole paths, how many article addresses it matches, and how many others."""

    pattern: str
    articles: int
    of_articles: int
    others: int
    of_others: int


def article_shape(articles: Iterable[str], others: Iterable[str]) -> Shape | None:
    """The most general expression that matches the paths of all `articles` and of fewest `others`.

    None where the articles' addresses have nothing in common (more than four lengths), or have no path.
    """
    yes = sorted({urlsplit_path(url) for url in articles} - {""})
    no = sorted({urlsplit_path(url) for url in others} - set(yes))
    groups: dict[int, list[list[str]]] = defaultdict(list)
    for path in yes:
        parts = path.split("/")[1:]
        groups[len(parts)].append(parts)
    if not yes or len(groups) > _MAX_SHAPES:
        return None
    pattern = "|".join(_best(paths, no) for _, paths in sorted(groups.items()))
    compiled = re.compile(pattern)
    matched = [sum(bool(compiled.fullmatch(path)) for path in paths) for paths in (yes, no)]
    return Shape(pattern, matched[0], len(yes), matched[1], len(no))


def _best(paths: list[list[str]], others: list[str]) -> str:
    """The expression for paths of one length that matches fewest others; the first, most general one of equals."""
    columns = [[path[place] for path in paths] for place in range(len(paths[0]))]
    choices = [list(_segment(column, last=place == len(columns) - 1)) for place, column in enumerate(columns)]
    best, fewest = "", len(others) + 1
    for number, segments in enumerate(product(*choices)):
        pattern = "".join(f"/{segment}" for segment in segments)
        compiled = re.compile(pattern)
        wrong = sum(bool(compiled.fullmatch(path)) for path in others)
        if wrong < fewest:
            best, fewest = pattern, wrong
        if not fewest or number >= _MAX_PATTERNS:
            break
    return best


def _segment(words: list[str], *, last: bool) -> Iterator[str]:
    """Expressions for one place of a path that match all of `words`, most general first."""
    if all(re.fullmatch(r"(?:19|20)\d\d", word) for word in words):
        yield r"\d{4}"
        return
    if all(word.isascii() and word.isdigit() for word in words):
        yield r"\d{1,2}" if all(len(word) <= 2 for word in words) else r"\d+"
        return
    if len(set(words)) == 1 and len(words) >= _ENOUGH and not last:
        yield re.escape(words[0])
        return
    ending = _common_ending(words)
    yield _ANY + ending
    if not last:
        return
    for shape in (rf"[^/]+-[^/]+{ending}", rf"[^/]+-[^/]+-[^/]+{ending}", rf"[^/]*\d{{4,}}[^/]*{ending}"):
        if all(re.fullmatch(shape, word) for word in words):
            yield shape


def _common_ending(words: list[str]) -> str:
    endings = {match.group() if (match := _ENDING.search(word)) else "" for word in words}
    return re.escape(endings.pop()) if len(endings) == 1 else ""
