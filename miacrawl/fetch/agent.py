"""The user agent: who asks, and whom a site's owner can turn to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def add_contact(settings: BaseSettings) -> None:
    """Put MIACRAWL_CONTACT into the user agent, unless the user gave a user agent of their own."""
    if contact := settings.get("MIACRAWL_CONTACT"):
        settings.set("USER_AGENT", f"{settings['USER_AGENT']} (+{contact})", priority="spider")
