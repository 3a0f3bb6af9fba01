"""Settings from outside the file: `-s NAME=VALUE` and environment variables, both text, read as strictly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from miacrawl.config.held import Place, refusal
from miacrawl.config.known import our_defaults
from miacrawl.config.setting import Setting
from miacrawl.config.typed import known_or_fail, typed
from miacrawl.strict_yaml import Value, nearest

PREFIX = "MIACRAWL_"
_NOT_OURS = ("MIACRAWL_ARCHIVE",)
"""Read by the command line itself, as the option --archive."""


def from_command_line(given: Mapping[str, str]) -> dict[str, Setting]:
    """Settings by name, from `-s`. Raises ConfigError for unknown names and values that can't be used."""
    return {name: _setting(name, text, "-s", "command line") for name, text in given.items()}


def from_environment(environment: Mapping[str, str]) -> dict[str, Setting]:
    """Our own settings, from the variables of the same names. Raises ConfigError for values that can't be used."""
    return {
        name: _setting(name, environment[name], "environment variable", "environment")
        for name in _ours(environment)
        if name in our_defaults()
    }


def misspelt(environment: Mapping[str, str]) -> list[str]:
    """A line for each environment variable that is nearly named as a setting of ours.

    Such a variable may be anybody's, so it is told, and no error.
    """
    ours = [name for name in our_defaults() if name.startswith(PREFIX)]
    near = {name: nearest(name, ours, 0.85) for name in _ours(environment) if name not in ours}
    return [
        f"environment variable {name} is no setting; did you mean {meant}?" for name, meant in near.items() if meant
    ]


def _ours(environment: Mapping[str, str]) -> Iterator[str]:
    return (name for name in sorted(environment) if name.startswith(PREFIX) and name not in _NOT_OURS)


def _setting(name: str, text: str, called: str, place: Place) -> Setting:
    value = Value.of_text(text, called, name)
    known = known_or_fail(name, value)
    if told := refusal(name, place):
        value.fail(told)
    return Setting(typed(value, known), place)
