"""A site profile as a YAML file, read strictly: whatever is wrong in it is an error that names file, line and key."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from miacrawl.errors import ConfigError
from miacrawl.page import urlsplit_path
from miacrawl.site import FIELDS, Site
from miacrawl.strategy import Strategy, compiled, css, css_elements, css_texts
from miacrawl.strict_yaml import Value, parse, read
from miacrawl.urls import site_of

KEYS = ("key", "name", "hosts", "start", "article", "listing", "fields")
RULE_KEYS = ("css", "attribute", "from", "until")
_KEY = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
_HOST = re.compile(r"(?:[^\s/:@\[\]]{1,253}|\[[0-9a-f:.]+\])(?::\d{1,5})?")
_ATTRIBUTE = re.compile(r"[^\s\"'<>/=\x00-\x1f]{1,100}")
_ELEMENTS = frozenset(("body", "related"))


def read_profile(path: Path) -> Site:
    """The profile in a file. Raises ConfigError saying what is wrong with it, where, and what to do."""
    return replace(profile_from(read(path, "profile"), str(path)), origin=str(path))


def profile_from(text: str, file: str) -> Site:
    """The profile that a YAML text holds; `file` names it in errors. Raises ConfigError."""
    profile = parse(text, file, "see miacrawl sites new")
    if profile is None:
        raise ConfigError(f"{file}: is empty; `miacrawl sites new URL --out {file} --force` writes a first profile")
    entries = profile.entries(KEYS, required=("key", "hosts"))
    key = _key(entries["key"])
    hosts = tuple(_host(item) for item in entries["hosts"].items())
    if not hosts:
        entries["hosts"].fail("is an empty list; give at least one host name, as in [example.org]")
    site = Site(
        key,
        entries["name"].text() if "name" in entries else key,
        hosts,
        article=_pattern(entries.get("article")),
        listing=_pattern(entries.get("listing")),
        digest=sha256(text.encode("utf-8", "replace")).hexdigest()[:8],
        **(_fields(entries["fields"], key) if "fields" in entries else {}),
    )
    if "start" not in entries:
        return replace(site, start=(f"https://{hosts[0]}/",))
    return replace(site, start=tuple(_start(item, site) for item in entries["start"].items()))


def _key(value: Value) -> str:
    text = value.text()
    if not _KEY.fullmatch(text):
        value.fail(f"{text!r} is no key; use lower-case letters a to z, digits and hyphens, as in my-site")
    return text


def _host(value: Value) -> str:
    text = value.text()
    if not _HOST.fullmatch(text) or text != text.lower() or text.startswith("www."):
        value.fail(f"{text!r} is no host name as it is wanted here: lower case, without https://, www. and path")
    return text


def _start(value: Value, site: Site) -> str:
    text = value.text()
    try:
        usable = text.startswith(("http://", "https://")) and bool(site_of(text))
    except ValueError:
        usable = False
    if not usable:
        value.fail(f"{text!r} is no http(s) address; write it in full, as in https://{site.hosts[0]}/")
    if not site.owns(text):
        value.fail(f"{text!r} is on none of the hosts ({', '.join(site.hosts)}); add its host to them")
    return text if urlsplit_path(text) or text.endswith("/") else f"{text}/"


def _pattern(value: Value | None) -> re.Pattern[str] | None:
    if value is None:
        return None
    text = value.text()
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        value.fail(f"{text!r} is no regular expression ({error}); it is matched against the path of an address")


def _fields(value: Value, key: str) -> dict[str, Any]:
    return {
        name: tuple(_rule(item, name, f"site:{key}:css") for item in entry.items())
        for name, entry in value.entries(FIELDS).items()
    }


def _rule(value: Value, field: str, prefix: str) -> Strategy[Any]:
    """One selector: a text, or a mapping with `css` and what else is to be said of it."""
    entries = {"css": value} if value.is_text() else value.entries(RULE_KEYS, required=("css",))
    selector = _selector(entries["css"])
    attribute = _attribute(entries["attribute"], field) if "attribute" in entries else None
    since = entries["from"].day() if "from" in entries else None
    until = entries["until"].day() if "until" in entries else None
    if since and until and until < since:
        entries["until"].fail(f"{until} is before {since}, so the rule never holds; swap the two or leave one out")
    if field in _ELEMENTS:
        return replace(css_elements(selector, prefix), since=since, until=until)
    make: Callable[..., Strategy[Any]] = css_texts if field == "authors" else css
    return replace(make(selector, prefix, attribute=attribute), since=since, until=until)


def _selector(value: Value) -> str:
    text = value.text()
    try:
        compiled(text)
    except ValueError as error:
        hint = "; for an attribute's value use the key 'attribute'" if "::" in text else ""
        value.fail(f"{text!r} is no CSS selector that can be used ({error}){hint}")
    return text


def _attribute(value: Value, field: str) -> str:
    if field in _ELEMENTS:
        value.fail(f"{field} is an element, not a text: leave 'attribute' out")
    text = value.text()
    if not _ATTRIBUTE.fullmatch(text):
        value.fail(f"{text!r} is no attribute's name; give one such as datetime")
    return text.lower()
