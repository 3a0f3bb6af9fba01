"""When a run speaks of drift, by its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miacrawl.drift.finding import Limits
from miacrawl.per_site import for_site

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def drift_limits(settings: BaseSettings, site: str) -> Limits | None:
    """The limits for a site, by MIACRAWL_DRIFT_…; None where MIACRAWL_DRIFT is off."""
    if str(for_site(settings, site, "MIACRAWL_DRIFT")).lower() not in ("1", "true"):
        return None
    runs, least, history, effect, false_alarms = (
        float(for_site(settings, site, f"MIACRAWL_DRIFT_{name}"))
        for name in ("RUNS", "LEAST", "HISTORY", "EFFECT_SHARE", "FALSE_SHARE")
    )
    return Limits(int(runs), max(1, int(least)), max(1, int(history)), effect, false_alarms)
