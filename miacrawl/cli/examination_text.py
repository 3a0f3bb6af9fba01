"""An `Examination` as text for people and as JSON for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from miacrawl.article import RelatedLink
from miacrawl.extract.runners_up import Examination, Finding, RunnerUp
from miacrawl.printing import json_text, printable, shortened

_WIDTH = 110
_LABEL = 15
_SOURCE = 30
_LONG = 300
_SHORT = 120
_SAME = 10_000
_LINKS = 5


def as_json_text(examination: Examination) -> str:
    """One JSON object: url, profile, flags, and for each field value, source, text, tried and runners_up."""
    return json_text(
        {
            "url": examination.article.url,
            "profile": examination.profile,
            "flags": examination.article.flags,
            "fields": {name: asdict(finding) for name, finding in examination.findings.items()},
        }
    )


def as_text(examination: Examination) -> str:
    """The fields, one below the other: value, rule, and the runners-up below it; long values shortened."""
    profile = f"profile {examination.profile}" if examination.profile else "no profile of its site"
    lines = [f"{shortened(examination.article.url, _LONG)}  ({profile})"]
    for name, finding in examination.findings.items():
        lines += _finding(name, finding)
    lines.append(f"{'flags':<{_LABEL}}{', '.join(examination.article.flags) or '-'}")
    return "\n".join(map(printable, lines))


def _finding(name: str, finding: Finding) -> Iterator[str]:
    if finding.value is not None:
        told = f", from {finding.text!r}" if finding.text and finding.text != _shown(finding.value, _LONG) else ""
        yield from _wrapped(name, f"{_shown(finding.value, _LONG)}  [{finding.source}{told}]")
    elif finding.runners_up:
        yield f"{name:<{_LABEL}}-  (what is said repeats another field, or is not good enough)"
    else:
        yield f"{name:<{_LABEL}}-  ({_tried(finding.tried)})"
    same = [
        one for one in finding.runners_up if one.agrees and _shown(one.value, _SAME) == _shown(finding.value, _SAME)
    ]
    if same:
        yield from _wrapped("", f"agree:   {', '.join(one.source for one in same)}")
    for runner_up in finding.runners_up:
        if runner_up not in same:
            yield _runner_up(runner_up)


def _tried(rules: int) -> str:
    return f"none of {rules} rules answered" if rules > 1 else "its one rule gave no answer"


def _wrapped(name: str, text: str) -> Iterator[str]:
    for number, line in enumerate(textwrap.wrap(text, _WIDTH - _LABEL) or [""]):
        yield f"{name if not number else '':<{_LABEL}}{line}"


def _runner_up(runner_up: RunnerUp) -> str:
    verdict = {True: "agrees:", False: "differs:", None: "unused:"}[runner_up.agrees]
    return f"{'':<{_LABEL}}{verdict:<8} {runner_up.source:<{_SOURCE}}  {_shown(runner_up.value, _SHORT)}".rstrip()


def _shown(value: Any, most: int) -> str:
    """A value on one line."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        if value and isinstance(value[0], RelatedLink):
            return _links(value)
        return shortened(", ".join(map(str, value)), most)
    return shortened(str(value), most)


def _links(links: tuple[RelatedLink, ...]) -> str:
    titles = "; ".join(shortened(link.title, 60) for link in links[:_LINKS])
    more = f"; and {len(links) - _LINKS} more" if len(links) > _LINKS else ""
    return f"{len(links)} link{'s' if len(links) > 1 else ''}: {titles}{more}"
