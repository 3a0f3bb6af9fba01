"""Configuration of an archive: `miacrawl.yaml` in its folder, with the keys `sites` and `settings`.

Settings are Scrapy's under their own names, and ours (MIACRAWL_…, miacrawl/settings.py). The later word wins:
miacrawl/settings.py, miacrawl.yaml, environment variables MIACRAWL_…, the command line. What can't be set, and why,
says held.py.
"""

from __future__ import annotations

from miacrawl.config.file import FILE, config_path, read_config
from miacrawl.config.setting import PER_SITE, Config, Setting, SiteEntry, sites_of

__all__ = ["FILE", "PER_SITE", "Config", "Setting", "SiteEntry", "config_path", "read_config", "sites_of"]
