"""The plan of visits that a run's settings ask for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from miacrawl.per_site import for_site
from miacrawl.revisit import RevisitPolicy

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def revisit_policy(settings: BaseSettings, site: str) -> RevisitPolicy:
    """The policy for a site, by MIACRAWL_REVISIT_SHARE, _MIN_HOURS and _MAX_DAYS."""
    share, hours, days = (
        float(for_site(settings, site, f"MIACRAWL_REVISIT_{name}")) for name in ("SHARE", "MIN_HOURS", "MAX_DAYS")
    )
    return RevisitPolicy(share, timedelta(hours=hours), timedelta(days=days))
