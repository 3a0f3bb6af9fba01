"""A setting as it holds for one site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def for_site(settings: Mapping[str, Any], site: str, name: str) -> Any:
    """The value of the setting `name` for `site` (as `site_of` names it): its own, or else everyone's.

    `settings` are a crawl's (Scrapy's object is such a mapping); what a site has for itself stands in MIACRAWL_SITES.
    Values that came by `scrapy crawl -s` are text, those that came by miacrawl.yaml or `miacrawl` are typed: read one
    with int(), float() where it is counted with.
    """
    own: Mapping[str, Mapping[str, Any]] = settings.get("MIACRAWL_SITES") or {}
    return own.get(site, {}).get(name, settings.get(name))
