"""What miacrawl/settings.py says of each setting: the comment behind it."""

from __future__ import annotations

import inspect
import io
import tokenize
from collections.abc import Mapping
from functools import cache


@cache
def comments() -> Mapping[str, str]:
    """The comment on the line of each setting of miacrawl/settings.py, by name; none where the source is not there."""
    import miacrawl.settings

    try:
        source = inspect.getsource(miacrawl.settings)
    except OSError:
        return {}
    return comments_in(source)


def comments_in(source: str) -> dict[str, str]:
    """The comment on the line, or the last line, of each assignment of a module's source, by the name assigned."""
    found: dict[str, str] = {}
    name, depth = "", 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and token.start[1] == 0:
            name = token.string
        elif token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
        elif token.type == tokenize.COMMENT and name and not depth:
            found[name] = token.string.lstrip("# ")
        elif token.type == tokenize.NEWLINE:
            name = ""
    return found
