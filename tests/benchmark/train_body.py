"""Trains the trees by which lines are judged to be text of the article, and measures them on pages left out.

MIACRAWL_BODIES=folder python -m tests.benchmark.train_body [--write]

Needs scikit-learn. The folder is the one that tests/benchmark/folders.py describes.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miacrawl.extract import judge
from miacrawl.extract.outline import outline_of
from miacrawl.extract.region import find_region
from miacrawl.extract.traits import TRAITS, Judged
from miacrawl.page import Page
from tests.benchmark.folders import bodies_if_there, bodies_place

FOLDS = 5
TREES = 80
SETTINGS = {
    "max_iter": TREES, "learning_rate": 0.12, "max_leaf_nodes": 8, "l2_regularization": 1.0,
    "min_samples_leaf": 200, "early_stopping": False, "max_bins": 64, "random_state": 0,
}  # fmt: skip
LIMIT = -0.1
"""Score (log odds) from which a line is text; a little below even odds serves F1 best."""
_TOKEN = re.compile(r"\w+")
_GRAM = 4


@dataclass(frozen=True)
class Sample:
    """The judged lines of one page: number, traits, whether each is text of the truth, its weight."""

    name: str
    numbers: list[int]
    traits: list[tuple[float, ...]]
    is_text: list[bool]
    weight: list[float]


def read(folder: Path) -> Sample | None:
    """The sample that a page's folder gives; None where the truth has no body."""
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    if not truth.get("body"):
        return None
    page = Page((folder / "page.html").read_bytes(), truth.get("url") or "")
    outline = outline_of(page)
    first, last = find_region(outline)
    shares = shared([line.text for line in outline.lines], truth["body"])
    judged = [(number, traits) for number, traits in Judged(outline.lines, first, last).traits() if shares[number] >= 0]
    tokens = max(100, len(_TOKEN.findall(truth["body"])))
    weights = [(len(_TOKEN.findall(outline.lines[number].text)) + 3) / tokens for number, _ in judged]
    return Sample(
        folder.name, [n for n, _ in judged], [t for _, t in judged], [shares[n] > 0.5 for n, _ in judged], weights
    )


def shared(lines: list[str], truth: str) -> list[float]:
    """For each line the share of its word 4-grams that the truth has; -1 for lines without words.

    A line of fewer words counts as 1.0 where it stands in the truth next to its neighbour's words.
    """
    words = _TOKEN.findall(truth)
    grams = {tuple(words[at : at + _GRAM]) for at in range(len(words) - _GRAM + 1)}
    whole = f" {' '.join(words)} "
    tokens = [_TOKEN.findall(line) for line in lines]
    found = [_long_share(own, grams) if len(own) >= _GRAM else -1.0 for own in tokens]
    for at, own in enumerate(tokens):
        if own and len(own) < _GRAM:
            before = at > 0 and found[at - 1] > 0.5 and f" {' '.join([*tokens[at - 1][-3:], *own])} " in whole
            after = at + 1 < len(lines) and found[at + 1] > 0.5
            found[at] = float(before or (after and f" {' '.join([*own, *tokens[at + 1][:3]])} " in whole))
    return found


def _long_share(own: list[str], grams: set[tuple[str, ...]]) -> float:
    mine = [tuple(own[at : at + _GRAM]) for at in range(len(own) - _GRAM + 1)]
    return sum(gram in grams for gram in mine) / len(mine)


def fit(samples: Sequence[Sample]) -> dict[str, Any]:
    """Trees trained on `samples`, as their file tells them."""
    import numpy
    from sklearn.ensemble import HistGradientBoostingClassifier

    x = numpy.array([traits for sample in samples for traits in sample.traits], float)
    y = numpy.array([text for sample in samples for text in sample.is_text])
    weight = numpy.array([one for sample in samples for one in sample.weight])
    model = HistGradientBoostingClassifier(**SETTINGS)
    model.fit(x, y, sample_weight=weight / weight.mean())
    trees = [_told(predictor.nodes, 0) for (predictor,) in model._predictors]
    return {"base": round(float(model._baseline_prediction[0, 0]), 4), "limit": LIMIT, "trees": trees}


def _told(nodes: Any, at: int) -> Any:
    node = nodes[at]
    if node["is_leaf"]:
        return round(float(node["value"]), 4)
    trait, limit = TRAITS[node["feature_idx"]], float(f"{node['num_threshold']:.6g}")
    return [trait, limit, _told(nodes, node["left"]), _told(nodes, node["right"])]


def predict(folder: Path) -> str:
    """The body that whole extraction finds on a page."""
    from miacrawl import extract

    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    return extract((folder / "page.html").read_bytes(), truth.get("url") or "").body


def scores(truth: str, found: str) -> tuple[float, float]:
    """Precision and recall of word 4-grams, as the article-extraction-benchmark counts them."""
    one, other = (Counter(_grams(text)) for text in (truth, found))
    common = (one & other).total()
    return (common / other.total() if other else -1.0), (common / one.total() if one else -1.0)


def _grams(text: str) -> list[tuple[str, ...]]:
    words = _TOKEN.findall(text)
    return [tuple(words[at : at + _GRAM]) for at in range(max(1, len(words) - _GRAM + 1)) if words[at : at + _GRAM]]


def left_out(samples: list[Sample], folder: Path) -> list[tuple[str, float, float]]:
    """Precision and recall of every page by trees that have not seen it."""
    order = list(samples)
    random.Random(0).shuffle(order)
    found = []
    for fold in range(FOLDS):
        trees = fit([sample for number, sample in enumerate(order) if number % FOLDS != fold])
        ready = judge.made_ready(trees)
        judge.trained = lambda ready=ready: ready  # type: ignore[assignment]
        for sample in order[fold::FOLDS]:
            truth = json.loads((folder / sample.name / "truth.json").read_text("utf-8"))["body"]
            found.append((sample.name, *scores(truth, predict(folder / sample.name))))
        print(f"fold {fold + 1} of {FOLDS} done", flush=True)
    return found


def summed(pages: list[tuple[str, float, float]]) -> str:
    """F1, precision and recall as the benchmark averages them."""
    precisions = [precision for _, precision, _ in pages if precision >= 0]
    recalls = [recall for _, _, recall in pages if recall >= 0]
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return f"F1 {2 * precision * recall / (precision + recall):.4f}  P {precision:.4f}  R {recall:.4f}"


def main() -> None:
    """Measure on pages left out, and with --write train on all and write the trees."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="train on all pages and write body_trees.json")
    arguments = parser.parse_args()
    bodies = bodies_if_there()
    if bodies is None:
        parser.error(f"no pages at {bodies_place()}: name their folder in MIACRAWL_BODIES")
    folder = bodies.pages
    with ProcessPoolExecutor() as pool:
        samples = [sample for sample in pool.map(read, sorted(folder.iterdir()), chunksize=8) if sample]
    print(f"{len(samples)} pages, {sum(len(sample.numbers) for sample in samples)} lines")
    if arguments.write:
        file = Path(judge.__file__).with_name("body_trees.json")
        trees = fit(samples)
        told = ",\n".join(f"  {json.dumps(tree)}" for tree in trees["trees"])
        file.write_text(f'{{"base": {trees["base"]}, "limit": {trees["limit"]}, "trees": [\n{told}\n]}}\n', "utf-8")
        print(f"{file.name} written")
    print("pages left out:", summed(left_out(samples, folder)))


if __name__ == "__main__":
    main()
