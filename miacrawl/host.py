"""What is remembered of a host from run to run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Robots:
    """A host's robots.txt as it was read. `text` is empty where there is none (RFC 9309, section 2.3.1.3).

    `origin`: scheme and host, "https://example.org"; `fetched_at`: UTC, ISO 8601.
    """

    origin: str
    text: str
    status: int
    fetched_at: str
    crawl_delay: float | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A host that is not to be asked for anything before `until` (UTC, ISO 8601), with the reason in words."""

    origin: str
    until: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reservations:
    """A host's files on text and data mining as they were read: tdmrep.json and ai.txt, empty where there are none."""

    origin: str
    tdmrep: str
    ai_txt: str
    fetched_at: str
