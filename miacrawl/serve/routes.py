"""The addresses of our pages, and what answers at each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from miacrawl.serve.pages import article, cite, diff, front, search, versions
from miacrawl.serve.reply import view


def routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    """Patterns, as Datasette takes them, with their views; what is not the archive's own is Datasette's."""
    return [
        (r"^/$", view(front.show)),
        (r"^/search/?$", view(search.show)),
        (r"^/article/(?P<id>[^/]+)$", view(article.show)),
        (r"^/article/(?P<id>[^/]+)/cite\.(?P<ending>txt|bib|ris|json)$", view(cite.show)),
        (r"^/article/(?P<id>[^/]+)/versions$", view(versions.show)),
        (r"^/article/(?P<id>[^/]+)/versions\.json$", view(versions.show_json)),
        (r"^/article/(?P<id>[^/]+)/diff$", view(diff.show)),
        (r"^/article/(?P<id>[^/]+)/diff\.json$", view(diff.show_json)),
    ]
