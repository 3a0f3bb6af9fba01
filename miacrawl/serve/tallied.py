"""Facets of Datasette's pages that are answered from kept counts: articles by site, the ledger by state.

Datasette counts every row anew for each facet of each page; of a million articles that takes seconds. In the
configuration these facets are of the type `tallied`, which a Datasette without this plugin leaves out.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from miacrawl.serve.archive import DATABASE
from miacrawl.serve.listing import filters_of
from miacrawl.serve.queries import sizes
from miacrawl.serve.trouble import PageError

FILTERED_BY = {"articles": {"site"}, "urls": set(sizes.LEDGER)}
"""Filters under which the counts are kept too."""
FEW = 20_000
"""Addresses of a site that are sorted sooner than the ledger is read."""
AUTHOR = "_author"
"""Argument that chooses the articles of an author, by the table of bylines."""


def facet_class() -> type:
    """Our class of facets, as Datasette's hook wants it; made here because Datasette is imported late."""
    from datasette.facets import Facet

    class TallyFacet(Facet):  # type: ignore[misc]
        type = "tallied"

        async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
            columns = [source["config"]["simple"] for source in self.get_configs()]
            query_string = self.request.query_string
            filters = filters_of(parse_qsl(query_string, keep_blank_values=True))
            kept = FILTERED_BY.get(self.table, set()) if self.database == DATABASE else set()
            if not columns or not kept or filters is None or not set(filters) <= kept:
                return [], []
            return await _results(self.ds, self.request, self.table, columns, filters, self.get_facet_size()), []

    return TallyFacet


async def _results(
    datasette: Any, request: Any, table: str, columns: list[str], filters: dict[str, str], size: int
) -> list[dict[str, Any]]:
    database = datasette.databases[DATABASE]
    address = datasette.absolute_url(request, datasette.urls.table(DATABASE, table))
    pairs = [pair for pair in parse_qsl(request.query_string, keep_blank_values=True) if pair[0] != "_next"]
    found = []
    for column in columns:
        try:
            counted = await sizes.by_value(database, table, column, filters, size + 1)
        except PageError:  # an archive older than these counts
            continue
        values = [_value(address, column, row, pairs) for row in counted[:size]]
        found.append(
            {
                "name": column,
                "type": "column",
                "hideable": False,
                "toggle_url": "",
                "results": values,
                "truncated": len(counted) > size,
            }
        )
    return found


def _value(address: str, column: str, row: dict[str, Any], pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """A value with its number, and the address that chooses it or, where it is chosen, takes it back."""
    argument = AUTHOR if column == "authors" else column
    choice = (argument, str(row["value"]))
    selected = choice in pairs
    rest = [pair for pair in pairs if pair[0] != argument]
    return {
        "value": row["value"],
        "label": row["value"],
        "count": row["n"],
        "toggle_url": f"{address}?{urlencode(rest if selected else [*rest, choice], errors='replace')}",
        "selected": selected,
    }


def author_filter(request: Any, table: str, database: str) -> Any:
    """The condition for `?_author=NAME` on the page of articles; None elsewhere."""
    author = (request.args.get(AUTHOR) or "")[:300]
    if not author or (database, table) != (DATABASE, "articles"):
        return None
    from datasette.filters import FilterArguments

    where = "id in (select article_id from bylines where author = :author_of_bylines)"
    return FilterArguments([where], {"author_of_bylines": author}, [f"with {author} in the byline"])


def site_filter(datasette: Any, request: Any, table: str, database: str) -> Any:
    """For the ledger's page of a site with few addresses: the condition that names all its states; None elsewhere.

    The ledger's index is by state and site. Without a state all of the ledger would be read for a few addresses; where
    a site has many they are met soon enough.
    """
    site = request.args.get("site")
    if not site or (database, table) != (DATABASE, "urls") or request.args.get("state"):
        return None

    async def condition() -> Any:
        from datasette.filters import FilterArguments

        try:
            counted = await sizes.by_value(datasette.databases[DATABASE], table, "state", {"site": site}, 100)
        except PageError:  # an archive older than these counts
            return None
        if not sum(row["n"] for row in counted) <= FEW:
            return None
        states = {f"state_of_{number}": row["value"] for number, row in enumerate(counted)}
        return FilterArguments([f"state in ({', '.join(f':{name}' for name in states)})"] if states else [], states)

    return condition
