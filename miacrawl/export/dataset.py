"""A data set as Hugging Face's libraries read it: a folder with Parquet files in data/ and a data card, README.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from miacrawl.export import parquet
from miacrawl.export.column import Column
from miacrawl.export.record import Record

SHARD_BYTES = 500_000_000
"""Of a file, unpacked, from which the next one is begun."""
_MOST_SITES = 100_000


@dataclass(slots=True)
class Census:
    """What was written, counted along the way. `size`: bytes of the columns in memory; `first`, `last`: days."""

    articles: int = 0
    size: int = 0
    files: int = 0
    packed: int = 0
    reserved: int = 0
    first: str = ""
    last: str = ""
    sites: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)

    def note(self, record: Record) -> None:
        """Count an article that has all columns."""
        self.articles += 1
        if record["site"] in self.sites or len(self.sites) < _MOST_SITES:
            self.sites[record["site"]] += 1
        self.languages[(record["language"] or "").partition("-")[0].lower()] += 1
        self.flags.update(record["flags"])
        self.reserved += bool(record["directives"].get("tdm_reserved")) or "noai" in _robots(record)
        if day := (record["published"] or "")[:10]:
            self.first = min(self.first or day, day)
            self.last = max(self.last, day)


def write(folder: Path, records: Iterable[Record], columns: Sequence[Column], moment: datetime, scope: str) -> Census:
    """Write a data set of `records`, which have all columns, of those in `columns` into the empty `folder`.

    `moment`: when that was, for its card; `scope`: which articles, in words.
    """
    from miacrawl.export.card import card

    census = Census()
    data = folder / "data"
    data.mkdir()
    shards = list(_shards(data, records, columns, census))
    for number, path in enumerate(shards):
        # The names say how many there are, which is known only now.
        census.packed += path.stat().st_size
        path.rename(data / f"train-{number:05}-of-{len(shards):05}.parquet")
    census.files = len(shards)
    (folder / "README.md").write_text(card(census, columns, moment, scope), "utf-8")
    return census


def _shards(data: Path, records: Iterable[Record], columns: Sequence[Column], census: Census) -> Iterator[Path]:
    """Files of the data set, one after the other; one at least, with no rows where there are none."""
    tables = parquet.tables(_counted(records, census), columns)
    table: Any = next(tables, None)
    number = 0
    while True:
        path = data / f"{number:05}.partial"
        size = 0
        with path.open("xb") as out, parquet.writer(out, columns) as file:
            while table is not None and size < SHARD_BYTES:
                file.write_table(table)
                size += table.nbytes
                table = next(tables, None)
        census.size += size
        yield path
        number += 1
        if table is None:
            return


def _counted(records: Iterable[Record], census: Census) -> Iterator[Record]:
    for record in records:
        census.note(record)
        yield record


def _robots(record: Record) -> Sequence[str]:
    said = record["directives"].get("robots")
    return said if isinstance(said, list) else ()
