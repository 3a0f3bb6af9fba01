"""How long a site is held without a word from its worker, and what that means for the worker.

A worker renews its lease at every beat. The lease runs by the clock of the database; what the worker makes of it runs
by a clock of the worker's that nobody sets, from before it asked. Without an answer the crawl is told to stop, then
killed, and only then does the lease run out. So whoever takes the site next finds nobody at it, whatever the clocks of
the machines say.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from miacrawl.errors import ConfigError

LEAST_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Lease:
    """Seconds since the last renewal: `beat` to the next one, `stop` and `kill` of the crawl, `ends` for the others."""

    ends: float

    @property
    def beat(self) -> float:
        """When the lease is renewed."""
        return self.ends * 0.15

    @property
    def stop(self) -> float:
        """When a crawl that heard nothing is told to stop."""
        return self.ends * 0.45

    @property
    def kill(self) -> float:
        """When a crawl that heard nothing is killed."""
        return self.ends * 0.75

    @property
    def patience(self) -> int:
        """Whole seconds that an answer of the database may take before the connection is given up."""
        return max(1, round(self.ends * 0.25))


def lease_of(seconds: float) -> Lease:
    """Raises ConfigError where the lease is too short to be renewed in time."""
    if seconds < LEAST_SECONDS:
        raise ConfigError(f"MIACRAWL_CLUSTER_LEASE_SECONDS is {seconds:g}; give {LEAST_SECONDS:g} or more")
    return Lease(seconds)


def steady() -> float:
    """Seconds of a clock that nobody sets, the same for all processes of a machine, and goes on while it is asleep."""
    return time.clock_gettime(_CLOCK)


_CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
