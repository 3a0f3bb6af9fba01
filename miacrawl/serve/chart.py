"""Bar charts as SVG, made here: they need no script and nothing from anywhere, and say in words what they show.

Bars lie in a drawing of their own that is stretched to the width there is; words stand beside it, placed by shares of
the width, and so keep their size on a telephone. Of the labels below two choices are made, for narrow and for wide
screens: reading.css shows one of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

HEIGHT = 160
"""Pixels of the highest bar."""
_HEAD, _FOOT = 10, 24
"""Pixels above the bars, for the uppermost number, and below them, for the labels."""
MAX_SERIES = 7
"""Colours there are for (classes s0 to s6 of reading.css)."""
_NARROW, _WIDE = 0.032, 0.011
"""The share of the width that a letter of a label takes, on narrow and on wide screens."""
_TIDY = (1, 2, 4, 5, 6, 8, 10)


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
    """What each bar stands for, as its tooltip and the table say it."""
    series: tuple[Series, ...]
    unit: str = ""
    top: float | None = None
    """Value at the upper edge; None for a round one above the highest bar."""
    ticks: tuple[str, ...] | None = None
    """What may be written below each bar, "" for nothing; None for the labels. As many are shown as have room."""

    @property
    def svg(self) -> Markup:
        """The chart; each bar says on hovering what it stands for."""
        totals = [sum(one.values[place] for one in self.series) for place in range(len(self.labels))]
        top = self.top or _round_above(max(totals, default=0))
        halved = self.top is not None or (top / 2).is_integer()
        width = max(len(self.labels), 1)
        drawn = "".join(f'<path class="s{number}" d="{path}"/>' for number, path in enumerate(self._paths(top)) if path)
        hits = "".join(
            f'<rect class="hit" x="{place}" width="1" height="{HEIGHT}"><title>{escape(self._told(place, total))}'
            "</title></rect>"
            for place, total in enumerate(totals)
        )
        return Markup(  # noqa: S704 - what is not a number is escaped
            f'<svg class="chart" role="img" aria-label="{escape(self.title)}" height="{_HEAD + HEIGHT + _FOOT}">'
            f'{_scale(top, halved)}<svg y="{_HEAD}" width="100%" height="{HEIGHT}" viewBox="0 0 {width} {HEIGHT}"'
            f' preserveAspectRatio="none">{drawn}{hits}</svg>{self._below(width)}</svg>'
        )

    @property
    def rows(self) -> Markup:
        """The same as rows of a table: a label, and a number of each series."""
        lines = []
        for place, label in enumerate(self.labels):
            cells = "".join(f'<td class="number">{one.values[place]:,.10g}</td>' for one in self.series)
            lines.append(f'<tr><th scope="row">{escape(label)}</th>{cells}</tr>')
        return Markup("\n".join(lines))  # noqa: S704 - what is not a number is escaped

    def _paths(self, top: float) -> list[str]:
        """The parts of each series, as one outline: a bar takes eight tenths of its place."""
        floors = [float(HEIGHT)] * len(self.labels)
        paths = []
        for one in self.series[:MAX_SERIES]:
            steps = []
            for place, value in enumerate(one.values):
                if value <= 0 or floors[place] <= 0:
                    continue
                height = min(max(value / top * HEIGHT, 1), floors[place])
                steps.append(f"M{place + 0.1:g} {floors[place]:.1f}v-{height:.1f}h.8v{height:.1f}z")
                floors[place] -= height
            paths.append("".join(steps))
        return paths

    def _told(self, place: int, total: float) -> str:
        label = f"{self.labels[place]}: {total:,.10g} {self.unit}".strip()
        said = ", ".join(f"{one.name}: {one.values[place]:,.10g}" for one in self.series if one.values[place])
        return f"{label} ({said})" if len(self.series) > 1 and said else label

    def _below(self, width: int) -> str:
        ticks = self.ticks or self.labels
        narrow, wide = _with_room(ticks, _NARROW), _with_room(ticks, _WIDE)
        return "".join(
            f'<text class="{_seen_on(place in narrow, place in wide)}" x="{100 * (place + 0.1) / width:.2f}%"'
            f' y="{_HEAD + HEIGHT + _FOOT - 7}">{escape(ticks[place])}</text>'
            for place in sorted(narrow | wide)
        )


@dataclass(frozen=True, slots=True)
class Spark:
    """A chart for a line of text: bars without numbers. `title` says in words what they show."""

    title: str
    values: tuple[float, ...]

    @property
    def svg(self) -> Markup:
        """The chart, a letter high and stretched to its place."""
        top = max(self.values, default=0) or 1
        path = "".join(
            f"M{place}.1 20v-{max(value / top * 20, 1):.1f}h.8v20z" for place, value in enumerate(self.values) if value
        )
        return Markup(  # noqa: S704 - what is not a number is escaped
            f'<svg class="spark" role="img" aria-label="{escape(self.title)}" viewBox="0 0 {max(len(self.values), 1)}'
            f' 20" preserveAspectRatio="none"><title>{escape(self.title)}</title><path class="s0" d="{path}"/></svg>'
        )


def _round_above(value: float) -> float:
    """The least round number that is not below `value`; 1 for nothing."""
    if value <= 0:
        return 1
    size = 10.0 ** math.floor(math.log10(value))
    return next(tidy * size for tidy in (*_TIDY, 20) if tidy * size >= value)


def _scale(top: float, halved: bool) -> str:
    """Lines at nought and top, and halfway where asked for, each with its number before it."""
    lines = []
    for value in (top, top / 2, 0.0) if halved else (top, 0.0):
        y = _HEAD + HEIGHT - value / top * HEIGHT
        lines.append(
            f'<line class="axis" x2="100%" y1="{y:g}" y2="{y:g}"/>'
            f'<text class="scale" x="-8" y="{y + 4:g}">{value:,.10g}</text>'
        )
    return "".join(lines)


def _with_room(ticks: Sequence[str], letter: float) -> set[int]:
    """The places of labels that stand beside each other without touching, where a letter takes that share."""
    places: set[int] = set()
    free_from = 0.0
    for place, text in enumerate(ticks):
        start, length = place / len(ticks), len(text) * letter
        if text and start >= free_from and start + length <= 1:
            places.add(place)
            free_from = start + length + letter
    return places


def _seen_on(narrow: bool, wide: bool) -> str:
    """The classes of a label: both screens show one that both have room for."""
    return "tick" if narrow and wide else f"tick {'narrow' if narrow else 'wide'}"
