"""Citations of an article as its page offers them: one for each format, to be copied or saved."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from miacrawl.citation.cited import Cited, base_of
from miacrawl.citation.formats import written
from miacrawl.errors import ConfigError
from miacrawl.serve import archive
from miacrawl.serve.stated import stated
from miacrawl.serve.stored import strings


@dataclass(frozen=True, slots=True)
class Style:
    """A format: the ending of its file, what readers call it, its name in miacrawl.citation, and its content type."""

    ending: str
    label: str
    format_name: str
    content_type: str


STYLES = (
    Style("txt", "Text", "text", "text/plain; charset=utf-8"),
    Style("bib", "BibTeX", "bibtex", "application/x-bibtex; charset=utf-8"),
    Style("ris", "RIS", "ris", "application/x-research-info-systems; charset=utf-8"),
    Style("json", "CSL-JSON", "csl-json", "application/vnd.citationstyles.csl+json; charset=utf-8"),
)


def cited(row: Mapping[str, Any], retrieved: object, base: str | None) -> Cited:
    """The version of an article that `row` holds, fetched when `retrieved` says, in the archive published at `base`."""
    one = Cited(
        article_id=row["id"],
        version=row.get("number") or row.get("version") or 1,
        url=str(row["url"] or ""),
        site=str(row["site"] or ""),
        site_name=_text(row["site_name"]),
        title=_text(row["title"]),
        authors=tuple(strings(row["authors"])[:200]),
        published=_text(row["published"]),
        language=_text(row["language"]),
        retrieved=str(retrieved or ""),
        content_hash=str(row["content_hash"] or ""),
        gone_since=_text(row.get("gone_since")),
    )
    return one.published_at(base) if base else one


def as_style(one: Cited, style: Style) -> str:
    """The citation in that format; empty where the article's address can't be written in one."""
    try:
        return written([one], style.format_name)
    except ValueError:
        return ""


def base_for(datasette: Any, request: Any) -> str | None:
    """Where this archive is published: by the plugin's setting `permalink`, by MIACRAWL_PERMALINK as `miacrawl cite`
    has it, else the address that the reader used. None where that is of this machine alone, or what is said is none.
    """
    said = (datasette.plugin_config("miacrawl") or {}).get("permalink") or stated(archive.find(datasette)).permalink
    try:
        if said:
            return base_of(str(said), "permalink")
        address = base_of(datasette.absolute_url(request, str(datasette.urls.path("/"))), "the address asked for")
    except (ConfigError, ValueError):
        return None
    return None if _is_here(urlsplit(address).hostname or "") else address


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback or ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _text(value: object) -> str | None:
    return str(value) if value not in (None, "") else None
