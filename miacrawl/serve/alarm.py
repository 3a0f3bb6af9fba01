"""An alarm as pages show it: what changed, addresses to look at, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from miacrawl.serve.card import shortened
from miacrawl.serve.dates import ShownDate, shown_date
from miacrawl.serve.stored import strings

_SAMPLES = 5
KINDS = {
    "field": "a field is missing",
    "rule": "other rules find a field",
    "size": "texts or lists have another length",
    "page": "something else stands where articles should",
    "source": "a way of discovery has gone quiet",
    "file": "a feed or sitemap can't be read",
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """`state`: open, gone (by itself) or accepted. `command` accepts it."""

    id: int
    site: str
    kind: str
    measure: str
    words: str
    state: str
    note: str
    raised: ShownDate | None
    settled: ShownDate | None
    run_id: int
    last_seen_run: int
    samples: tuple[str, ...]
    command: str


def alarm(row: Mapping[str, Any]) -> Alarm:
    """The alarm of a row of table alarms."""
    settled = row["accepted"] or row["resolved"]
    return Alarm(
        id=row["id"],
        site=str(row["site"]),
        kind=KINDS.get(str(row["kind"]), str(row["kind"])),
        measure=shortened(str(row["measure"]), 120),
        words=shortened(str(row["explanation"]), 600),
        state="accepted" if row["accepted"] else "gone" if row["resolved"] else "open",
        note=shortened(str(row["note"] or ""), 300),
        raised=shown_date(row["raised"], with_time=True),
        settled=shown_date(settled, with_time=True),
        run_id=row["run_id"],
        last_seen_run=row["last_seen_run"],
        samples=tuple(url[:2000] for url in strings(row["samples"])[:_SAMPLES]),
        command=f'miacrawl alarms accept {row["id"]} --note "why" --archive DIR',
    )
