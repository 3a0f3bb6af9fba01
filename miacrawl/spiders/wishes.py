"""What pages and sites wish in regard to being archived and mined, and what of it a run honours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from miacrawl.directives import Directives, Reservation
from miacrawl.errors import ConfigError
from miacrawl.extract.directives import HONOURED, gathered, why_not_archived
from miacrawl.extract.reservations import ai_txt_says, tdmrep_rules, tdmrep_says
from miacrawl.host import Reservations
from miacrawl.page import Page
from miacrawl.per_site import for_site
from miacrawl.urls import site_of

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

HEADERS = ("tdm-reservation", "tdm-policy")
"""Headers of an answer that say something, besides X-Robots-Tag."""


@dataclass(slots=True)
class Wishes:
    """What the hosts of a run say, and what of it is honoured. `honoured(site)`: names, of HONOURED."""

    honoured: Callable[[str], frozenset[str]] = lambda site: frozenset()
    hosts: dict[str, Reservations] = field(default_factory=dict)

    def of(self, page: Page, robots_tags: tuple[str, ...], headers: Mapping[str, str]) -> Directives:
        """All that is said of `page`; `robots_tags`: values of X-Robots-Tag; `headers`: by names in lower case."""
        return gathered(page, robots_tags, headers, self._site_says(page.url), url=page.url)

    def refusal(self, url: str, directives: Directives) -> str | None:
        """Reason in words why the page at `url` is not to be archived, or None."""
        return why_not_archived(directives, self.honoured(site_of(url)))

    def said_for(self, url: str) -> Reservations | None:
        """What the host of `url` reserves, as far as it was asked."""
        parts = urlsplit(url)
        return self.hosts.get(f"{parts.scheme}://{parts.netloc}")

    def _site_says(self, url: str) -> dict[str, Reservation]:
        said = self.said_for(url)
        if said is None:
            return {}
        found = {}
        if said.tdmrep:
            found["tdmrep.json"] = tdmrep_says(_rules(said.tdmrep, said.origin), url)
        if said.ai_txt:
            found["ai.txt"] = ai_txt_says(said.ai_txt.encode(), url)
        return found


_rules = lru_cache(maxsize=64)(lambda text, origin: tdmrep_rules(text.encode(), origin))


def honoured(settings: BaseSettings, site: str) -> frozenset[str]:
    """What is honoured on `site`, by MIACRAWL_HONOUR. Raises ConfigError where that names something unknown."""
    value = for_site(settings, site, "MIACRAWL_HONOUR") or ()
    names = frozenset(value.replace(",", " ").split() if isinstance(value, str) else map(str, value))
    if unknown := names - HONOURED:
        told = f"MIACRAWL_HONOUR: {sorted(unknown)[0]!r} is none of {', '.join(sorted(HONOURED))}"
        raise ConfigError(told)
    return names
