"""The settings there are, and what each takes: Scrapy's by their default values, ours by miacrawl/settings.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Literal

Kind = Literal["truth", "whole", "number", "text", "list", "mapping", "any"]

PREFIXES = ("PLAYWRIGHT_",)
"""Names that begin so are an extra's: they are known, and take anything."""
UNITS = ("_SECONDS", "_HOURS", "_DAYS")
"""Ours that end so are numbers, also where the default is whole."""
LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")

_KINDS: Mapping[str, Kind] = {
    # Their default looks like something else than what Scrapy reads.
    "DOWNLOAD_DELAY": "number",
    "DOWNLOAD_TIMEOUT": "number",
    "DNS_TIMEOUT": "number",
    "TELNETCONSOLE_ENABLED": "truth",
    # The default is None.
    "AWS_MAX_POOL_CONNECTIONS": "whole",
    "AWS_USE_SSL": "truth",
    "AWS_VERIFY": "any",
    "FEED_EXPORT_FIELDS": "any",
    "PERIODIC_LOG_DELTA": "any",
    "PERIODIC_LOG_STATS": "any",
    # Scrapy reads them without a default of its own.
    "FILES_EXPIRES": "whole",
    "FILES_RESULT_FIELD": "text",
    "FILES_URLS_FIELD": "text",
    "IMAGES_EXPIRES": "whole",
    "IMAGES_MIN_HEIGHT": "whole",
    "IMAGES_MIN_WIDTH": "whole",
    "IMAGES_RESULT_FIELD": "text",
    "IMAGES_THUMBS": "mapping",
    "IMAGES_URLS_FIELD": "text",
    "MEDIA_ALLOW_REDIRECTS": "truth",
    "META_COPY_WARN_SKIP_KEYS": "list",
}
_NULLABLE = ("FEED_EXPORT_INDENT", "ROBOTSTXT_USER_AGENT")
_MAY_BE_NEGATIVE = ("DEPTH_PRIORITY", "FEED_EXPORT_INDENT", "REDIRECT_PRIORITY_ADJUST", "RETRY_PRIORITY_ADJUST")
_LEAST = {
    "AUTOTHROTTLE_TARGET_CONCURRENCY": 0.01,
    "CONCURRENT_ITEMS": 1,
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DNS_TIMEOUT": 1,
    "DOWNLOAD_TIMEOUT": 1,
    "REACTOR_THREADPOOL_MAXSIZE": 1,
    "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 1,
}
_MOST = {"DOWNLOAD_DELAY_JITTER": 1}
_CHOICES = {"LOG_LEVEL": LEVELS, "RETRY_GIVE_UP_LOG_LEVEL": LEVELS, "DEFAULT_DROPITEM_LOG_LEVEL": LEVELS}


@dataclass(frozen=True, slots=True)
class Known:
    """A setting: what kind of value it takes, in which bounds (both included) or from which choices."""

    name: str
    kind: Kind
    least: float | None = None
    most: float | None = None
    nullable: bool = False
    choices: tuple[str, ...] = ()


@cache
def known_settings() -> Mapping[str, Known]:
    """Every setting by name: ours first, in the order of miacrawl/settings.py, then Scrapy's."""
    ours, scrapys = our_defaults(), scrapy_defaults()
    names = [*ours, *scrapys, *_KINDS]
    return {name: _known(name, ours.get(name), scrapys.get(name)) for name in dict.fromkeys(names)}


def known(name: str) -> Known | None:
    """The setting of this name, or None where there is none."""
    if name.startswith(PREFIXES) and name.isupper():
        return Known(name, "any")
    return known_settings().get(name)


@cache
def our_defaults() -> Mapping[str, Any]:
    """What miacrawl/settings.py says: settings of our own, and our values of Scrapy's."""
    import miacrawl.settings

    return _settings_of(miacrawl.settings)


@cache
def scrapy_defaults() -> Mapping[str, Any]:
    """Scrapy's own defaults."""
    import scrapy.settings.default_settings

    return _settings_of(scrapy.settings.default_settings)


def _settings_of(module: ModuleType) -> dict[str, Any]:
    return {name: value for name, value in vars(module).items() if name.isupper()}


def _known(name: str, ours: Any, scrapys: Any) -> Known:
    kind = _KINDS.get(name) or _kind(name, ours, scrapys)
    least = _LEAST.get(name, None if name in _MAY_BE_NEGATIVE else 0)
    most = _MOST.get(name, 1 if name.endswith("_SHARE") else None)
    nullable = name in _NULLABLE or (ours is None and scrapys is None)
    return Known(name, kind, least, most, nullable, _CHOICES.get(name, ()))


def _kind(name: str, ours: Any, scrapys: Any) -> Kind:
    """What is taken, by unit and default values; one value with a fraction says so for both."""
    values = [value for value in (ours, scrapys) if value is not None]
    if name.endswith(UNITS) or any(isinstance(value, float) for value in values):
        return "number"
    kinds: tuple[tuple[type | tuple[type, ...], Kind], ...] = (
        (bool, "truth"),
        (int, "whole"),
        ((list, tuple, set, frozenset), "list"),
        (Mapping, "mapping"),
    )
    for types, kind in kinds:
        if values and isinstance(values[0], types):
            return kind
    return "text"
