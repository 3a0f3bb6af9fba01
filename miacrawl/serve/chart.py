"""Bar charts as SVG, made here: they need no script and nothing from anywhere, and say in words what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT, FOOT = 720, 160, 20
MAX_SERIES = 7
"""Colours there are for (classes s0 to s6 of reading.css)."""


@dataclass(frozen=True, slots=True)
class Series:
    """A name and a value for each label, from 0 up."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Stacked bars: for each label one bar, in it a part for each of at most seven series."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    top: float | None = None
    """Value at the upper edge; None for the highest bar."""

    @property
    def svg(self) -> Markup:
        """The chart; each bar says on hovering what it stands for."""
        totals = [sum(one.values[place] for one in self.series) for place in range(len(self.labels))]
        top = self.top or max(totals, default=0) or 1
        step = WIDTH / max(len(self.labels), 1)
        bars = Markup("").join(self._bar(place, totals[place], top, step) for place in range(len(self.labels)))
        ticks = Markup("").join(_tick(place, label, step) for place, label in _ticks(self.labels))
        return Markup(
            '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">'
            '<line class="axis" x1="0" x2="{}" y1="{}" y2="{}"/>{}{}</svg>'
        ).format(WIDTH, HEIGHT + FOOT, self.title, WIDTH, HEIGHT, HEIGHT, bars, ticks)

    def _bar(self, place: int, total: float, top: float, step: float) -> Markup:
        said = ", ".join(f"{one.name}: {one.values[place]:,g}" for one in self.series if one.values[place])
        label = f"{self.labels[place]}: {total:,g} {self.unit}".strip()
        parts, floor = Markup(""), float(HEIGHT)
        for number, one in enumerate(self.series[:MAX_SERIES]):
            height = min(one.values[place] / top, 1) * HEIGHT
            if height:
                floor -= height
                parts += Markup('<rect class="s{}" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}"/>').format(
                    number, place * step + step * 0.1, floor, step * 0.8, height
                )
        words = f"{label} ({said})" if len(self.series) > 1 and said else label
        return Markup("<g><title>{}</title>{}</g>").format(words, parts)


def _ticks(labels: Sequence[str]) -> list[tuple[int, str]]:
    """At most six labels, evenly spread."""
    every = max(1, -(-len(labels) // 6))
    return [(place, label) for place, label in enumerate(labels) if place % every == 0]


def _tick(place: int, label: str, step: float) -> Markup:
    return Markup('<text x="{:.2f}" y="{}">{}</text>').format(place * step, HEIGHT + FOOT - 5, escape(label))
