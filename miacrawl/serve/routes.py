"""The addresses of our pages, and what answers at each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from miacrawl.serve.pages import article, capture, captures, front, search
from miacrawl.serve.reply import view


def routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    """Patterns, as Datasette takes them, with their views; what is not the archive's own is Datasette's."""
    return [
        (r"^/$", view(front.show)),
        (r"^/search/?$", view(search.show)),
        (r"^/article/(?P<id>[^/]+)$", view(article.show)),
        (r"^/article/(?P<id>[^/]+)/captures(?P<json>\.json)?$", view(captures.show, "captures")),
        (r"^/capture/(?P<id>[^/]+?)(?P<json>\.json)?$", view(capture.show, "captures")),
        (r"^/capture/(?P<id>[^/]+)/frame$", view(capture.frame, "captures")),
        (r"^/capture/(?P<id>[^/]+)/record$", view(capture.record, "captures")),
        (r"^/capture/(?P<id>[^/]+)/body$", view(capture.body, "captures")),
    ]
