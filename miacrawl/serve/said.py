"""What a page and its site say on being indexed, copied and mined, and what an archive's flags mean: in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from miacrawl.extract.flags import FLAGS
from miacrawl.serve.link import outside
from miacrawl.serve.stored import members, strings

MAX_SHOWN = 60
"""Directives, or flags; more than that are nobody's."""
_ROBOTS = {
    "noindex": "search engines are asked not to list the page",
    "nofollow": "crawlers are asked not to follow its links",
    "noarchive": "search engines are asked to offer no copy of it",
    "nosnippet": "search engines are asked to quote nothing of it",
    "notranslate": "search engines are asked to offer no translation of it",
    "noimageindex": "search engines are asked not to list its pictures",
    "indexifembedded": "search engines may list it where it is embedded in another page",
    "nositelinkssearchbox": "search engines are asked to show no search box of the site",
    "noai": "it is asked that the page be not used for AI",
    "noimageai": "it is asked that its pictures be not used for AI",
    "noodp": "search engines are asked to take no description from the Open Directory",
    "noydir": "search engines are asked to take no description from Yahoo's directory",
}
_VALUED = {
    "max-snippet": "search engines are asked to quote at most {} characters of it",
    "max-image-preview": "search engines are asked to show previews of its pictures at most in this size: {}",
    "max-video-preview": "search engines are asked to show at most {} seconds of its videos",
    "unavailable_after": "search engines are asked not to list it after {}",
}
_WITHOUT_LIMIT = "-1"
_PLACES = {
    "meta": "the page's metadata",
    "header": "the headers of its answer",
    "tdmrep.json": "the site's tdmrep.json",
    "ai.txt": "the site's ai.txt",
}


@dataclass(frozen=True, slots=True)
class Said:
    """Something that is said of a page: its name ("noindex"), what it means ("" where we don't know), and a link."""

    name: str
    meaning: str
    address: str | None = None


def flags_in_words(stored: object) -> list[Said]:
    """The flags of a JSON array with their meaning."""
    return [Said(flag[:80], FLAGS.get(flag, "")) for flag in strings(stored)[:MAX_SHOWN]]


def directives_in_words(stored: object) -> list[Said]:
    """What stands in articles.directives."""
    said = members(stored)
    found = [Said(name, _meaning(name)) for name in _texts(said.get("robots"))]
    reserved = said.get("tdm_reserved")
    if reserved is True:
        policy = outside(said.get("tdm_policy"))
        found.append(Said("tdm-reservation", "rights to text and data mining are reserved", policy))
    elif reserved is False:
        found.append(Said("tdm-reservation", "text and data mining is not reserved"))
    return found


def places_in_words(stored: object) -> str:
    """Where that was said: "the page's metadata and the site's ai.txt"."""
    places = [_PLACES.get(place, place) for place in _texts(members(stored).get("sources"))]
    return " and ".join([", ".join(places[:-1]), places[-1]] if len(places) > 1 else places)


def _meaning(directive: str) -> str:
    name, _, value = directive.partition(":")
    value = value.strip()
    if name == "max-snippet" and value == "0":
        return _ROBOTS["nosnippet"]
    if name in _VALUED and value:
        return f"{name} has no limit" if value == _WITHOUT_LIMIT else _VALUED[name].format(value)
    return _ROBOTS.get(name, "")


def _texts(found: object) -> Sequence[str]:
    return (
        [item[:200] for item in found if isinstance(item, str) and item][:MAX_SHOWN] if isinstance(found, list) else []
    )
