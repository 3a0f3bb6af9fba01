"""Counts how often values found in the same way are right, and shows how well those shares hold elsewhere.

    python -m tests.benchmark.calibrate

Reads the annotated pages in the folders that MIACRAWL_GOLD (gold/*.json, pages/*.html) and MIACRAWL_BODIES
(wcxb-dev/*/page.html, truth.json) name, else beside the checkout, and writes miacrawl/extract/confidence.json and
docs/confidence.md. To be run again whenever rules of the extraction change, and after train_body.

The trees that judge a body's lines were trained on the body pages, and would do better on them than elsewhere: here
each page is read with trees that were trained without it (which needs scikit-learn, as training does).
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from miacrawl import Article, extract
from miacrawl.extract import judge
from miacrawl.extract.confidence import CALIBRATED, RIGHT_BODY, RIGHT_RELATED, Counts, Way, share, ways
from miacrawl.extract.evidence import compare
from miacrawl.page import Page
from miacrawl.urls import url_key
from tests.benchmark import train_body

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "miacrawl" / "extract" / "confidence.json"
REPORT = ROOT / "docs" / "confidence.md"
GOLD = Path(os.environ.get("MIACRAWL_GOLD") or ROOT.parent / "shared" / "gold")
BODIES = Path(os.environ.get("MIACRAWL_BODIES") or ROOT.parent / "shared" / "bodies") / "wcxb-dev"
FOLDS = 10
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)
_LISTED_FROM = 10
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Annotated:
    """A page with its truth by field, as the annotators write it; what is absent is unknown."""

    html: bytes
    url: str
    truth: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A value of one page: the field, the way it was come by, whether it is right, and the page's number."""

    field: str
    way: Way
    right: bool
    page: int


def gold_pages(folder: Path) -> Iterator[Annotated]:
    """The gold pages; in their truth None and empty lists mean that the page has no such thing."""
    for file in sorted((folder / "gold").glob("*.json")):
        known = json.loads(file.read_text("utf-8"))
        fields = ("title", "blurb", "read_minutes", "authors", "published", "section", "related")
        truth = {**{field: known.get(field) for field in fields}, "language": known.get("lang")}
        yield Annotated((folder / "pages" / f"{known['id']}.html").read_bytes(), known["url"], truth)


def body_page(home: Path) -> Annotated:
    """A body page; in its truth what is empty is unknown."""
    known = json.loads((home / "truth.json").read_text("utf-8"))
    truth = {field: known[field] for field in ("title", "authors", "published", "body") if known.get(field)}
    return Annotated((home / "page.html").read_bytes(), known["url"], truth)


def body_cases(folder: Path) -> list[Case]:
    """The cases of the body pages, each page read with trees that were trained without it."""
    homes = sorted(folder.iterdir())
    samples = [train_body.read(home) for home in homes]
    shipped, found = judge.trained, []
    for fold in range(train_body.FOLDS):
        trees = train_body.fit([one for number, one in enumerate(samples) if one and number % train_body.FOLDS != fold])
        ready = judge.made_ready(trees)
        judge.trained = lambda ready=ready: ready  # type: ignore[assignment]
        for number in range(fold, len(homes), train_body.FOLDS):
            found += cases(body_page(homes[number]), number)
    judge.trained = shipped
    return sorted(found, key=lambda case: case.page)


def cases(page: Annotated, number: int) -> list[Case]:
    """Every value that extraction finds on `page`, the page of that number, and whose truth is known."""
    article = extract(page.html, page.url)
    parsed = Page(page.html, page.url)
    values = {field: getattr(article, field) for field in article.provenance}
    agreement = compare(parsed, values, article.provenance).agreement
    return [
        Case(field, way, is_right(field, article, page), number)
        for field, way in ways(parsed, values, article.provenance, agreement).items()
        if field in page.truth
    ]


