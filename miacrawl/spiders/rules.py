"""What a run reads its pages by, in a form that can be handed to other processes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from miacrawl.per_site import for_site
from miacrawl.spiders.discovering import Discoverer
from miacrawl.spiders.wishes import Wishes, honoured
from miacrawl.urls import site_of

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_EVERYONE = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """`archive`: the folder whose profiles hold; `sites`: those of the run, as `site_of` names them.

    `depth_limits`, `honoured`: DEPTH_LIMIT and MIACRAWL_HONOUR by site; "" has what holds for all others.
    """

    archive: Path
    sites: frozenset[str]
    depth_limits: Mapping[str, int]
    honoured: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, settings: BaseSettings, sites: Iterable[str]) -> Rules:
        """The rules that settings give. Raises ConfigError for something to honour that is unknown."""
        known = frozenset(sites)
        everyone = (_EVERYONE, *sorted(known))
        return cls(
            Path(settings["MIACRAWL_ARCHIVE"]),
            known,
            {site: int(for_site(settings, site, "DEPTH_LIMIT")) for site in everyone},
            {site: honoured(settings, site) for site in everyone},
        )

    def wants(self, url: str) -> bool:
        """Whether `url` is on a site of the run."""
        try:
            return site_of(url) in self.sites
        except ValueError:
            return False

    def discoverer(self) -> Discoverer:
        """What judges the addresses that are found."""
        return Discoverer(self.wants, lambda site: self.depth_limits.get(site, self.depth_limits[_EVERYONE]))

    def wishes(self) -> Wishes:
        """What knows which wishes are honoured."""
        return Wishes(lambda site: self.honoured.get(site, self.honoured[_EVERYONE]))
