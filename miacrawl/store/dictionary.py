"""The data dictionary as Markdown: `python -m miacrawl.store.dictionary README.md` brings the README's up to date."""

from __future__ import annotations

import sys

from miacrawl.generated import Generated
from miacrawl.store.tables import TABLES, VIEWS

BEGIN, END = "<!-- data dictionary: made by python -m miacrawl.store.dictionary -->", "<!-- end of data dictionary -->"


def as_markdown() -> str:
    """Each table with its purpose, and each of its columns with its meaning."""
    parts = []
    for name, table in {**TABLES, **VIEWS}.items():
        rows = "\n".join(f"| `{column}` | {meaning} |" for column, meaning in table.columns.items())
        parts.append(f"**`{name}`**: {table.description}\n\n| column | what it holds |\n|---|---|\n{rows}\n")
    return "\n".join(parts)


def updated(text: str) -> str:
    """`text` with what stands between the markers made anew. Raises ValueError where a marker is missing."""
    return Generated(BEGIN, END, as_markdown()).put_into(text)


if __name__ == "__main__":
    Generated(BEGIN, END, as_markdown()).bring_up_to_date(sys.argv[1:])
