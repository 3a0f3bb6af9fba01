"""How complete fields are: shares of the pages that runs saw, by site, cohort and measure, with small charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from miacrawl.drift.traits import FIELDS
from miacrawl.serve.quantity import percent

COHORTS: Mapping[str, str] = {
    "new": "Articles that came since the site was first crawled to its end, and are new there, too: what the site"
    " publishes now.",
    "old": "Articles that were found since, but published more than sixty days before: newly found parts of its past.",
    "again": "Articles read again. Of each field only those are counted that had it before: 100 % is as it should be.",
    "first": "Articles read before the site had once been crawled to its end: its whole past at once.",
}
"""What each cohort holds. Only like is compared with like: alarms compare a run's cohort with the same one before."""
MEASURES: Mapping[str, str] = {
    "page": "an article",
    **{name: words.removeprefix("an ").removeprefix("a ") for name, words in FIELDS.items()},
}
"""What is counted, in words: the share of addresses with an article behind them, and of articles with each field."""
_WIDTH, _HEIGHT = 120, 28


@dataclass(frozen=True, slots=True)
class Point:
    """What one run saw: `positive` of `observed` pages; `partial`: it left work undone."""

    run_id: int
    observed: int
    positive: int
    partial: bool

    @property
    def share(self) -> float | None:
        """In percent."""
        return percent(self.positive, self.observed)


@dataclass(frozen=True, slots=True)
class Sighted:
    """The series of one measure, the oldest run first."""

    measure: str
    points: tuple[Point, ...]

    @property
    def name(self) -> str:
        """In words."""
        return MEASURES.get(self.measure, self.measure)

    @property
    def last(self) -> Point | None:
        """The latest run's."""
        return self.points[-1] if self.points else None

    @property
    def grade(self) -> str:
        """How full the last share is, for its colour: g0 (nothing) to g4 (nearly all); "" where nothing was seen."""
        share = self.last.share if self.last else None
        return "" if share is None else f"g{min(4, int(share // 20))}"

    @property
    def fallen(self) -> bool:
        """Whether the last share is lower by a fifth of all, or more, than all those before it together."""
        if len(self.points) < 2 or self.last is None or self.last.share is None:
            return False
        before = percent(sum(p.positive for p in self.points[:-1]), sum(p.observed for p in self.points[:-1]))
        return before is not None and before - self.last.share >= 20

    @property
    def words(self) -> str:
        """The last share and where it stood before, for those who see no chart."""
        if self.last is None or self.last.share is None:
            return "nothing was seen"
        told = f"{self.last.share:.0f} % ({self.last.positive:,} of {self.last.observed:,}) in run {self.last.run_id}"
        shares = [p.share for p in self.points[:-1] if p.share is not None]
        return f"{told}; from {min(shares):.0f} to {max(shares):.0f} % in {len(shares)} runs before" if shares else told

    @property
    def svg(self) -> Markup:
        """A small chart: a bar for each run, as high as the share; partial runs are pale."""
        return small_bars([p.share for p in self.points], 100, self.words, [p.partial for p in self.points])


def small_bars(values: Sequence[float | None], top: float, words: str, pale: Sequence[bool]) -> Markup:
    """Bars without an axis, at most as high as `top`; where there is no value there is a gap."""
    step = _WIDTH / max(len(values), 1)
    wide = min(step * 0.8, 12)
    full: list[str] = []
    partial: list[str] = []
    for place, value in enumerate(values):
        if value is not None:
            height = max(1.5, min(value / (top or 1), 1) * _HEIGHT)
            bar = f"M{place * step:.1f} {_HEIGHT}v-{height:.1f}h{wide:.1f}v{height:.1f}z"
            (partial if pale[place] else full).append(bar)
    return Markup(
        '<svg class="small" viewBox="0 0 {0} {1}" preserveAspectRatio="none" role="img" aria-label="{2}">'
        "<title>{2}</title>"
        '<path class="s0" d="{3}"/><path class="s0 pale" d="{4}"/><path class="base" d="M0 {5}h{0}"/></svg>'
    ).format(_WIDTH, _HEIGHT + 1, words, "".join(full), "".join(partial), _HEIGHT + 0.5)


def series(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], dict[str, Sighted]]:
    """By site and cohort the series of each measure; the rows are in any order."""
    points: dict[tuple[str, str, str], list[Point]] = {}
    for row in rows:
        key = (str(row["site"]), str(row["cohort"]), str(row["measure"]))
        if row["positive"] is not None:
            point = Point(row.get("run_id", 0), row["observed"], row["positive"], bool(row["partial"]))
            points.setdefault(key, []).append(point)
    found: dict[tuple[str, str], dict[str, Sighted]] = {}
    for (site, cohort, measure), seen in points.items():
        ordered = tuple(sorted(seen, key=lambda one: one.run_id))
        found.setdefault((site, cohort), {})[measure] = Sighted(measure, ordered)
    return found


def by_cohort(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """For each cohort that was seen: its name, what it is, and its sites with a share for each measure (or None)."""
    found = series(rows)
    return [
        {
            "cohort": cohort,
            "words": words,
            "sites": [
                {"site": site, "shares": [kept.get(name) for name in MEASURES]}
                for (site, of), kept in sorted(found.items())
                if of == cohort
            ],
        }
        for cohort, words in COHORTS.items()
        if any(of == cohort for _, of in found)
    ]
