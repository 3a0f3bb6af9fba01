"""What today's rules find against what is archived, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from miacrawl.article import Article
from miacrawl.reextract.article_json import dumped
from miacrawl.reextract.reading import Reading
from miacrawl.spiders.reading import why_no_article
from miacrawl.store.change import digest, unfit
from miacrawl.store.staging import Difference, Task, Verdict

_SHOWN = 300
_EMPTY = (None, "", "[]", "{}", 0)


def verdict(task: Task, reading: Reading, stored: Mapping[str, Any], found: Mapping[str, Any]) -> Verdict:
    """What becomes of a task. `stored`, `found`: the same columns as they are archived, and as they are read today."""
    article = reading.article
    if article is None:
        return Verdict(task, "unread", note=reading.trouble)
    missing = why_no_article(article)
    if task.target.article_id is None:
        if missing is not None:
            return Verdict(task, "no-article", reading.extractor, missing)
        return Verdict(task, "new", reading.extractor, article.title or "", dumped(article))
    why_kept = missing or _emptied(article, stored)
    if why_kept:
        return Verdict(task, "kept", reading.extractor, why_kept)
    told = digest(found)
    different = tuple(differences(stored, found))
    if not different:
        return Verdict(task, "same", reading.extractor, told=told)
    return Verdict(task, "changed", reading.extractor, "", dumped(article), different, told)


def differences(stored: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Difference]:
    """The columns that differ."""
    for name, before in stored.items():
        after = found[name]
        if before != after and not (before in _EMPTY and after in _EMPTY):
            kind = "filled" if before in _EMPTY else "emptied" if after in _EMPTY else "changed"
            yield Difference(name, kind, *_shown(before, after))


def _emptied(article: Article, stored: Mapping[str, Any]) -> str | None:
    flags = tuple(json.loads(stored["flags"] or "[]"))
    flag = unfit(article, stored["word_count"] or 0, flags, stored["body"] or "")
    return f"today's rules find next to nothing of its text ({flag})" if flag else None


def _shown(before: object, after: object) -> tuple[str, str]:
    """Both values as text, from a little before the first character in which they differ."""
    one, other = ("" if value is None else str(value) for value in (before, after))
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, same - 60) if max(len(one), len(other)) > _SHOWN else 0
    lead = "…" if start else ""
    return lead + one[start : start + _SHOWN], lead + other[start : start + _SHOWN]
