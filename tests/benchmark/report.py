"""docs/benchmarks.md: the measured figures as tables, written from the kept JSON alone, so that a test can check it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.benchmark.marks import Mark, marks_of
from tests.benchmark.measured import Measured
from tests.benchmark.peers import NAMES, OFFERS

OURS = "miacrawl"
REMAINING = Path(__file__).with_name("remaining.md")
_WITHOUT_SCORE = {"parse", "silence"}
_HEAD = """\
# Benchmarks

Written by `make bench` from `docs/benchmarks.json`; the last section is kept by hand in `tests/benchmark/remaining.md`.

```console
$ make bench GOLD=../shared/gold BODIES=../shared/bodies
```

The pages are no part of this repository: {gold} saved pages of as many sites with hand-made truth for every field,
and {bodies} pages with body text (the article pages of the Web Content Extraction Benchmark's development set). Each
set's own scorer gives the figures. All tools run in one environment, on the same bytes, in turns, each in a process of
its own.

Measured {date} with {python} on {machine}, {cpus} CPUs; {versions}.
"""
_NOTES = """\
A dash: the tool has no such field. "says nothing" is a tool that never answers: accuracy counts pages without a blurb
or a reading time as right when none is given. A peer's description is scored as its blurb. CPU times cover decoding,
parsing and all fields, {calls}; "parsing alone" is `lxml.html.document_fromstring` on the same
bytes in the same run. Peak memory is that of the whole process, libraries included.
"""
_SPLIT = """\
Hand-set rules were tuned on the pages with even numbers. The trees by which lines are judged to be body text are
trained on all pages, so that our body figures here are higher than on unseen pages;
`python -m tests.benchmark.train_body` measures them on pages left out of the training.
"""
_LOSSES = """\
Pages by what is lost: "all but right" is a page F1 of 0.95 or more; the others have more text too much than too little,
more too little than too much, or no body.
"""


def report(run: Measured, remaining: str) -> str:
    """The page, in Markdown."""
    parts = [
        _head(run),
        "## The marks\n\n" + marks_table(run),
        "## Fields, on the gold pages\n\n" + _gold_table(run) + "\n" + _notes(run),
        "## Body, on the body pages\n\n" + _body_table(run),
        "## Even pages and odd pages\n\n" + _SPLIT + "\n" + _split_table(run),
        "## Where body text is lost\n\n" + _LOSSES + "\n" + _losses_table(run),
        remaining,
    ]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def marks_table(run: Measured) -> str:
    """Each figure with our value, its mark and the best peer."""
    rows = [_mark_row(run, mark) for pages in ("gold", "bodies") for mark in marks_of(pages)]
    return _table(("pages", "figure", "miacrawl", "mark", "reached", "best peer"), rows)


def _mark_row(run: Measured, mark: Mark) -> list[str]:
    value = _value(run, mark, OURS)
    if value is None:
        return [mark.pages, mark.label, "–", _goal(mark), "–", "–"]
    reached = "" if mark.mark is None else "yes" if mark.reached(value) else "no"
    return [mark.pages, mark.label, _number(mark, value), _goal(mark), reached, _best_peer(run, mark)]


def _goal(mark: Mark) -> str:
    if mark.mark is None:
        return ""
    return f"{'≤' if mark.low_is_good else '≥'} {_number(mark, mark.mark)}"


def _best_peer(run: Measured, mark: Mark) -> str:
    """Value and name of the peer that comes closest to the mark, among those that have the field."""
    values = [(value, name) for name in NAMES if (value := _value(run, mark, name)) is not None]
    if not values:
        return "–"
    value, name = (min if mark.low_is_good else max)(values, key=lambda pair: pair[0])
    return f"{_number(mark, value)} ({name})"


def _value(run: Measured, mark: Mark, tool: str) -> float | None:
    """A tool's figure; None where it was not measured or the tool has no such field."""
    if tool in OFFERS and mark.field not in OFFERS[tool] | {"body"}:
        return None
    figures = run.gold.get(tool, {}) if mark.pages == "gold" else run.bodies.get(tool, {}).get("all", {})
    return figures.get(mark.key)


def _number(mark: Mark, value: float) -> str:
    if mark.key == "crashes":
        return str(round(value))
    return f"{value:.1f}" if mark.key == "cpu_ratio" else f"{value:.3f}"


def _head(run: Measured) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    counts = {"gold": _pages(run.gold.get(OURS)), "bodies": _pages(run.bodies.get(OURS, {}).get("all"))}
    return _HEAD.format(
        date=run.date, python=run.python, machine=run.machine, cpus=run.cpus, versions=versions, **counts
    )


def _pages(figures: dict[str, float] | None) -> int:
    return round((figures or {}).get("pages", 0))


def _notes(run: Measured) -> str:
    return _NOTES.format(calls="one call a page" if run.repeat == 1 else f"the best of {run.repeat} calls a page")


def _gold_table(run: Measured) -> str:
    tools = [name for name in (OURS, *NAMES, "silence") if name in run.gold]
    rows = []
    for mark in marks_of("gold"):
        values = [_value(run, mark, tool) for tool in tools]
        rows.append([mark.label, *("–" if value is None else _number(mark, value) for value in values)])
    return _table(("figure", *(_called(tool) for tool in tools)), rows)


def _body_table(run: Measured) -> str:
    columns = ("body F1", "P", "R", "snippets F1", "title", "published", "authors", "crashes", "empty", "CPU ms/page")
    rows = [[_called(tool), *_body_figures(run, tool)] for tool in (OURS, *NAMES, "parse") if tool in run.bodies]
    return _table(("tool", *columns, "× parsing", "peak MB"), rows)


def _body_figures(run: Measured, tool: str) -> Iterable[str]:
    """One tool's row; a tool that finds nothing has times only."""
    figures = run.bodies[tool]["all"]
    for mark in marks_of("bodies"):
        if mark.key not in ("crashes", "cpu_ratio"):
            value = None if tool in _WITHOUT_SCORE else _value(run, mark, tool)
            yield "–" if value is None else f"{value:.3f}"
    yield f"{figures['crashes']:.0f}"
    yield "–" if tool in _WITHOUT_SCORE else f"{figures['empty']:.0f}"
    yield f"{figures['cpu_ms_median']:.1f}"
    yield f"{figures['cpu_ratio']:.1f}"
    yield f"{figures['peak_mb']:.0f}"


def _split_table(run: Measured) -> str:
    rows = []
    for tool in (OURS, *NAMES):
        if tool in run.bodies:
            halves = [run.bodies[tool][half] for half in ("even", "odd")]
            rows.append([tool, *(f"{half[key]:.3f}" for half in halves for key in ("f1", "precision", "recall"))])
    return _table(("tool", "even: F1", "P", "R", "odd: F1", "P", "R"), rows)


def _losses_table(run: Measured) -> str:
    kinds = ("all_but_right", "too_much", "too_little", "nothing")
    rows = [
        [tool, *(f"{run.bodies[tool]['all'][kind]:.0f}" for kind in kinds)]
        for tool in (OURS, *NAMES)
        if tool in run.bodies
    ]
    return _table(("tool", "all but right", "too much", "too little", "no body"), rows)


def _called(tool: str) -> str:
    return {"silence": "says nothing", "parse": "parsing alone"}.get(tool, tool)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
