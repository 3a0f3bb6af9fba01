"""An article as JSON-LD: schema.org's Article, property by property as `COLUMNS` maps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from miacrawl.export.column import COLUMNS
from miacrawl.export.record import Record

MAPPED = tuple(column for column in COLUMNS if column.schema_org)


def article_of(record: Record) -> dict[str, Any]:
    """The article in `record`, which has all `MAPPED` columns. Properties without a value are left out."""
    found: dict[str, Any] = {"@context": "https://schema.org", "@type": "Article"}
    for column in MAPPED:
        value, name = record[column.name], column.schema_org.partition(" ")[0]
        if value in (None, "", []):
            continue
        made = _MADE[column.name](value) if column.name in _MADE else value
        found[name] = {**found[name], **made} if name in found else made
    return found


def _capture(capture: Mapping[str, Any]) -> dict[str, Any]:
    record = f"{capture['file']}#offset={capture['offset']}&length={capture['length']}"
    return {
        "@type": "WebPage",
        "url": capture["url"],
        "dateCreated": capture["fetched_at"],
        "identifier": {"@type": "PropertyValue", "propertyID": "warc-record", "value": record},
    }


_MADE: Mapping[str, Callable[[Any], Any]] = {
    "site": lambda host: {"@type": "WebSite", "identifier": host},
    "site_name": lambda name: {"@type": "WebSite", "name": name},
    "authors": lambda names: [{"@type": "Person", "name": name} for name in names],
    "read_minutes": lambda minutes: f"PT{minutes}M",
    "related": lambda links: {"@type": "WebPage", "relatedLink": [link["url"] for link in links]},
    "content_hash": lambda value: {"@type": "PropertyValue", "propertyID": "sha256", "value": value},
    "capture": _capture,
}
