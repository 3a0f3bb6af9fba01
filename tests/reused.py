"""What takes a Datasette's time and is the same each time, done once or not at all: most requests are of a new one."""

from __future__ import annotations

import copy
import sqlite3
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any

import datasette.app
import pytest
from datasette.database import Database
from jinja2 import Environment

Compile = Callable[..., Any]
Parse = Callable[[str], dict[str, Any]]


def reuse(patch: pytest.MonkeyPatch) -> None:
    """Compile templates once, parse a configuration of the same text once: that was nine tenths of a request."""
    patch.setattr(Environment, "compile", _compiling_once(Environment.compile))
    patch.setattr(datasette.app, "parse_metadata", _parsing_once(datasette.app.parse_metadata))
    patch.setattr(Database, "connect", _throwing_away(Database.connect))


def _throwing_away(connect: Callable[..., sqlite3.Connection]) -> Callable[..., sqlite3.Connection]:
    """Datasette 1.0 writes down its configuration in hundreds of transactions; that file is nobody's."""

    def without_waiting(self: Database, *arguments: Any, **named: Any) -> sqlite3.Connection:
        connection = connect(self, *arguments, **named)
        if getattr(self, "is_temp_disk", False):
            connection.execute("PRAGMA synchronous = OFF")
        return connection

    return without_waiting


def _parsing_once(parse_anew: Parse) -> Parse:
    parsed = cache(parse_anew)
    return lambda content: copy.deepcopy(parsed(content))  # Datasette writes into what it has read


def _compiling_once(compile_anew: Compile) -> Compile:
    known: dict[Hashable, Any] = {}

    def compile_once(self: Environment, source: Any, name: Any = None, filename: Any = None, *more: Any) -> Any:
        if not isinstance(source, str) or any(more):  # a tree, or Python's own source is asked for
            return compile_anew(self, source, name, filename, *more)
        asked = (source, name, filename, *_terms(self))
        if asked not in known:
            known[asked] = compile_anew(self, source, name, filename)
        return known[asked]

    return compile_once


def _terms(environment: Environment) -> tuple[Hashable, ...]:
    """All of an environment that what it compiles depends on."""
    return (
        type(environment),
        environment.lexer,  # one for all environments of the same syntax
        environment.is_async,
        environment.autoescape,
        environment.optimized,
        environment.finalize,
        tuple(environment.extensions),
        tuple(environment.filters.items()),
        tuple(environment.tests.items()),
    )
