"""The terms on which pages are rendered: the settings MIACRAWL_RENDER…, read once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from miacrawl.errors import ConfigError
from miacrawl.per_site import for_site

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True, slots=True)
class Terms:
    """How pages are rendered.

    * `browser`: path of a Chromium; empty where Playwright is to use the one that it installed.
    * `pages`: at a time. `busy_seconds`: that a page's scripts may take, waits for what they ask for left out;
      `total_seconds`: with them.
    * `requests`: that one page may make. `max_bytes`: of all answers to them, and of the page's markup in the end.
    * `memory_mb`: that the page's process may take. `post`: whether pages may post to their own site.
    """

    browser: str = ""
    sandbox: bool = True
    pages: int = 1
    busy_seconds: float = 30.0
    total_seconds: float = 300.0
    requests: int = 60
    max_bytes: int = 16 * 2**20
    memory_mb: int = 1024
    post: bool = False
    user_agent: str = ""


def is_rendered(settings: BaseSettings, site: str) -> bool:
    """Whether empty shells of `site` are rendered."""
    return str(for_site(settings, site, "MIACRAWL_RENDER")).lower() in ("1", "true")


def terms_of(settings: BaseSettings, sites: Iterable[str]) -> Terms | None:
    """The terms of a crawl of `sites`; None where none of them is rendered.

    Raises ConfigError where the extra or the browser is missing, or where its sandbox can't work.
    """
    if not any(is_rendered(settings, site) for site in sites):
        return None
    if find_spec("playwright") is None:
        raise ConfigError("MIACRAWL_RENDER needs Playwright, which is not here: pip install 'miacrawl[render]'")
    sandbox = settings.getbool("MIACRAWL_RENDER_SANDBOX")
    if sandbox and hasattr(os, "geteuid") and os.geteuid() == 0:
        raise ConfigError(
            "MIACRAWL_RENDER: Chromium's sandbox does not work for root; crawl as another user, or, in a container that"
            " is one itself, set MIACRAWL_RENDER_SANDBOX to false"
        )
    return Terms(
        _browser(settings.get("MIACRAWL_RENDER_BROWSER") or ""),
        sandbox,
        settings.getint("MIACRAWL_RENDER_PAGES"),
        settings.getfloat("MIACRAWL_RENDER_SECONDS"),
        settings.getfloat("MIACRAWL_PATIENCE_SECONDS"),
        settings.getint("MIACRAWL_RENDER_REQUESTS"),
        settings.getint("MIACRAWL_RENDER_MAXSIZE"),
        settings.getint("MIACRAWL_RENDER_MEMORY_MB"),
        settings.getbool("MIACRAWL_RENDER_POST"),
        settings["USER_AGENT"],
    )


def _browser(given: str) -> str:
    """Path of the browser: the one given, else the system's, else ""."""
    if not given:
        return next(filter(None, map(shutil.which, _ON_PATH)), "")
    found = shutil.which(given)
    if found is None:
        raise ConfigError(f"MIACRAWL_RENDER_BROWSER: {given} is no program; give the path of Chromium, or leave it out")
    return found
