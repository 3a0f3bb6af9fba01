"""The data dictionary as Markdown: `python -m miacrawl.store.dictionary README.md` brings the README's up to date."""

from __future__ import annotations

import sys
from pathlib import Path

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
    """`text` with the dictionary between its markers made anew. Raises ValueError where a marker is missing."""
    before, rest = text[: text.index(BEGIN)], text[text.index(END) :]
    return f"{before}{BEGIN}\n\n{as_markdown()}\n{rest}"


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        path = Path(argument)
        path.write_text(updated(path.read_text("utf-8")), "utf-8")
