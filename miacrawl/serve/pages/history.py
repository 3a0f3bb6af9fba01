"""An article with its versions, as the pages that show them begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from miacrawl.serve import access, archive
from miacrawl.serve.number import number, whole
from miacrawl.serve.pages.article import may_view_versions, no_such_article
from miacrawl.serve.queries import versions as queries
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.trouble import MISSING_STATUS, PageError
from miacrawl.serve.views import ArticleView, article_views


@dataclass(frozen=True, slots=True)
class History:
    """An article (a row of queries.heading), its versions in the order of time without texts, and its views."""

    article: Row
    versions: Sequence[Row]
    views: Sequence[ArticleView]

    @property
    def numbers(self) -> list[int]:
        """The versions' numbers, in the order of time."""
        return [row["number"] for row in self.versions]


async def history(datasette: Any, request: Any) -> History:
    """The article that the address names. Raises PageError (404) where there is none, Forbidden for who may not see."""
    from datasette import Forbidden

    if not await may_view_versions(datasette, request.actor):
        raise Forbidden("view-table")
    asked = number(request.url_vars["id"])

    async def ask(here: Any) -> tuple[Row | None, list[Row]]:
        found = await queries.heading(here, asked) if asked is not None else None
        return found, await queries.known(here, found["id"]) if found else []

    article, known = await archive.in_one_go(archive.find(datasette), ask)
    if article is None:
        raise no_such_article()
    if not known:
        told = (
            "Nothing is kept of how this article was before: it was archived by a version of miacrawl without versions."
        )
        raise PageError("No versions", told, MISSING_STATUS, command="miacrawl init DIR")
    may_view_captures = await access.may_view(datasette, request.actor, "captures")
    views = article_views(
        datasette,
        article["id"],
        article["url"],
        versions=len(known),
        capture_id=whole(article["capture_id"]) if may_view_captures else None,
        related=await access.may_view(datasette, request.actor, "related_links"),
    )
    if not may_view_captures:
        known = [{**row, "capture_id": None} for row in known]
    return History(article, known, views)
