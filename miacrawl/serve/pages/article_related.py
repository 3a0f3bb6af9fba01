"""The neighbourhood of an article in the graph of related links, drawn, in lists and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from miacrawl.serve import access, archive
from miacrawl.serve.card import UNTITLED, shortened
from miacrawl.serve.dates import shown_date
from miacrawl.serve.graph import MOST, Graph, Node, node_of
from miacrawl.serve.neighbour import Neighbour, recommended, recommending
from miacrawl.serve.queries import related as queries
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.reply import page
from miacrawl.serve.trouble import MISSING_STATUS, PageError

SIZE = 100
"""Neighbours on a side, in the lists and in the JSON; the rest is counted."""
MAX_COUNTED = 10_000
STEPS, FAR = 30, 12
"""Recommended articles whose own recommendations are looked at, and how many of these are shown."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """An article with its neighbours; `…_total` counts all of them, the incoming ones up to MAX_COUNTED."""

    article: Row
    incoming: list[Neighbour]
    outgoing: list[Neighbour]
    far: list[Row]
    incoming_total: int
    outgoing_total: int


async def show(datasette: Any, request: Any) -> Any:
    """`/article/<id>/related`. Raises PageError (404) where there is no such article."""
    near = await _neighbourhood(datasette, request)
    number = near.article["id"]
    context = {
        "q": "",
        "article": near.article,
        "title": shortened(near.article["title"] or UNTITLED, 300),
        "article_path": datasette.urls.path(f"/article/{number}"),
        "json_path": datasette.urls.path(f"/article/{number}/related.json"),
        "graph": _graph(datasette, near) if near.incoming or near.outgoing else None,
        "most": MOST,
        "incoming": [_listed(datasette, it) for it in near.incoming],
        "incoming_total": near.incoming_total,
        "counted_up_to": MAX_COUNTED if near.incoming_total >= MAX_COUNTED else None,
        "blocks": [
            (heading or "Related on the page", [_listed(datasette, it) for it in links])
            for heading, links in groupby(near.outgoing, key=lambda it: it.heading)
        ],
        "outgoing": len(near.outgoing),
        "outgoing_total": near.outgoing_total,
        "missing": sum(it.article_id is None for it in near.outgoing),
        "far": [
            {
                "title": shortened(row["title"] or UNTITLED, 300),
                "path": datasette.urls.path(f"/article/{row['id']}"),
                "site": row["site"],
                "date": shown_date(row["published"]),
                "n": row["n"],
            }
            for row in near.far
        ],
        "steps": STEPS,
    }
    return await page(datasette, request, "article_related", context)


async def tell(datasette: Any, request: Any) -> dict[str, Any]:
    """`/article/<id>/related.json`: the same as nodes and edges; `Neighbour.key` names the nodes.

    Raises PageError (404) where there is no such article.
    """
    return as_json(await _neighbourhood(datasette, request))


def as_json(near: Neighbourhood) -> dict[str, Any]:
    """Nodes (archived articles and missing addresses, each once) and edges, as the page documents them."""
    row = near.article
    own = f"article:{row['id']}"
    nodes: dict[str, dict[str, Any]] = {
        own: {
            "id": own,
            "article_id": row["id"],
            "archived": True,
            "title": row["title"] or "",
            "blurb": shortened(row["blurb"] or "", 240),
            "site": row["site"],
            "published": row["published"],
            "url": row["url"],
        }
    }
    edges = []
    for it in near.incoming:
        nodes.setdefault(it.key, _node(it))
        edges.append({"from": it.key, "to": own, **_edge(it)})
    for it in near.outgoing:
        nodes.setdefault(it.key, _node(it))
        edges.append({"from": own, "to": it.key, **_edge(it)})
    counted = {
        "recommenders": near.incoming_total,
        "recommenders_are_at_least": near.incoming_total >= MAX_COUNTED,
        "recommended": near.outgoing_total,
    }
    return {"article": own, "counts": counted, "limit": SIZE, "nodes": list(nodes.values()), "edges": edges}


def _node(it: Neighbour) -> dict[str, Any]:
    node = {
        "id": it.key,
        "article_id": it.article_id,
        "archived": it.article_id is not None,
        "title": it.title,
        "blurb": it.blurb,
        "site": it.site or None,
        "published": it.published,
    }
    if it.url:
        node["url"] = it.url
    return node if it.article_id is not None else {**node, "state": it.state, "reason": it.reason}


def _edge(it: Neighbour) -> dict[str, Any]:
    return {"position": it.position, "heading": it.heading, "location": it.location}


async def _neighbourhood(datasette: Any, request: Any) -> Neighbourhood:
    from datasette import Forbidden

    may_see = await access.may_view(datasette, request.actor, "related_links")
    may_see_ledger = await access.may_view(datasette, request.actor, "urls")
    written = request.url_vars["id"]
    is_number = written.isascii() and written.isdigit() and len(written) <= 18

    async def ask(here: Any) -> Neighbourhood | None:
        row = await queries.centre(here, int(written)) if is_number else None
        if row is None:
            raise PageError(
                "No such article",
                "This archive holds no article of that number. It may have been in another archive; a search may find "
                "it.",
                MISSING_STATUS,
            )
        return await _around(here, row, may_see_ledger=may_see_ledger) if may_see else None

    found = await archive.in_one_go(archive.find(datasette), ask)
    if found is None:
        raise Forbidden("view-table")
    return found


async def _around(database: Any, row: Row, *, may_see_ledger: bool) -> Neighbourhood:
    """What is known of the links from and to an article; without what the ledger says of them, if that is not seen."""
    number = row["id"]
    out = await queries.outgoing(database, number, SIZE)
    into = await queries.incoming(database, number, SIZE)
    lacking = [link["url_key"] for link in out if link["target_id"] is None]
    return Neighbourhood(
        article=row,
        incoming=recommending(into),
        outgoing=recommended(
            [link for link in out if link["target_id"] != number],
            await queries.addresses(database, lacking) if may_see_ledger else {},
        ),
        far=await queries.beyond(database, number, STEPS, FAR),
        incoming_total=len(into) if len(into) < SIZE else await queries.recommenders(database, number, MAX_COUNTED),
        outgoing_total=len(out) if len(out) < SIZE else await queries.out_of(database, number),
    )


def _graph(datasette: Any, near: Neighbourhood) -> Graph:
    row = near.article
    note = " · ".join(filter(None, [row["site"], str(shown_date(row["published"]) or "")]))
    path = str(datasette.urls.path(f"/article/{row['id']}"))
    drawn = _once(near.outgoing)
    return Graph(
        Node(shortened(row["title"] or UNTITLED, 300), note, path, True),
        [node_of(it, _path(datasette, it)) for it in near.incoming[:MOST]],
        [node_of(it, _path(datasette, it)) for it in drawn[:MOST]],
        max(near.incoming_total - MOST, 0),
        max(near.outgoing_total - (len(near.outgoing) - len(drawn)) - MOST, 0),
    )


def _once(neighbours: list[Neighbour]) -> list[Neighbour]:
    """Each neighbour at the first of its places."""
    found: dict[str, Neighbour] = {}
    for it in neighbours:
        found.setdefault(it.key, it)
    return list(found.values())


def _path(datasette: Any, it: Neighbour) -> str | None:
    """Where a node leads: to the neighbourhood of an archived article, to what is known of a missing address."""
    if it.article_id is not None:
        return str(datasette.urls.path(f"/article/{it.article_id}/related"))
    return _why(datasette, it)


def _why(datasette: Any, it: Neighbour) -> str:
    return f"{datasette.urls.path('/why')}?{urlencode({'url': it.url}, errors='replace')}"


def _listed(datasette: Any, it: Neighbour) -> dict[str, Any]:
    archived = it.article_id is not None
    return {
        "it": it,
        "path": datasette.urls.path(f"/article/{it.article_id}") if archived else None,
        "graph": datasette.urls.path(f"/article/{it.article_id}/related") if archived else None,
        "why": None if archived else _why(datasette, it),
    }
