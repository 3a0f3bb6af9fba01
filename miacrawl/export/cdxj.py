"""An index of captures (CDXJ), in blocks that are packed each by itself, and the index of these blocks."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from miacrawl.errors import ConfigError
from miacrawl.store.packing import Entry
from miacrawl.warc.member import pack

INDEX_NAME = "index.cdx.gz"
BLOCK_LINES = 1_024
_NOT_DIGITS = re.compile(r"\D")
_END_OF_TYPE = re.compile(r"[;\s]")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of the index, packed; `first`: key and time of the first of them."""

    first: str
    data: bytes


def sort_keys() -> Callable[[str], str]:
    """What makes keys of addresses, as replay tools sort them. Raises ConfigError where it is not installed."""
    try:
        from surt import surt
    except ImportError as error:
        raise ConfigError("WACZ needs surt, which is not there: pip install 'miacrawl[wacz]'") from error

    def key(url: str) -> str:
        try:
            found = str(surt(url))
        except ValueError:  # an address that nobody can read: replay tools then take it as it stands
            found = url
        return re.sub(r"\s", "%20", found) or "-"

    return key


def line_of(entry: Entry, key: Callable[[str], str], names: Mapping[int, str]) -> str:
    """A line of the index; `names`: of the files, by the numbers of their sources."""
    told = {
        "url": entry.url,
        "mime": "warc/revisit" if entry.kind == "revisit" else _media_type(entry.content_type),
        "status": "" if entry.status is None else str(entry.status),
        "digest": entry.digest,
        "length": str(entry.length),
        "offset": str(entry.offset),
        "filename": names[entry.source_id],
    }
    when = _NOT_DIGITS.sub("", entry.fetched_at)[:14]
    return f"{key(entry.url)} {when} {json.dumps({name: value for name, value in told.items() if value})}"


def _media_type(content_type: str | None) -> str:
    return _END_OF_TYPE.split((content_type or "").strip(), maxsplit=1)[0].lower()


def blocks(lines: Iterable[str]) -> Iterator[Block]:
    """`lines`, which are sorted, in blocks."""
    held: list[str] = []
    for line in lines:
        held.append(line)
        if len(held) == BLOCK_LINES:
            yield _packed(held)
            held = []
    if held:
        yield _packed(held)


def _packed(lines: list[str]) -> Block:
    return Block(" ".join(lines[0].split(" ", 2)[:2]), pack("".join(f"{line}\n" for line in lines).encode()))


def head_of_blocks() -> str:
    """The first line of the index of blocks."""
    return f"!meta 0 {json.dumps({'format': 'cdxj-gzip-1.0', 'filename': INDEX_NAME})}\n"


def line_of_block(block: Block, offset: int) -> str:
    """The line of a block, which begins at `offset`."""
    digest = f"sha256:{hashlib.sha256(block.data).hexdigest()}"
    return f"{block.first} {json.dumps({'offset': offset, 'length': len(block.data), 'digest': digest})}\n"
