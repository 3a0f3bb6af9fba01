"""The addresses of our pages, and what answers at each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from miacrawl.serve.pages import (
    article,
    article_related,
    author,
    authors,
    capture,
    captures,
    cite,
    data,
    diff,
    front,
    health,
    run,
    runs,
    search,
    search_twins,
    site,
    site_recommended,
    sites,
    versions,
    why,
)
from miacrawl.serve.reply import view
from miacrawl.serve.twin import twin, view_in_json

OVERVIEW_SECONDS = 5.0
"""So old an overview may be: it takes longer to read one."""


def routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    """Patterns, as Datasette takes them, with their views; what is not the archive's own is Datasette's."""
    return [
        (r"^/$", view(front.show, kept_seconds=OVERVIEW_SECONDS)),
        (r"^/search/?$", view(search.show)),
        (r"^/search\.(?P<form>json|csv|atom)$", view(search_twins.show)),
        (r"^/article/(?P<id>[^/]+)$", view(article.show)),
        (r"^/article/(?P<id>[^/]+)/related$", view(article_related.show)),
        (r"^/article/(?P<id>[^/]+)/related\.json$", twin(article_related.tell, "articles")),
        (r"^/sites/?$", view(sites.show, kept_seconds=OVERVIEW_SECONDS)),
        (r"^/site/(?P<site>[^/]+)$", view(site.show, kept_seconds=OVERVIEW_SECONDS)),
        (r"^/site/(?P<site>[^/]+)/recommended$", view(site_recommended.show, kept_seconds=OVERVIEW_SECONDS)),
        (r"^/authors/?$", view(authors.show, kept_seconds=OVERVIEW_SECONDS)),
        (r"^/author/(?P<name>.+)$", view(author.show)),
        (r"^/article/(?P<id>[^/]+)/cite\.(?P<ending>txt|bib|ris|json)$", view(cite.show)),
        (r"^/article/(?P<id>[^/]+)/versions$", view(versions.show)),
        (r"^/article/(?P<id>[^/]+)/versions\.json$", view(versions.show_json)),
        (r"^/article/(?P<id>[^/]+)/diff$", view(diff.show)),
        (r"^/article/(?P<id>[^/]+)/diff\.json$", view(diff.show_json)),
        (r"^/article/(?P<id>[^/]+)/captures$", view(captures.show, "captures")),
        (r"^/article/(?P<id>[^/]+)/captures\.json$", twin(captures.tell, "captures")),
        (r"^/capture/(?P<id>[^/]+)\.json$", view_in_json(capture.show_json, "captures")),
        (r"^/capture/(?P<id>[^/]+)$", view(capture.show, "captures")),
        (r"^/capture/(?P<id>[^/]+)/frame$", view(capture.frame, "captures")),
        (r"^/capture/(?P<id>[^/]+)/record$", view(capture.record, "captures")),
        (r"^/capture/(?P<id>[^/]+)/body$", view(capture.body, "captures")),
        (r"^/runs\.json$", twin(runs.tell, "runs")),
        (r"^/runs/?$", view(runs.show, "runs", kept_seconds=OVERVIEW_SECONDS)),
        (r"^/run/(?P<id>[^/]+)\.json$", twin(run.tell, "runs")),
        (r"^/run/(?P<id>[^/]+)$", view(run.show, "runs")),
        (r"^/health\.json$", twin(health.tell, "articles")),
        (r"^/health/?$", view(health.show, kept_seconds=OVERVIEW_SECONDS)),
        (r"^/data/?$", view(data.show, "", kept_seconds=OVERVIEW_SECONDS)),
        (r"^/why\.json$", twin(why.tell, "urls")),
        (r"^/why/?$", view(why.show, "urls")),
    ]
