"""An archive's miacrawl.yaml: its sites and settings, and nothing else."""

from __future__ import annotations

from pathlib import Path

from miacrawl.config.held import refusal
from miacrawl.config.setting import Config, Setting
from miacrawl.config.site_entry import site_entries
from miacrawl.config.typed import known_or_fail, typed
from miacrawl.errors import ConfigError
from miacrawl.sites import FOLDER, Profiles, built_in, profiles_in
from miacrawl.strict_yaml import Value, parse, read

FILE = "miacrawl.yaml"
KEYS = ("sites", "settings")
_HINT = "`miacrawl config init` writes one to start from"


def config_path(folder: Path) -> Path:
    """Where the configuration of the archive in `folder` stands, whether it is there or not."""
    return folder / FILE


def read_config(folder: Path) -> Config:
    """What the miacrawl.yaml in an archive's folder says; nothing where there is none.

    Raises ConfigError with file, line and key, and what to do, where something in it can't be used.
    """
    path = config_path(folder)
    if not path.exists() and not path.is_symlink():
        for other in (f"{FILE[:-5]}.yml", f"{FILE}.txt"):
            if (folder / other).exists():
                raise ConfigError(f"{folder / other} is not read; name it {FILE}")
        return Config()
    return read_config_file(path)


def read_config_file(path: Path) -> Config:
    """What a file says that is written as a miacrawl.yaml; profiles are looked for beside it. Raises ConfigError."""
    folder = path.parent
    whole = parse(read(path, "configuration"), str(path), _HINT)
    if whole is None:
        return Config()
    entries = whole.entries(KEYS)
    given = {name: entry for name, entry in entries.items() if not entry.is_null()}
    sites = site_entries(_list(given["sites"]), _profiles(folder)) if "sites" in given else ()
    return Config(sites, _settings(given["settings"]) if "settings" in given else {})


def _list(value: Value) -> list[Value]:
    """The items under `sites`; a single address counts as a list of one."""
    if value.is_mapping():
        value.fail("is a mapping; give a list, as in [https://example.org/]")
    return value.items()


def _profiles(folder: Path) -> Profiles:
    return Profiles((*profiles_in(folder / FOLDER), *built_in()))


def _settings(value: Value) -> dict[str, Setting]:
    return {name: _setting(name, one) for name, one in value.mapping().items()}


def _setting(name: str, value: Value) -> Setting:
    known = known_or_fail(name, value)
    if told := refusal(name, "file"):
        value.fail(told)
    return Setting(typed(value, known), f"{FILE}, line {value.line}")
