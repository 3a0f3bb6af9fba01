"""What Datasette calls: routes, headers, styles, links and cells of the archive's pages.

A package, because Datasette serves the `templates` and `static` folders that lie inside a plugin's package.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from pluggy import HookimplMarker

from miacrawl.serve import access, mending
from miacrawl.serve.archive import DATABASE, serves_archive
from miacrawl.serve.cell import shown_cell
from miacrawl.serve.columns import all_columns, with_list_columns
from miacrawl.serve.headers import App, Receive, Send, with_headers
from miacrawl.serve.reply import style
from miacrawl.serve.routes import routes

hookimpl = HookimplMarker("datasette")


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    """The archive's pages, where this Datasette serves an archive."""
    return routes() if serves_archive(datasette) else []


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Datasette's own pages can be read by ear and walked by keyboard, those of errors in our colours too."""
    mending.mend_templates(env, lambda: style(datasette, "tables.css") if serves_archive(datasette) else "")


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Headers on every response, and the list of articles without its long columns."""

    def wrap(app: App) -> App:
        async def wrapped(scope: dict[str, Any], receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or not serves_archive(datasette):
                await app(scope, receive, send)
            else:
                await app(with_list_columns(scope, datasette.setting("base_url")), receive, with_headers(send))

        return wrapped

    return wrap


@hookimpl
def extra_css_urls(template: str, datasette: Any) -> list[str]:
    """Datasette's own pages in the colours of ours, and dark where the reader's screen is."""
    if template.startswith("miacrawl/") or not serves_archive(datasette):
        return []
    return [style(datasette, "tables.css")]


@hookimpl
def extra_template_vars(database: str | None, table: str | None) -> dict[str, Any]:
    """For the page of the articles table: how to have all its columns."""
    return {"all_columns": all_columns()} if (database, table) == (DATABASE, "articles") else {}


@hookimpl
def menu_links(datasette: Any, actor: dict[str, Any] | None) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """The way back from Datasette's own pages to ours."""

    async def links() -> list[dict[str, str]]:
        if not serves_archive(datasette) or not await access.may_view(datasette, actor, "articles"):
            return []
        return [
            {"href": datasette.urls.instance(), "label": "Newest articles"},
            {"href": datasette.urls.path("/search"), "label": "Search articles"},
        ]

    return links


@hookimpl
def render_cell(row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any) -> Any:
    """Titles lead to the reading page, addresses out of the archive without saying where from."""
    return shown_cell(row, value, column, table, datasette) if database == DATABASE else None
