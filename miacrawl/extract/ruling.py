"""Which rules are today's: a name that changes whenever what is extracted may change."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from miacrawl import __version__
from miacrawl.sites import profile_on

_MODULES = ("page.py", "strategy.py", "encoding.py", "bounds.py", "article.py")
"""What extraction stands on, besides its own package."""


def extractor_of(url: str, day: date | None = None) -> str:
    """The rules for the page at `url` as it was on `day`: "0.1.0+1a2b3c4d", and "/key:digest" of a profile."""
    site = profile_on(url, day)
    return _generic() + (f"/{site.key}:{site.digest}" if site is not None else "")


@cache
def _generic() -> str:
    digest = hashlib.sha256()
    package = files("miacrawl")
    own = sorted(package.joinpath("extract").iterdir(), key=lambda file: file.name)
    for file in [*own, *(package.joinpath(name) for name in _MODULES)]:
        if _is_rule(file):
            digest.update(file.name.encode() + file.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:8]}"


def _is_rule(file: Traversable) -> bool:
    return file.is_file() and file.name.endswith((".py", ".json"))
