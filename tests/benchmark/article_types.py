"""Whether an article is what its class says: types all through, and text that a database can hold."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from miacrawl.article import Article


def faults(article: Article) -> list[str]:
    """What is wrong with it, field by field; empty where all is well."""
    return [*_wrong(article, Article, "article"), *_unlikely(article)]


def _wrong(value: Any, kind: Any, name: str) -> Iterator[str]:
    """Where `value` is not of `kind`, all the way down."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        if not any(not list(_wrong(value, choice, name)) for choice in get_args(kind)):
            yield f"{name} is {type(value).__name__}: {value!r:.80}"
    elif origin is Literal:
        if value not in get_args(kind):
            yield f"{name} is {value!r:.80}"
    elif origin is tuple:
        yield from _wrong_tuple(value, get_args(kind)[0], name)
    elif origin is not None and issubclass(origin, Mapping):
        of_key, of_value = get_args(kind)
        yield from _wrong_tuple(tuple(value), of_key, f"{name} names")
        yield from _wrong_tuple(tuple(value.values()), of_value, name)
    elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield f"{name} is {type(value).__name__}: {value!r:.80}"
    elif is_dataclass(value):
        hints = get_type_hints(type(value))
        for field in fields(value):
            yield from _wrong(getattr(value, field.name), hints[field.name], f"{name}.{field.name}")
    elif isinstance(value, str):
        yield from _unfit(value, name)


def _wrong_tuple(value: Any, kind: Any, name: str) -> Iterator[str]:
    if not isinstance(value, tuple):
        yield f"{name} is {type(value).__name__}"
        return
    for number, item in enumerate(value):
        yield from _wrong(item, kind, f"{name}[{number}]")


def _unfit(text: str, name: str) -> Iterator[str]:
    """Text that SQLite or JSON would refuse or cut."""
    if "\x00" in text:
        yield f"{name} holds a NUL"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        yield f"{name} holds half a letter: {text!r:.80}"


def _unlikely(article: Article) -> Iterator[str]:
    """What types alone do not say."""
    if article.read_minutes is not None and article.read_minutes < 1:
        yield f"read_minutes is {article.read_minutes}"
    if article.word_count < 0:
        yield f"word_count is {article.word_count}"
    if "<script" in article.body_html.lower():
        yield "body_html holds a script"
    if [link.position for link in article.related] != list(range(1, len(article.related) + 1)):
        yield "related links are not counted from 1"
    for link in article.related:
        if not link.url.startswith(("http://", "https://")):
            yield f"related link to {link.url!r:.80}"
    unknown = article.provenance.keys() - {field.name for field in fields(article)}
    if unknown:
        yield f"provenance of {unknown}"
