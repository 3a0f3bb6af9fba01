"""An `Article` as JSON and back: what processes hand each other through a file."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from miacrawl.article import Article, Evidence, RelatedLink

_DATES = ("published", "modified")


def dumped(article: Article) -> str:
    """The article as a JSON object; dates as ISO 8601, days without a time."""
    told: dict[str, Any] = {field.name: getattr(article, field.name) for field in fields(Article)}
    told["related"] = [_plain(link) for link in article.related]
    told["evidence"] = [_plain(one) for one in article.evidence]
    told |= {name: dict(told[name]) for name in ("provenance", "confidence")}
    for name in _DATES:
        told[name] = told[name].isoformat() if told[name] is not None else None
    return json.dumps(told, ensure_ascii=True)


def loaded(text: str) -> Article:
    """The article that `dumped` wrote. Raises ValueError, KeyError and TypeError where it is something else."""
    told = json.loads(text)
    told["related"] = tuple(RelatedLink(**link) for link in told["related"])
    told["evidence"] = tuple(Evidence(**one) for one in told["evidence"])
    told |= {name: tuple(told[name]) for name in ("authors", "flags")}
    return Article(**{**told, **{name: _moment(told[name]) for name in _DATES}})


def _plain(value: RelatedLink | Evidence) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _moment(text: str | None) -> datetime | date | None:
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
