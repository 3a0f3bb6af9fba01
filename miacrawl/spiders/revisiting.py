"""The plan of visits that a run's settings ask for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from miacrawl.revisit import RevisitPolicy

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def revisit_policy(settings: BaseSettings) -> RevisitPolicy:
    """The policy by MIACRAWL_REVISIT_SHARE, _MIN_HOURS and _MAX_DAYS."""
    return RevisitPolicy(
        settings.getfloat("MIACRAWL_REVISIT_SHARE"),
        timedelta(hours=settings.getfloat("MIACRAWL_REVISIT_MIN_HOURS")),
        timedelta(days=settings.getfloat("MIACRAWL_REVISIT_MAX_DAYS")),
    )
