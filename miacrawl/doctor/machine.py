"""Checks of the machine: Python, packages, SQLite, names that can be looked up."""

from __future__ import annotations

import importlib.metadata
import platform
import socket
import sqlite3
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet

from miacrawl import __version__
from miacrawl.doctor.check import Check
from miacrawl.errors import ExitCode

_SQLITE_LEAST = (3, 35)
"""What the ledger's statements need (window functions, UPSERT, RETURNING)."""


def machine_checks() -> Iterator[Check]:
    """Everything about the machine that needs no archive and no network."""
    yield _python()
    yield _packages()
    yield _sqlite()


def _python() -> Check:
    version = platform.python_version()
    needed = importlib.metadata.metadata("miacrawl")["Requires-Python"]
    if not SpecifierSet(needed or "").contains(version, prereleases=True):
        return Check("version", "problem", f"Python is {version}, but {needed} is needed", ExitCode.CONFIG)
    return Check("version", "ok", f"miacrawl {__version__} on Python {version}")


def _packages() -> Check:
    unmet = [told for text in importlib.metadata.requires("miacrawl") or () if (told := _unmet(text))]
    if unmet:
        told = f"{'; '.join(unmet)}: install miacrawl anew, with its constraints.txt, in an environment of its own"
        return Check("packages", "problem", told, ExitCode.CONFIG)
    return Check("packages", "ok", "all are there, in versions that fit")


def _unmet(text: str) -> str | None:
    """What is wrong with a required package, in words."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return None
    if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
        return None
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return f"{requirement.name} is missing"
    fits = requirement.specifier.contains(version, prereleases=True)
    return None if fits else f"{requirement.name} is {version}, but {requirement.specifier} is needed"


def _sqlite() -> Check:
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < _SQLITE_LEAST:
        least = ".".join(map(str, _SQLITE_LEAST))
        return Check(
            "SQLite", "problem", f"{version} is too old; {least} is needed: use a newer Python", ExitCode.CONFIG
        )
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
        connection.execute("SELECT json_extract('[1]', '$[0]')")
    except sqlite3.Error as error:
        return Check(
            "SQLite", "problem", f"{version} lacks what is needed ({error}): use another Python", ExitCode.CONFIG
        )
    finally:
        connection.close()
    return Check("SQLite", "ok", f"{version}, with full-text search")


def name_checks(urls: Iterable[str]) -> Iterator[Check]:
    """Whether the sites' names can be looked up; asks the network."""
    for host in sorted({host for url in urls if (host := urlsplit(url).hostname)}):
        try:
            socket.getaddrinfo(host, None)
        except (OSError, UnicodeError) as error:
            told = f"{host} can't be looked up ({error}): is this machine online, is the site still there?"
            yield Check("network", "warning", told)
        else:
            yield Check("network", "ok", f"{host} can be looked up")
