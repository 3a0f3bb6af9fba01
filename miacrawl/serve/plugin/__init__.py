"""What Datasette calls: routes, headers, styles, links and cells of the archive's pages.

A package, because Datasette serves the `templates` and `static` folders that lie inside a plugin's package.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from pluggy import HookimplMarker

from miacrawl.serve import access, mending, nonce, public
from miacrawl.serve.answered import answered
from miacrawl.serve.archive import DATABASE, serves_archive
from miacrawl.serve.cell import shown_cell
from miacrawl.serve.database_page import with_data_page
from miacrawl.serve.headers import App, Receive, Send, more_sources, with_headers
from miacrawl.serve.listing import arguments_replaced, with_list_arguments
from miacrawl.serve.prefix import with_one_prefix
from miacrawl.serve.reply import style
from miacrawl.serve.routes import routes
from miacrawl.serve.spare import spare
from miacrawl.serve.table_page import told
from miacrawl.serve.tallied import author_filter, facet_class, site_filter

hookimpl = HookimplMarker("datasette")


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    """The archive's pages, where this Datasette serves an archive."""
    return [*public.routes(datasette), *routes()] if serves_archive(datasette) else []


@hookimpl
def startup(datasette: Any) -> None:
    """Pages of the database and of rows don't count large tables; a policy that can't be one is refused.

    Raises StartupError.
    """
    from datasette.utils import StartupError

    try:
        more_sources(public.configuration(datasette).get("policy"))
    except ValueError as error:
        raise StartupError(f"plugins: miacrawl: {error}") from error
    spare(datasette)


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Script tags of every template carry the nonce that the policy asks for.

    Datasette's own pages can be read by ear and walked by keyboard, and those of errors have our colours, too.
    """
    nonce.mark_templates(env)
    mending.mend_templates(env, lambda: style(datasette, "tables.css") if serves_archive(datasette) else "")


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Headers on every response, lists of large tables without long columns and counting, our page of the database."""

    policy, private = public.configuration(datasette).get("policy"), public.headers(datasette)
    is_public = public.is_public(datasette)

    def wrap(app: App) -> App:
        async def wrapped(scope: dict[str, Any], receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or not serves_archive(datasette):
                await app(scope, receive, send)
                return
            with nonce.of_response() as one:
                sending = with_headers(send, scope, one, more_sources(policy), private)
                base_url = datasette.setting("base_url")
                asked = with_one_prefix(scope, base_url)
                if DATABASE in datasette.databases:
                    asked = with_data_page(asked, base_url)
                asked = with_list_arguments(asked, base_url)
                await answered(app, public.with_fewer_facets(asked) if is_public else asked, receive, sending)

        return wrapped

    return wrap


@hookimpl
def prepare_connection(conn: Any, datasette: Any) -> None:
    """A public server's SQL can't fill the memory."""
    if public.is_public(datasette):
        public.limit_connection(conn)


@hookimpl
def extra_css_urls(template: str, datasette: Any) -> list[str]:
    """Datasette's own pages in the colours of ours, and dark where the reader's screen is."""
    if template.startswith("miacrawl/") or not serves_archive(datasette):
        return []
    return [style(datasette, "tables.css")]


@hookimpl(optionalhook=True)
def permission_allowed(datasette: Any, actor: dict[str, Any] | None, action: str, resource: object) -> Any:
    """Stable Datasette: the search index and views are for those who may read what they are made of."""
    return access.denied(datasette, actor, action, resource) if serves_archive(datasette) else None


@hookimpl(optionalhook=True)
def permission_resources_sql(datasette: Any, actor: dict[str, Any] | None, action: str) -> Any:
    """The same for Datasette 1.0."""
    return access.rules(datasette, actor, action) if serves_archive(datasette) else None


@hookimpl
def register_facet_classes() -> list[type]:
    """Facets that are answered from kept counts."""
    return [facet_class()]


@hookimpl
def filters_from_request(request: Any, table: str, database: str, datasette: Any) -> Any:
    """The articles of an author, at `?_author=NAME`; the addresses of a site that has few, by the index."""
    return author_filter(request, table, database) or site_filter(datasette, request, table, database)


@hookimpl
def extra_template_vars(
    database: str | None, table: str | None, view_name: str, request: Any, datasette: Any
) -> Callable[[], Awaitable[dict[str, Any]]] | dict[str, Any]:
    """Whether there are pages about the server; for a table's page how many rows it has, and what it leaves out."""
    known: dict[str, Any] = {"is_public": public.is_public(datasette)}
    if database != DATABASE or table is None or view_name != "table":
        return known

    async def variables() -> dict[str, Any]:
        links = {"path_with_replaced_args": arguments_replaced(request.query_string)}
        return known | links | await told(datasette, request, table)

    return variables


@hookimpl
def menu_links(datasette: Any, actor: dict[str, Any] | None) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """The way back from Datasette's own pages to ours."""

    async def links() -> list[dict[str, str]]:
        if not serves_archive(datasette) or not await access.may_view(datasette, actor, "articles"):
            return []
        found = [
            {"href": datasette.urls.instance(), "label": "Newest articles"},
            {"href": datasette.urls.path("/search"), "label": "Search articles"},
            {"href": datasette.urls.path("/sites"), "label": "Sites"},
        ]
        if await access.may_view(datasette, actor, "runs"):
            found.append({"href": datasette.urls.path("/health"), "label": "Health"})
        return found

    return links


@hookimpl
def render_cell(row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any) -> Any:
    """Titles lead to the reading page, addresses out of the archive without saying where from."""
    return shown_cell(row, value, column, table, datasette) if database == DATABASE else None
