"""Nonces for script in the page: given to what templates say, and to nothing that a template fills in.

Datasette's own pages, and those of other plugins, carry script in the page. A policy that allows it by a nonce needs
that nonce in each such tag. Markup that has been put together already can't tell a template's tag from one in crawled
text, so the tags are marked earlier: in the sources of the templates, before Jinja compiles them.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import unescape
from typing import Any

from jinja2.ext import Extension
from markupsafe import Markup


class Nonce:
    """The nonce of one response; made when a template first asks for it, so that data goes out without one."""

    def __init__(self) -> None:
        self.value = ""

    def attribute(self) -> Markup:
        """The attribute for a tag. Without quotes, because a tag may stand in a script's own string."""
        self.value = self.value or secrets.token_urlsafe(18)
        return Markup(" nonce={}").format(self.value)


_CURRENT: ContextVar[Nonce | None] = ContextVar("nonce", default=None)

_NAME = "miacrawl_nonce"
_CALL = f"{{{{ {_NAME}() }}}}"
_TAG = re.compile(r"<script(?=[\s>{/])", re.IGNORECASE)
_PARTS = re.compile(
    r"""\{\# .*? \#\}
    | (?P<raw> \{%[-+]?\s*raw\b .*? \bendraw\s*[-+]?%\} )
    | (?P<script> <script(?=[\s>{/]) ) (?P<rest> .*? </script\s*> )?
    | (?P<start> <(?:a|button|div|form|label|li|p|section|span|td) \b [^<>{}]*? ) \s
      on(?P<event>[a-z]+)="(?P<code>[^"<>{}]*)" (?P<end>[^<>{}]*) >""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


@contextmanager
def of_response() -> Iterator[Nonce]:
    """Templates rendered within have the nonce that this gives. A request made while one is answered has its own."""
    nonce = Nonce()
    token = _CURRENT.set(nonce)
    try:
        yield nonce
    finally:
        _CURRENT.reset(token)


def attribute() -> Markup:
    """What templates write into their script tags; empty where no policy asks for a nonce."""
    nonce = _CURRENT.get()
    return nonce.attribute() if nonce else Markup("")


def mark_templates(env: Any) -> None:
    """Make the Jinja environment `env` mark script tags in the templates that it loads from now on."""
    env.globals[_NAME] = attribute
    env.add_extension(_Marking)


def marked(source: str) -> str:
    """`source` of a template with a nonce in each script tag, and handlers in attributes turned into such script."""
    return _PARTS.sub(_part, source)


def _part(match: re.Match[str]) -> str:
    if match["script"]:
        return f"{match['script']}{_CALL}{match['rest'] or ''}"
    if match["raw"]:
        return _TAG.sub(rf"\g<0>{{% endraw %}}{_CALL}{{% raw %}}", match["raw"])
    return _handled(match) if match["event"] else match[0]


def _handled(match: re.Match[str]) -> str:
    """A tag with `onclick="…"` with its handler set by script; where no policy asks for that, as it was.

    Only handlers that are the same on every page: one that a template fills in would leave the quoting of its place.
    """
    start, event, end = match["start"], match["event"].lower(), match["end"]
    code = f"document.currentScript.parentNode.on{event} = function (event) {{ {unescape(match['code'])} }};"
    return (
        f'{start}{{% if not {_NAME}() %}} on{event}="{match["code"]}"{{% endif %}}{end}>'
        f"{{% if {_NAME}() %}}<script{_CALL}>{code}</script>{{% endif %}}"
    )


class _Marking(Extension):
    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Templates that are files; what has no name was put together by a program, maybe of what it found.

        Pages of our own have script in files alone, and a policy without nonces.
        """
        return source if name is None or name.startswith("miacrawl/") else marked(source)
