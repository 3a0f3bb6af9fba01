"""How a run ended: the reason for its row, and the exit code of the command."""

from __future__ import annotations

from collections.abc import Mapping

from miacrawl.errors import ExitCode
from miacrawl.store.session import Session

_MANY = 10
"""Fewer visits than this say nothing about a site's health."""


def conclusion(session: Session, reason: str, limit: int, held: Mapping[str, str]) -> tuple[str, ExitCode]:
    """How a run ended. `reason`: Scrapy's; `limit`: articles at most, 0 for all; `held`: hosts left for the next run.

    Pages that are gone, refused or no articles are no failure: partial is a run that left work undone, or had most
    of its pages fail.
    """
    if session.failure:
        return f"storage error: {session.failure}", ExitCode.STORAGE
    if reason == "shutdown":
        return "interrupted", ExitCode.INTERRUPTED
    if session.stored == 0 and not session.has_articles():
        told = f": {_left(held)}" if held else ""
        return f"finished without an article{told}", ExitCode.NOTHING
    if reason != "finished":
        return reason, ExitCode.PARTIAL
    if held:
        return f"finished, but {_left(held)}", ExitCode.PARTIAL
    if failed := session.failed_starts():
        told = "; ".join(f"{url} ({why})" for url, why in failed[:5])
        return f"finished, but a start address could not be had: {told}", ExitCode.PARTIAL
    failures, visits = session.counts["failed"], session.visits
    if visits >= _MANY and failures * 2 > visits:
        return f"finished, but {failures} of {visits} pages failed", ExitCode.PARTIAL
    pending = session.queue.pending(session.sites)
    if pending and limit and session.stored >= limit:
        return f"limit of {limit} articles reached", ExitCode.OK
    if pending:
        return f"finished, but {pending} addresses are to be tried again later", ExitCode.PARTIAL
    return "finished", ExitCode.OK


def _left(held: Mapping[str, str]) -> str:
    first = "; ".join(f"{host} ({why})" for host, why in list(held.items())[:5])
    return f"{len(held)} host{'s were' if len(held) > 1 else ' was'} left for the next run: {first}"
