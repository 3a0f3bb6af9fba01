"""What can stand in the way of a page: said in words, with what to do, instead of a traceback."""

from __future__ import annotations

import sqlite3

MISSING_STATUS, UNAVAILABLE_STATUS = 404, 503


class PageError(Exception):
    """A page that can't be shown: `status` is the HTTP status, `advice` says what to do, `command` with what."""

    def __init__(self, title: str, advice: str, status: int = UNAVAILABLE_STATUS, command: str = "") -> None:
        super().__init__(title)
        self.title, self.advice, self.status, self.command = title, advice, status, command


def no_archive() -> PageError:
    """The folder that is served has no archive.db."""
    return PageError(
        "There is no archive here yet",
        "The folder that Datasette serves holds no archive.db. A crawl makes one; then load this page again.",
        command="miacrawl crawl URL --archive DIR",
    )


def trouble_of(error: BaseException) -> PageError:
    """What `error`, raised while the archive was read, means to whoever wanted a page."""
    text = str(error)
    if "interrupted" in text:
        return PageError(
            "This took too long",
            "The answer was not ready within the time that this server allows for a question. "
            "Choose a site, section or month, use rarer words, or try again in a moment.",
        )
    if "locked" in text or "busy" in text:
        return PageError("The archive is busy", "It is being written just now. Try again in a moment.")
    if any(f"no such {thing}" in text for thing in ("table", "column", "module", "index")):
        return PageError(
            "This archive was made by another version of miacrawl",
            f"Something that this page needs is not in it ({text}). An older archive is brought up to date by the "
            "command below; for a newer one, install a newer miacrawl. The tables can be read as they are.",
            command="miacrawl init DIR",
        )
    if isinstance(error, sqlite3.DatabaseError) and ("malformed" in text or "not a database" in text):
        return PageError("The archive is damaged", f"SQLite says: {text}. Restore a copy of archive.db.")
    return PageError("The archive can't be read", f"SQLite says: {text}.")
