"""Citations as CSL-JSON, which pandoc and every citeproc read."""

from __future__ import annotations

from typing import Any

from miacrawl.citation.cited import Cited
from miacrawl.citation.day import day_of
from miacrawl.citation.key import key_of
from miacrawl.citation.name import Name, names_of
from miacrawl.citation.statement import address, line, medium_of, statement, title_of


def as_csl(cited: Cited) -> dict[str, Any]:
    """One item. What CSL has no variable for is in `custom`, and in words in `note`."""
    item: dict[str, Any] = {
        "id": key_of(cited),
        "type": "article-newspaper" if medium_of(cited) == "newspaper" else "webpage",
        "title": title_of(cited),
        "container-title": line(cited.container),
        "URL": address(cited.url),
        "accessed": _date(cited.retrieved),
        "version": str(cited.version),
        "note": statement(cited),
        "custom": {
            "article_id": cited.article_id,
            "retrieved": line(cited.retrieved),
            "content_hash": f"sha256:{line(cited.content_hash)}",
        },
    }
    if names := names_of(cited.authors, (cited.site_name,)):
        item["author"] = [_name(name) for name in names]
    if day_of(cited.published):
        item["issued"] = _date(cited.published)
    if cited.language:
        item["language"] = line(cited.language)
    if cited.permalink:
        item["archive_location"] = address(cited.permalink)
    if cited.gone_since:
        item["custom"]["gone_since"] = line(cited.gone_since)
    return item


def _date(stored: str | None) -> dict[str, Any]:
    day = day_of(stored)
    return {"date-parts": [[*day.parts]]} if day else {"literal": line(stored)}


def _name(name: Name) -> dict[str, str]:
    if not name.is_person:
        return {"literal": line(name.literal)}
    suffix = {"suffix": line(name.suffix)} if name.suffix else {}
    return {"family": line(name.family), "given": line(name.given), **suffix}
