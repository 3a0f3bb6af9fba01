"""The addresses of our pages, and what answers at each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from miacrawl.serve.pages import article, front, search, search_twins
from miacrawl.serve.reply import view


def routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    """Patterns, as Datasette takes them, with their views; what is not the archive's own is Datasette's."""
    return [
        (r"^/$", view(front.show)),
        (r"^/search/?$", view(search.show)),
        (r"^/search\.(?P<form>json|csv|atom)$", view(search_twins.show)),
        (r"^/article/(?P<id>[^/]+)$", view(article.show)),
    ]
