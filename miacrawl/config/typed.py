"""A setting's value as Scrapy takes it, read by what the setting is known to take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from miacrawl.config.components import COMPONENTS, HANDLERS, handlers, orders
from miacrawl.config.known import PREFIXES, Kind, Known, known, known_settings
from miacrawl.strict_yaml import Value, parse, unknown

_SLOT = {
    "concurrency": Known("concurrency", "whole", 1),
    "delay": Known("delay", "number", 0),
    "jitter": Known("jitter", "number", 0, 1),
    "randomize_delay": Known("randomize_delay", "truth"),
}
"""What DOWNLOAD_SLOTS takes for a slot."""


def known_or_fail(name: str, value: Value) -> Known:
    """The setting of this name. Raises ConfigError that names the nearest one where there is none."""
    found = known(name)
    if found is None:
        told = unknown("setting", name, known_settings())
        told += "" if told.endswith("?") else f"; there are Scrapy's, MIACRAWL_… and {'…, '.join(PREFIXES)}…"
        value.fail(told)
    return found


def typed(value: Value, setting: Known) -> Any:
    """The value of `setting` that stands at `value`. Raises ConfigError where it takes no such value."""
    if setting.nullable and value.is_null():
        return None
    if setting.name in COMPONENTS:
        return orders(_unfolded(value), setting.name)
    if setting.name == HANDLERS:
        return handlers(_unfolded(value))
    if setting.name == "DOWNLOAD_SLOTS":
        return {host: _slot(slot) for host, slot in _unfolded(value).mapping().items()}
    made = _READ[setting.kind](value)
    _check(value, made, setting)
    return made


def _check(value: Value, made: Any, setting: Known) -> None:
    if setting.choices and made not in setting.choices:
        value.fail(f"{made!r} is none of {', '.join(setting.choices)}")
    if isinstance(made, bool) or not isinstance(made, int | float):
        return
    if setting.least is not None and made < setting.least:
        value.fail(f"{made:g} is less than {setting.least:g}; give {setting.least:g} or more")
    if setting.most is not None and made > setting.most:
        value.fail(f"{made:g} is more than {setting.most:g}; give {setting.most:g} or less")


def _slot(value: Value) -> dict[str, Any]:
    return {name: typed(one, _SLOT[name]) for name, one in value.entries(_SLOT).items()}


def _list(value: Value) -> list[Any]:
    """A list, or a text with commas as Scrapy takes it."""
    value = _unfolded(value)
    if value.is_mapping():
        value.fail("is a mapping; give a list, as in [a, b]")
    if value.is_list():
        made: list[Any] = value.plain()
        return made
    parts = [part.strip() for part in value.line_of_text().split(",")]
    return [int(part) if part.isdecimal() and len(part) < 10 else part for part in parts if part]


def _mapping(value: Value) -> dict[str, Any]:
    value = _unfolded(value)
    return {name: one.plain() for name, one in value.mapping().items()}


def _any(value: Value) -> Any:
    return _unfolded(value).plain()


def _unfolded(value: Value) -> Value:
    """`value`, or the list or mapping that its text holds as JSON where it comes from a place that has texts alone."""
    if value.has_lines or not value.is_text():
        return value
    text = value.any_text()
    if not text.startswith(("[", "{")):
        return value
    inner = parse(text, f"{value.file} {value.path}", "give JSON")
    return value if inner is None else Value(inner.node, value.file, value.path, has_lines=False)


_READ: Mapping[Kind, Callable[[Value], Any]] = {
    "truth": Value.truth,
    "whole": Value.whole,
    "number": Value.number,
    "text": Value.line_of_text,
    "list": _list,
    "mapping": _mapping,
    "any": _any,
}
