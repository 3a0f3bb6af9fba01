"""The addresses of our pages, and what answers at each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from miacrawl.serve.pages import article, front, health, run, runs, search, why
from miacrawl.serve.reply import view
from miacrawl.serve.twin import twin


def routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    """Patterns, as Datasette takes them, with their views; what is not the archive's own is Datasette's."""
    return [
        (r"^/$", view(front.show)),
        (r"^/search/?$", view(search.show)),
        (r"^/article/(?P<id>[^/]+)$", view(article.show)),
        (r"^/runs\.json$", twin(runs.tell, "runs")),
        (r"^/runs/?$", view(runs.show, "runs")),
        (r"^/run/(?P<id>[^/]+)\.json$", twin(run.tell, "runs")),
        (r"^/run/(?P<id>[^/]+)$", view(run.show, "runs")),
        (r"^/health\.json$", twin(health.tell, "articles")),
        (r"^/health/?$", view(health.show)),
        (r"^/why\.json$", twin(why.tell, "urls")),
        (r"^/why/?$", view(why.show, "urls")),
    ]
