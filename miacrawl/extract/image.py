"""The article's main picture."""

from __future__ import annotations

from typing import Any

from miacrawl.page import Json, Page, ld_text
from miacrawl.strategy import Strategy

_NAMES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src", "thumbnail", "image")


def _from_meta(name: str) -> Strategy[str]:
    def read(page: Page) -> str | None:
        return next((url for content in page.meta.get(name, ()) if (url := page.absolute(content))), None)

    return Strategy(f"meta:{name}", read)


def _from_json_ld(page: Page) -> str | None:
    value: Any = page.article_ld.get("image") or page.article_ld.get("thumbnailUrl")
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = _address(value) or _address(_node(page, value.get("@id")))
    text = ld_text(value)
    return page.absolute(text) if text and ("/" in text or "." in text) and " " not in text else None


def _address(node: Json) -> Any:
    return node.get("url") or node.get("contentUrl")


def _node(page: Page, identifier: Any) -> Json:
    """The node of a graph that another refers to; its identifier is no picture's address."""
    return next((node for node in page.json_ld if identifier and node.get("@id") == identifier and _address(node)), {})


def _from_link(page: Page) -> str | None:
    return next((url for node in page.links("image_src") if (url := page.absolute(node.get("href") or ""))), None)


IMAGE: tuple[Strategy[str], ...] = (
    *(_from_meta(name) for name in _NAMES[:3]),
    Strategy("json-ld:image", _from_json_ld),
    *(_from_meta(name) for name in _NAMES[3:]),
    Strategy("link:image_src", _from_link),
)
"""Sources of the picture's address, absolute."""
