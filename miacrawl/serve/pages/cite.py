"""A citation as a file: `/article/<id>/cite.txt`, `.bib`, `.ris` or `.json`, `?version=<number>`."""

from __future__ import annotations

from typing import Any

from miacrawl.serve.citing import STYLES, as_style, base_for, cited
from miacrawl.serve.pages.article import chosen, retrieved, standing_of
from miacrawl.serve.trouble import MISSING_STATUS, PageError


async def show(datasette: Any, request: Any) -> Any:
    """The citation of an article, or of the version asked for. Raises PageError (404) where there is none."""
    from datasette import Response

    row, older = await chosen(datasette, request)
    style = next(style for style in STYLES if style.ending == request.url_vars["ending"])
    standing = await standing_of(datasette, request, older or row)
    one = cited(older or row, retrieved(older or row, standing), base_for(datasette, request))
    text = as_style(one, style)
    if not text:
        raise PageError("This article can't be cited", "Its address is not one that can be written.", MISSING_STATUS)
    name = f"article-{one.article_id}-version-{one.version}.{style.ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(f"{text}\n", content_type=style.content_type, headers=headers)
