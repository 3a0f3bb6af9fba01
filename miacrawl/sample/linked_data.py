"""The JSON-LD of a sample article: a graph of the publisher and the NewsArticle, as large sites write it."""

from __future__ import annotations

from typing import Any

from miacrawl.sample import SITE_NAME
from miacrawl.sample.catalogue import slug
from miacrawl.sample.draft import Draft


def linked_data(draft: Draft, base: str) -> dict[str, Any]:
    """The graph for one article; what the article lacks is left out."""
    publisher = {"@type": "NewsMediaOrganization", "@id": f"{base}/#publisher", "name": SITE_NAME, "url": f"{base}/"}
    news = {
        "@type": "NewsArticle",
        "@id": f"{base}{draft.path}#article",
        "mainEntityOfPage": base + draft.path,
        "headline": draft.title,
        "description": draft.teaser,
        "datePublished": draft.published.isoformat(),
        "dateModified": (draft.modified or draft.published).isoformat(),
        "timeRequired": f"PT{draft.minutes}M" if draft.minutes else None,
        "articleSection": draft.section.capitalize(),
        "image": [f"{base}/static/{draft.section}.svg"],
        "author": [{"@type": "Person", "name": name, "url": f"{base}/author/{slug(name)}"} for name in draft.authors],
        "publisher": {"@id": f"{base}/#publisher"},
        "inLanguage": "en",
    }
    stated = {name: value for name, value in news.items() if value is not None}
    return {"@context": "https://schema.org", "@graph": [publisher, stated]}
