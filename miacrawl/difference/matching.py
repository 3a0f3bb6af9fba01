"""Which items two sequences have in common, in order: in bounded time, whatever the sequences hold.

Items that are unique in both are matched first (the longest chain of them that keeps its order), and what lies between
them by Myers' algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986), whose time grows with the
differences. `difflib` takes minutes for long texts of few different words, or leaves the frequent ones unmatched.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence

Pair = tuple[int, int]
_Span = tuple[int, int, int, int]


class Budget:
    """How many steps may still be taken; `exhausted` once more were asked for. A step takes about 0.3 µs."""

    def __init__(self, steps: int) -> None:
        self.steps, self.exhausted = steps, False

    def spend(self, steps: int) -> bool:
        """Take `steps`; False, and `exhausted`, where there are not so many left."""
        if steps > self.steps:
            self.exhausted = True
            return False
        self.steps -= steps
        return True


def matches(before: Sequence[Hashable], after: Sequence[Hashable], budget: Budget) -> list[Pair]:
    """Pairs of places that hold equal items, both rising. Where `budget` ends, what is left has none."""
    names: dict[Hashable, int] = {}
    a = [names.setdefault(item, len(names)) for item in before]
    b = [names.setdefault(item, len(names)) for item in after]
    found: list[Pair] = []
    waiting: list[_Span] = [(0, len(a), 0, len(b))]
    while waiting:
        span = _trimmed(a, b, waiting.pop(), found)
        i1, i2, j1, j2 = span
        if i1 == i2 or j1 == j2 or not budget.spend(i2 - i1 + j2 - j1):
            continue
        anchors = _anchors(a, b, span)
        if not anchors:
            found += _least_edits(a[i1:i2], b[j1:j2], i1, j1, budget)
            continue
        found += anchors
        starts = [(i1, j1), *((i + 1, j + 1) for i, j in anchors)]
        waiting += [(i, m, j, n) for (i, j), (m, n) in zip(starts, [*anchors, (i2, j2)], strict=True)]
    return sorted(found)


def _trimmed(a: list[int], b: list[int], span: _Span, found: list[Pair]) -> _Span:
    """The span without what both begin and end with, which is added to `found`."""
    i1, i2, j1, j2 = span
    while i1 < i2 and j1 < j2 and a[i1] == b[j1]:
        found.append((i1, j1))
        i1, j1 = i1 + 1, j1 + 1
    while i1 < i2 and j1 < j2 and a[i2 - 1] == b[j2 - 1]:
        i2, j2 = i2 - 1, j2 - 1
        found.append((i2, j2))
    return i1, i2, j1, j2


def _anchors(a: list[int], b: list[int], span: _Span) -> list[Pair]:
    """The longest rising chain of items that stand once in each side of the span."""
    i1, i2, j1, j2 = span
    here, there = Counter(a[i1:i2]), Counter(b[j1:j2])
    places = {item: j for j, item in enumerate(b[j1:j2], j1) if there[item] == 1 and here.get(item) == 1}
    pairs = [(i, places[item]) for i, item in enumerate(a[i1:i2], i1) if item in places]
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        place = bisect_left(ends, j)
        before.append(last[place - 1] if place else -1)
        ends[place : place + 1] = [j]
        last[place : place + 1] = [number]
    chain: list[Pair] = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _least_edits(a: list[int], b: list[int], i0: int, j0: int, budget: Budget) -> list[Pair]:
    """The pairs of a shortest way from `a` to `b` (places counted from i0 and j0); none where `budget` ends first."""
    n, m = len(a), len(b)
    reached = [0] * (2 * (n + m) + 3)
    middle = n + m + 1
    trace: list[list[int]] = []
    for d in range(n + m + 1):
        trace.append(reached[middle - d : middle + d + 1])
        steps = d + 1
        for k in range(-d, d + 1, 2):
            down = k == -d or (k != d and reached[middle + k - 1] < reached[middle + k + 1])
            x = start = reached[middle + k + 1] if down else reached[middle + k - 1] + 1
            y = x - k
            while x < n and y < m and a[x] == b[y]:
                x, y = x + 1, y + 1
            steps += x - start
            reached[middle + k] = x
            if x >= n and y >= m:
                return [(i0 + i, j0 + j) for i, j in _walked_back(trace, n, m)]
        if not budget.spend(steps):
            return []
    return []


def _walked_back(trace: list[list[int]], n: int, m: int) -> list[Pair]:
    """The pairs on the way to the end of both, from how far each diagonal had come before each edit."""
    pairs: list[Pair] = []
    x, y = n, m
    for d in range(len(trace) - 1, 0, -1):
        row, k = trace[d], x - y
        down = k == -d or (k != d and row[d + k - 1] < row[d + k + 1])
        k += 1 if down else -1
        from_x = row[d + k]
        from_y = from_x - k
        while x > from_x and y > from_y:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = from_x, from_y
    while x > 0 and y > 0:
        x, y = x - 1, y - 1
        pairs.append((x, y))
    return pairs
