"""What holds for every shard of the cluster: the settings and site profiles of the folder that `init` was given."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from miacrawl.config import FILE, read_config
from miacrawl.config.known import our_defaults
from miacrawl.errors import ConfigError
from miacrawl.sites import FOLDER, profiles_in

_NOT_SHARED = "MIACRAWL_CLUSTER_"
_MOST_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Rules:
    """`settings` by name; `profiles`: the text of each file, by its name."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    profiles: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, noted: Mapping[str, Any] | None) -> Rules:
        """As the register keeps them."""
        return cls(dict(noted["settings"]), dict(noted["profiles"])) if noted else cls()

    def noted(self) -> dict[str, Any]:
        """For the register."""
        return asdict(self)

    def write(self, archive: Path) -> None:
        """Have them hold in an archive. Raises OSError."""
        archive.mkdir(parents=True, exist_ok=True)
        (archive / FILE).write_text(yaml.safe_dump({"settings": dict(self.settings)}, allow_unicode=True), "utf-8")
        shutil.rmtree(archive / FOLDER, ignore_errors=True)
        (archive / FOLDER).mkdir()
        for name, text in self.profiles.items():
            (archive / FOLDER / Path(name).name).write_text(text, "utf-8")

    def delay(self, own: Mapping[str, str]) -> float:
        """Seconds between two requests to a host of a site with settings of its own, at least."""
        try:
            return float(own.get("DOWNLOAD_DELAY") or self.settings.get("DOWNLOAD_DELAY") or _usual_delay())
        except (TypeError, ValueError):
            return _usual_delay()


def _usual_delay() -> float:
    return float(our_defaults()["DOWNLOAD_DELAY"])


def rules_in(folder: Path) -> Rules:
    """Those of a folder: of its miacrawl.yaml what does not speak of the cluster itself, and its profiles.

    Raises ConfigError where something in them can't be used.
    """
    settings = {
        name: one.value for name, one in read_config(folder).settings.items() if not name.startswith(_NOT_SHARED)
    }
    profiles_in(folder / FOLDER)
    files = sorted((folder / FOLDER).glob("*.yaml")) if (folder / FOLDER).is_dir() else []
    texts = {path.name: path.read_text("utf-8") for path in files}
    if sum(map(len, texts.values())) > _MOST_BYTES:
        raise ConfigError(f"the profiles in {folder / FOLDER} are larger than {_MOST_BYTES // 2**20} MB together")
    return Rules(settings, texts)
