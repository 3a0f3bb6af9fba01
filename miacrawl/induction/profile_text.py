"""A drafted profile as a YAML file that people like to read: every line says on how many pages it was confirmed."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from datetime import date

from miacrawl.induction.choice import Choice, Chosen
from miacrawl.induction.draft import Draft
from miacrawl.printing import printable

_PLAIN = re.compile(r"[A-Za-z./#][^\x00-\x1f\x7f-\x9f:#\"'\[\]{}>|*&!%@`,~\\\ud800-\udfff]*(?<! )")
_NOT_TEXT = re.compile(r"(?:true|false|yes|no|on|off|null|y|n|\.inf|\.nan)", re.I)
_WIDTH = 110


def profile_text(draft: Draft, day: date) -> str:
    """The YAML file of a draft made on `day`; `miacrawl.sites.profile_file` reads it."""
    lines = [*_head(draft, day), "", f"key: {_scalar(draft.key)}", f"name: {_scalar(draft.name)}"]
    lines += [f"hosts: [{_scalar(draft.host)}]", f"start: [{_quoted(draft.start)}]", *_addresses(draft)]
    chosen = [choice for choice in draft.choices if choice.chosen]
    if chosen:
        lines += ["", "fields:"]
        lines += [line for choice in chosen for line in _field(choice)]
    left = [f"#   {choice.field}: {choice.reason}" for choice in draft.choices if not choice.chosen]
    if left:
        lines += ["", "# Left to the rules that serve every page:", *left]
    return "\n".join(lines) + "\n"


def _head(draft: Draft, day: date) -> Iterator[str]:
    told = (
        f"{draft.name}: a first profile, drafted by `miacrawl sites new` on {day.isoformat()} from {len(draft.pages)} "
        "article pages. Each selector was found by comparing them; look at it before you trust it (miacrawl check, "
        "miacrawl sites check). When the site changes its pages, give the old selectors an `until` and add new ones "
        "with a `from`: pages saved earlier can then still be read."
    )
    yield from _comment(told)
    yield "#"
    yield from (f"#   {_line(url)}" for url in draft.pages)


def _addresses(draft: Draft) -> Iterator[str]:
    yield ""
    shape = draft.shape
    if shape is None:
        yield "# article: the articles' addresses have no common shape; give a regular expression for their paths here"
        return
    yield f"# Paths of articles: it matches {shape.articles} of {shape.of_articles} articles seen"
    yield f"# and {shape.others} of {shape.of_others} other addresses."
    yield f"article: {_quoted(shape.pattern)}"


def _field(choice: Choice) -> Iterator[str]:
    yield f"  {choice.field}:"
    for chosen in choice.chosen:
        yield from _rule(chosen, choice.pages)


def _rule(chosen: Chosen, pages: int) -> Iterator[str]:
    more = f"; also says something on {chosen.more} where nothing was found before" if chosen.more else ""
    yield f"    # confirmed on {chosen.confirmed} of {pages} pages{more}"
    yield f"    - css: {_scalar(chosen.rule.css)}"
    if chosen.rule.attribute:
        yield f"      attribute: {_scalar(chosen.rule.attribute)}"


def _comment(text: str) -> Iterator[str]:
    return (f"# {line}" for line in textwrap.wrap(_line(text), _WIDTH))


def _line(text: str) -> str:
    return printable(" ".join(text.split()))


def _scalar(text: str) -> str:
    """`text` as it stands where YAML reads it so, else in quotes."""
    plain = _PLAIN.fullmatch(text) and not _NOT_TEXT.fullmatch(text) and not text.startswith("#")
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    """`text` in quotes: single ones where nothing in it needs an escape."""
    if text.isprintable() and "'" not in text:
        return f"'{text}'"
    return json.dumps(text)
