"""The ways to look at one article, a strip of links on each of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from miacrawl.serve.link import outside

Name = Literal["read", "versions", "capture", "related", "original"]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """A way to look at an article: its label, and where it is; `leads_out` of the archive."""

    name: Name
    label: str
    address: str
    leads_out: bool = False


def article_views(
    datasette: Any,
    article_id: int,
    url: object,
    *,
    versions: int | None = None,
    capture_id: int | None = None,
    related: bool = True,
) -> list[ArticleView]:
    """The views of an article, those left out that it lacks, or that the reader may not see.

    `url`: its address on the web; `versions`: how many there are; `capture_id`: what the text was read from;
    `related`: whether related links may be seen.
    """

    def here(path: str) -> str:
        return str(datasette.urls.path(path))

    found = [ArticleView("read", "Read", here(f"/article/{article_id}"))]
    if versions is not None:
        label = f"Versions ({max(1, versions):,})"
        found.append(ArticleView("versions", label, here(f"/article/{article_id}/versions")))
    if capture_id is not None:
        found.append(ArticleView("capture", "Capture", here(f"/capture/{capture_id}")))
    if related:
        found.append(ArticleView("related", "Related", here(f"/article/{article_id}/related")))
    if original := outside(url):
        found.append(ArticleView("original", "Original", original, leads_out=True))
    return found
