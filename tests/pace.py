"""How far apart requests stand, by the clock of the site that they come to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations


def too_close(times: Sequence[float], seconds: float) -> float:
    """Seconds that the worst stretch of requests, of any length, is shorter than `seconds` for each of its gaps.

    One that arrives late stands closer to the next, and no closer to those after it; one that was sent too soon is too
    soon for all before it. So less than half a gap says nothing against a sender: the machine may have been busy.
    """
    ahead = [seconds * number - time for number, time in enumerate(times)]
    return max((later - earlier for earlier, later in combinations(ahead, 2)), default=0.0)
