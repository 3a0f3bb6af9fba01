"""The effective configuration as it is shown: to people as text, to programs as JSON; secrets masked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from miacrawl.config.comments import comments
from miacrawl.config.effective import Effective
from miacrawl.config.file import config_path
from miacrawl.config.known import our_defaults
from miacrawl.config.masking import masked
from miacrawl.config.setting import Setting, SiteEntry
from miacrawl.config.template import SCRAPYS
from miacrawl.printing import json_text, printable


@dataclass(frozen=True, slots=True)
class Overview:
    """What `miacrawl config show` shows: the file (None where there is none), settings by name, and the sites."""

    file: str | None
    settings: Mapping[str, Setting]
    sites: tuple[SiteEntry, ...]


def overview(held: Effective, folder: Path) -> Overview:
    """The settings that are ours or differ from Scrapy's defaults, ours first, with secrets masked; and the sites."""
    path = config_path(folder)
    names = sorted(held.origins, key=lambda name: (not name.startswith("MIACRAWL_"), _place(name), name))
    settings = {
        name: Setting(masked(name, _plain(held.settings[name])), held.origins[name])
        for name in names
        if name != "MIACRAWL_SITES"
    }
    return Overview(str(path) if path.exists() else None, settings, tuple(map(_masked_entry, held.sites)))


def as_json_text(shown: Overview) -> str:
    """One JSON object: file, settings {name: {value, origin}}, sites [{target, sites, settings, line}]."""
    settings = {name: asdict(setting) for name, setting in shown.settings.items()}
    return json_text({"file": shown.file, "settings": settings, "sites": [asdict(entry) for entry in shown.sites]})


def as_text(shown: Overview, *, explain: bool = False) -> str:
    """A line for each setting, mappings below it; with `explain`, what the setting does above it."""
    lines = [shown.file or "There is no miacrawl.yaml; `miacrawl config init` writes one.", "", "settings:"]
    for name, setting in shown.settings.items():
        told = (SCRAPYS.get(name) or comments().get(name)) if explain else None
        lines += [f"  # {told}"] if told else []
        lines += _setting(name, setting, "  ")
    lines += ["", "sites:" if shown.sites else "sites: none"]
    for entry in shown.sites:
        lines.append(f"  {entry.target}  [line {entry.line}]")
        lines += [line for name, own in entry.settings.items() for line in _setting(name, own, "    ")]
    return printable("\n".join(lines))


def _setting(name: str, setting: Setting, indent: str) -> Iterator[str]:
    value, origin = setting.value, f"  [{setting.origin}]"
    if not isinstance(value, Mapping) or not value:
        yield f"{indent}{name}: {_text(value)}{origin}"
        return
    yield f"{indent}{name}:{origin}"
    yield from (f"{indent}  {key}: {_text(one)}" for key, one in value.items())


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _place(name: str) -> int:
    """Place in miacrawl/settings.py; what is not there comes behind, by name."""
    ours = list(our_defaults())
    return ours.index(name) if name in ours else len(ours)


def _plain(value: Any) -> Any:
    """A value of Scrapy's settings without Scrapy's own mappings."""
    if isinstance(value, BaseSettings):
        return {str(key): _plain(one) for key, one in value.items()}
    return value


def _masked_entry(entry: SiteEntry) -> SiteEntry:
    settings = {name: Setting(masked(name, own.value), own.origin) for name, own in entry.settings.items()}
    return SiteEntry(masked("url", entry.target), entry.sites, settings, entry.line)