def is_right(field: str, article: Article, page: Annotated) -> bool:
    """Whether a field of `article` is what the annotation says."""
    mine, true = getattr(article, field), page.truth[field]
    if field == "body":
        return shingle_f1(true, mine) >= RIGHT_BODY
    if field == "authors":
        return {_letters(name) for name in mine} == {_letters(name) for name in true or ()}
    if field == "published":
        return str(mine)[:10] == str(true)[:10]
    if field == "language":
        return str(mine).partition("-")[0].lower() == str(true).partition("-")[0].lower()
    if field == "related":
        wanted = {_key(link["url"]) for link in true or ()}
        return sum(_key(link.url) in wanted for link in mine) >= RIGHT_RELATED * len(mine)
    if field == "read_minutes":
        return bool(mine == true)
    return _letters(mine) == _letters(true)


def shingle_f1(true: str, found: str) -> float:
    """F1 over 4-gram shingles of words, of one page."""
    wanted, offered = _shingles(true), _shingles(found)
    common = (wanted & offered).total()
    return 2 * common / (wanted.total() + offered.total())


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[start : start + 4]) for start in range(max(1, len(words) - 3)))


def _letters(text: str | None) -> str:
    return "".join(_WORD.findall((text or "").casefold()))


def _key(url: str) -> str:
    try:
        return url_key(url)
    except ValueError:
        return url


def counted(found: Iterable[Case]) -> Counts:
    """How many values of each way, and of the more general ways above it, were right, and how many there were."""
    table: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for case in found:
        for depth in range(len(case.way) + 1):
            entry = table[case.field][", ".join(case.way[:depth])]
            entry[0] += case.right
            entry[1] += 1
    return {
        field: {way: (right, number) for way, (right, number) in sorted(entries.items())}
        for field, entries in ((field, table[field]) for field in CALIBRATED)
    }


def held_out(found: list[Case]) -> list[tuple[Case, float]]:
    """Each case with the confidence that the pages of the other folds give it."""
    told = []
    for fold in range(FOLDS):
        table = counted(case for case in found if case.page % FOLDS != fold)
        told += [(case, share(table, case.field, case.way)) for case in found if case.page % FOLDS == fold]
    return told


def brier(told: Iterable[tuple[bool, float]]) -> float:
    """Mean square of the difference between confidence and outcome: 0 is perfect."""
    squares = [(confidence - right) ** 2 for right, confidence in told]
    return sum(squares) / max(1, len(squares))


def as_json(table: Counts) -> str:
    """The table with one way a line, for people to read and for changes to be seen."""
    fields = []
    for field, entries in table.items():
        lines = ",\n".join(f"   {json.dumps(way)}: {json.dumps(list(pair))}" for way, pair in entries.items())
        fields.append(f"  {json.dumps(field)}: {{\n{lines}\n  }}")
    note = "How many values were right, and how many there were, by the way in which they were found. Made by: "
    note += "python -m tests.benchmark.calibrate"
    return f'{{\n "note": {json.dumps(note)},\n "counts": {{\n' + ",\n".join(fields) + "\n }\n}\n"


def report(found: list[Case], pages: tuple[int, int]) -> str:
    """The Markdown of docs/confidence.md."""
    told = held_out(found)
    return "\n".join(
        [
            _OPENING.format(gold=pages[0], bodies=pages[1], folds=FOLDS, body=RIGHT_BODY, related=RIGHT_RELATED),
            "## By field\n",
            *_by_field(told),
            "\n## Predicted against observed\n",
            *_reliability(told),
            "\nThe same by field, bins with fewer than ten values left out:\n",
            *_reliability_by_field(told),
            "\n## What the ways are worth\n",
            f"Ways with {_LISTED_FROM} values or more. All counts: `miacrawl/extract/confidence.json`.\n",
            *_by_way(found),
            "",
        ]
    )


_OPENING = """# How sure a value is

Made by `python -m tests.benchmark.calibrate`; what is written here by hand is overwritten.

`Article.confidence` says of each field found how often values that were found in the same way are right. It was
counted on {gold} gold pages (all fields) and {bodies} pages with body text (title, authors, date and body, where
annotated), which are not part of this repository. Right means: title, blurb and section the same letters and digits;
the same authors; the same day of publication; the same minutes; the same language; a body whose 4-gram F1 is {body} or
more; related links of which {related:.0%} or more are related.

The way to a value is told by whether other sources of the page agree with it (`agree`: at least one does; `disagree`:
there are others, and none does; `none`: there are none) and by the rule that read it. The share of a way is pulled
towards that of the more general way by the weight of four values, and that of the field towards one half by two; no
value is surer than a field of which as many values were counted and all were right. A body is told by its length, by
how much of it is lines that end in no sentence, by its part of the file, and by whether the page's JSON-LD states about
as many words.

The figures below are cross-validated: the pages are dealt into {folds} parts, and each page's confidences come from the
other parts; bodies are those found by trees trained without the page. Both sets were looked at while rules were made,
so other sites will do somewhat worse; and part of what counts as wrong here is a doubt of the annotation (a title that
metadata and page write differently, a byline with a role). What no page tells the truth of (`site_name`,
`canonical_url`, `image`, `modified`, `summary`) has no confidence.
"""


