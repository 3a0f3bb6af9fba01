"""The columns as Markdown: `python -m miacrawl.export.documentation docs/export.md` brings that file up to date."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from miacrawl.export.column import CAPTURE_PARTS, COLUMNS, LINK_PARTS, Column, Part
from miacrawl.generated import Generated

BEGIN, END = "<!-- columns: made by python -m miacrawl.export.documentation -->", "<!-- end of columns -->"
_TYPES = {
    "text": "text",
    "time": "text, ISO 8601",
    "integer": "integer",
    "boolean": "true or false",
    "texts": "list of text",
    "integers": "list of integers",
    "object": "object",
    "links": "list of links",
    "capture": "record",
}


def as_markdown(columns: Sequence[Column] = COLUMNS) -> str:
    """A table of the columns, and of what lists of links and records are made of."""
    lines = ["| column | type | what it holds | schema.org |", "|---|---|---|---|"]
    for column in columns:
        lines.append(f"| `{column.name}` | {_TYPES[column.kind]} | {column.meaning} | {column.schema_org} |")
    lines += ["", "(c): known of the current version only, and empty in earlier ones.", ""]
    lines.append(f"A link has {_told(LINK_PARTS)}. A record has {_told(CAPTURE_PARTS)}.")
    return "\n".join(lines) + "\n"


def _told(parts: Sequence[Part]) -> str:
    return ", ".join(f"`{part.name}` ({part.meaning})" for part in parts)


def updated(text: str) -> str:
    """`text` with what stands between the markers made anew. Raises ValueError where a marker is missing."""
    return Generated(BEGIN, END, as_markdown()).put_into(text)


if __name__ == "__main__":
    Generated(BEGIN, END, as_markdown()).bring_up_to_date(sys.argv[1:])
