"""The tables and how they refer to each other, as a picture: SVG made here, with a link to each table's description."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

_WIDTH, _HEIGHT, _ROW, _TOP = 190, 30, 46, 34
_GAP = 150
_LEFT = 60


def picture(columns: Mapping[str, Sequence[str]], references: Sequence[tuple[str, str]]) -> Markup:
    """`columns`: tables by the heading of the column they stand in; `references`: pairs of table and table."""
    places = {
        table: (_LEFT + number * (_WIDTH + _GAP), _TOP + place * _ROW)
        for number, tables in enumerate(columns.values())
        for place, table in enumerate(tables)
    }
    width = 2 * _LEFT + len(columns) * (_WIDTH + _GAP) - _GAP
    height = _TOP + max((len(tables) for tables in columns.values()), default=0) * _ROW
    lines = [_line(places[one], places[other]) for one, other in references if {one, other} <= places.keys()]
    headings = [_heading(text, _LEFT + number * (_WIDTH + _GAP)) for number, text in enumerate(columns)]
    boxes = [_box(table, *place) for table, place in places.items()]
    return Markup(
        '<svg class="schema" viewBox="0 0 {} {}" width="{}" height="{}" role="group" aria-labelledby="schema-title">'
        '<title id="schema-title">Tables and their references; the descriptions below say the same in words</title>'
        "{}{}{}</svg>"
    ).format(width, height, width, height, Markup("").join(lines), Markup("").join(headings), Markup("").join(boxes))


def _heading(text: str, x: int) -> Markup:
    return Markup('<text class="heading" x="{}" y="16">{}</text>').format(x, text)


def _box(table: str, x: int, y: int) -> Markup:
    return Markup(
        '<a href="#{}"><rect x="{}" y="{}" width="{}" height="{}" rx="6"/><text x="{}" y="{}">{}</text></a>'
    ).format(table, x, y, _WIDTH, _HEIGHT, x + 12, y + 20, table)


def _line(one: tuple[int, int], other: tuple[int, int]) -> Markup:
    """A curve that ends in a dot at the table referred to; around the side within a column."""
    (x1, y1), (x2, y2) = one, other
    middle1, middle2 = y1 + _HEIGHT // 2, y2 + _HEIGHT // 2
    if x1 == x2:
        bend = 18 + abs(y2 - y1) // 9
        path = f"M{x1} {middle1} C{x1 - bend} {middle1} {x2 - bend} {middle2} {x2} {middle2}"
        end = x2
    else:
        start, end = (x1 + _WIDTH, x2) if x1 < x2 else (x1, x2 + _WIDTH)
        half = (start + end) // 2
        path = f"M{start} {middle1} C{half} {middle1} {half} {middle2} {end} {middle2}"
    return Markup('<path class="line" d="{}"/><circle class="end" cx="{}" cy="{}" r="3.5"/>').format(path, end, middle2)
