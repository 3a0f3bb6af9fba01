"""The miacrawl.yaml that `miacrawl init` and `miacrawl config init` write: every entry in it is a comment."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from miacrawl.config.comments import comments
from miacrawl.config.file import FILE, config_path
from miacrawl.config.held import refusal
from miacrawl.config.known import our_defaults
from miacrawl.config.setting import PER_SITE
from miacrawl.errors import StorageError

SCRAPYS: Mapping[str, str] = {
    "DOWNLOAD_DELAY": "seconds between two requests to a host, at least",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "requests to a host at the same time, at most",
    "DEPTH_LIMIT": "links between a page and a start page, at most",
    "AUTOTHROTTLE_MAX_DELAY": "seconds to which slow answers may stretch the delay",
    "DOWNLOAD_TIMEOUT": "seconds to wait for an answer",
    "DOWNLOAD_MAXSIZE": "bytes of an answer, at most",
    "RETRY_TIMES": "how often a page is asked for again in the same run",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
}
"""Settings of Scrapy that are set most often, in words; all others can be set as well."""

_HEAD = f"""\
# {FILE}: which sites this archive keeps, and how they are visited.
# Nothing is set as yet: take the # away from what you want to set. Settings are Scrapy's, under their own names
# (https://docs.scrapy.org/en/latest/topics/settings.html), and those that begin with MIACRAWL_.
#   miacrawl config check   says what is wrong in this file
#   miacrawl config show    prints what holds, and where each value comes from
# Environment variables MIACRAWL_... win over this file, and the command line (-s NAME=VALUE) wins over both.

# The sites that `miacrawl update` visits: addresses, hosts, or keys of site profiles (see `miacrawl sites`).
sites:
#  - https://example.org/
#  - miafeed
#  - url: https://example.com/news/
#    settings:
"""


def template() -> str:
    """The text of a first miacrawl.yaml, with today's defaults."""
    own = "".join(_line(name, "#      ", comment=False) for name in PER_SITE if name in our_defaults())
    ours = (name for name in our_defaults() if name.startswith("MIACRAWL_") and not refusal(name, "file"))
    settings = "".join(_line(name, "#  ") for name in (*ours, *(name for name in SCRAPYS if name in our_defaults())))
    return f"{_HEAD}{own}\n# Each with its default.\nsettings:\n{settings}"


def write_template(folder: Path) -> bool:
    """Write a first miacrawl.yaml to an archive's folder, made where it is missing; what is there stays.

    Returns whether it was written. Raises StorageError where it can't be.
    """
    path = config_path(folder)
    if path.exists():
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template())
    except OSError as error:
        raise StorageError(f"{path} can't be written ({error.strerror}); give a folder that can be") from error
    return True


def _line(name: str, indent: str, *, comment: bool = True) -> str:
    told = (SCRAPYS.get(name) or comments().get(name, "")) if comment else ""
    return "".join(f"{indent}{line}\n" for line in _lines(name, our_defaults()[name], told))


def _lines(name: str, value: Any, told: str) -> Iterator[str]:
    """A setting in YAML, with what is told of it behind it, or before it where that would be too long."""
    plain = yaml.safe_dump(_plain(value), default_flow_style=True, width=10_000, allow_unicode=True)
    text = f"{name}: {plain.removesuffix(chr(10)).removesuffix('...').strip()}"
    if told and len(text) + len(told) > 110:
        yield from textwrap.wrap(told, 110, initial_indent="# ", subsequent_indent="# ")
        told = ""
    yield f"{text}  # {told}" if told else text


def _plain(value: Any) -> Any:
    """A default as YAML can say it: tuples and sets are lists."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [_plain(one) for one in value]
    return value
