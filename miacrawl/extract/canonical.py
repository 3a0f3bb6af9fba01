"""What a page calls itself: its canonical address."""

from __future__ import annotations

from miacrawl.page import Page, ld_text
from miacrawl.strategy import Strategy


def _link(page: Page) -> str | None:
    return next((url for node in page.links("canonical") if (url := page.absolute(node.get("href") or ""))), None)


def _open_graph(page: Page) -> str | None:
    return page.absolute(page.meta_first("og:url") or "") if page.meta_first("og:url") else None


def _main_entity(page: Page) -> str | None:
    about = page.article_ld.get("mainEntityOfPage")
    if isinstance(about, dict):
        about = about.get("@id") or about.get("url")
    text = ld_text(about)
    return page.absolute(text) if text and "://" in text else None


CANONICAL: tuple[Strategy[str], ...] = (
    Strategy("link:canonical", _link),
    Strategy("meta:og:url", _open_graph),
    Strategy("json-ld:mainEntityOfPage", _main_entity),
)
"""Sources of the canonical address, absolute."""