def _by_field(told: list[tuple[Case, float]]) -> Iterator[str]:
    yield "Brier: mean square of confidence minus outcome, smaller is better; beside it, that of the field's share.\n"
    yield "| field | values | right | mean confidence | Brier | Brier of the share |\n|---|---|---|---|---|---|"
    for field in CALIBRATED:
        mine = [(case.right, confidence) for case, confidence in told if case.field == field]
        if mine:
            right = sum(one for one, _ in mine) / len(mine)
            mean = sum(confidence for _, confidence in mine) / len(mine)
            plain = brier((one, right) for one, _ in mine)
            yield f"| {field} | {len(mine)} | {right:.3f} | {mean:.3f} | {brier(mine):.3f} | {plain:.3f} |"
    mine = [(case.right, confidence) for case, confidence in told]
    right = sum(one for one, _ in mine) / len(mine)
    mean = sum(confidence for _, confidence in mine) / len(mine)
    yield f"| all | {len(mine)} | {right:.3f} | {mean:.3f} | {brier(mine):.3f} | |"


def _bins(told: Iterable[tuple[bool, float]]) -> Iterator[tuple[str, list[tuple[bool, float]]]]:
    pairs = list(told)
    for low, high in pairwise(BINS):
        inside = [pair for pair in pairs if low <= pair[1] < high]
        yield f"{low:.2f} to {min(high, 1):.2f}", inside


def _reliability(told: list[tuple[Case, float]]) -> Iterator[str]:
    yield "| confidence | values | predicted | observed |\n|---|---|---|---|"
    for name, inside in _bins((case.right, confidence) for case, confidence in told):
        if inside:
            yield f"| {name} | {len(inside)} | {_mean(inside, 1):.3f} | {_mean(inside, 0):.3f} |"


def _reliability_by_field(told: list[tuple[Case, float]]) -> Iterator[str]:
    yield "| field | confidence | values | predicted | observed |\n|---|---|---|---|---|"
    for field in CALIBRATED:
        for name, inside in _bins((case.right, confidence) for case, confidence in told if case.field == field):
            if len(inside) >= 10:
                yield f"| {field} | {name} | {len(inside)} | {_mean(inside, 1):.3f} | {_mean(inside, 0):.3f} |"


def _mean(pairs: list[tuple[bool, float]], index: int) -> float:
    return sum(pair[index] for pair in pairs) / len(pairs)


def _by_way(found: list[Case]) -> Iterator[str]:
    table = counted(found)
    yield "| field | way | values | right | confidence |\n|---|---|---|---|---|"
    for field, entries in table.items():
        for way, (right, number) in sorted(entries.items(), key=lambda item: -item[1][1]):
            if number >= _LISTED_FROM:
                parts = tuple(way.split(", ")) if way else ()
                yield f"| {field} | {way or 'all'} | {number} | {right} | {share(table, field, parts):.2f} |"


def main() -> None:
    """Count, write the table and the report, and say so."""
    bodies = body_cases(BODIES)
    count = 1 + max(case.page for case in bodies)
    gold = [cases(page, count + number) for number, page in enumerate(gold_pages(GOLD))]
    found = [*bodies, *(case for page in gold for case in page)]
    TABLE.write_text(as_json(counted(found)), "utf-8")
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(report(found, (len(gold), count)), "utf-8")
    told = [(case.right, confidence) for case, confidence in held_out(found)]
    print(f"{len(found)} values of {len(gold) + count} pages; Brier score, cross-validated: {brier(told):.4f}")


if __name__ == "__main__":
    main()
