"""One run over both sets, ours and the peers side by side; prints the marks, writes docs/benchmarks.json and .md.

make bench GOLD=../shared/gold BODIES=../shared/bodies
python -m tests.benchmark.run --tools miacrawl          ourselves only, in any environment; writes nothing
python -m tests.benchmark.run --report                  writes the page anew from the figures that are kept
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from tests.benchmark import folders
from tests.benchmark.body_scores import body_scores, outcomes
from tests.benchmark.gold_scores import gold_scores
from tests.benchmark.measured import Measured, here_and_now
from tests.benchmark.peers import NAMES
from tests.benchmark.report import OURS, REMAINING, marks_table, report

DOCS = Path(__file__).parents[2] / "docs"
ALL = (OURS, *NAMES)


def tell(line: str) -> None:
    """Progress, on stderr."""
    print(line, file=sys.stderr, flush=True)


def spec(tool: str) -> str:
    """A tool as both scorers want it."""
    return f"tests.benchmark.peers:{tool}"


def measure(tools: list[str], repeat: int, rounds: int) -> Measured:
    """Both sets, as far as they are there."""
    run = here_and_now(tools, repeat)
    gold, bodies = folders.gold_if_there(), folders.bodies_if_there()
    if gold:
        figures = {}
        for tool in (*tools, "silence"):
            tell(f"gold: {tool}")
            figures[tool] = gold_scores(gold, spec(tool))
        run = replace(run, gold=figures)
    if bodies:
        found = outcomes(bodies, [spec(tool) for tool in (*tools, "parse")], repeat, rounds, tell)
        parse = found[spec("parse")]
        run = replace(run, bodies={tool: body_scores(bodies, found[spec(tool)], parse) for tool in (*tools, "parse")})
    return run


def write(run: Measured) -> None:
    """The figures, and the page from them."""
    DOCS.mkdir(exist_ok=True)
    (DOCS / "benchmarks.json").write_text(run.to_json(), "utf-8")
    (DOCS / "benchmarks.md").write_text(
        report(Measured.from_json(run.to_json()), REMAINING.read_text("utf-8")), "utf-8"
    )


def main() -> int:
    """Exit code 2 where there are no pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=lambda text: text.split(","), default=list(ALL), help="comma-separated")
    parser.add_argument("--repeat", type=int, default=1, help="calls a page; the fastest counts")
    parser.add_argument("--rounds", type=int, default=4, help="parts in which the tools take turns")
    parser.add_argument("--report", action="store_true", help="write the page from the figures that are kept")
    given = parser.parse_args()
    if given.report:
        write(Measured.read(DOCS / "benchmarks.json"))
        return 0
    run = measure(given.tools, given.repeat, given.rounds)
    if not run.gold and not run.bodies:
        tell(f"no pages at {folders.gold_place()} nor at {folders.bodies_place()}: name their folders, GOLD=… BODIES=…")
        return 2
    print(marks_table(run))
    if run.gold and run.bodies and set(given.tools) == set(ALL):
        write(run)
        tell(f"written: {DOCS / 'benchmarks.md'}")
    else:
        tell("not all tools or not both sets: nothing written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
