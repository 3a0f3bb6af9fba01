"""The capacity plan of docs/scale.md: `python -m tests.speed.capacity`.

From costs that were measured (`Measured`, each with the command that gives it) and a plan (sites, articles), the load
of a cluster in its steady state, and a simulation of its queue: sites of very different sizes come due, visits take as
long as their requests at the site's delay or their CPU, slots take them in turn. The simulation finds how many visits
at a time keep 95 of 100 within a quarter of their interval.
"""

from __future__ import annotations

import argparse
import heapq
import random
from dataclasses import dataclass

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Costs of one machine's code, each with the command that measures it and what was seen."""

    page_cpu: float = 0.045
    """Seconds, a page fetched, extracted, stored: tests.speed.run 44 to 48 ms; tests.stress.cluster --only cpu 52."""
    unchanged_cpu: float = 0.010
    """Seconds, a page that answers 304 or whose body is known: fetch and ledger alone, of the same runs."""
    visit_cpu: float = 3.0
    """Seconds, a visit with nothing new: Python, the register, the copy of a small database. Reckoned generously."""
    database_bytes: float = 12_760
    """An article with all its rows: tests.stress.large, 12.76 GB for 1,000,000."""
    packed: float = 0.30
    """Of a database when packed: isal, level 1, on the 10,000 articles of tests.stress.large."""
    pack_cpu: float = 3.5e-9
    """Seconds a byte: the same."""
    warc_bytes: float = 29_000
    """A page as it came over the wire (112 KB, packed by the server), with its records: tests.speed.run."""
    merge_cpu: float = 0.0006
    """Seconds an article: tests.stress.merging, 12.0 s for 20,000."""
    sources: int = 11
    """Requests of an update that finds nothing new: tests.stress.marks --only faults."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be kept. `every`: seconds between visits of a site; `fresh`: new articles a site and day, the mean."""

    sites: int
    articles: int
    every: float = 6 * 3600
    fresh: float = 12.0
    delay: float = 1.0
    """Seconds between two requests to a site."""
    recheck: float = 180 * DAY
    """Seconds between two looks at an old article (MIACRAWL_REVISIT_MAX_DAYS)."""
    cheap: float = 0.5
    """Share of looks that are answered by 304 or by a known body: an assumption."""


@dataclass(frozen=True, slots=True)
class Load:
    """Of a whole cluster, a day: requests, pages read in full, visits; bytes that visits publish and fetch anew."""

    requests: float
    pages: float
    visits: float
    cpu: float
    published: float
    merged_cpu: float


def shares(sites: int) -> list[float]:
    """The part of all articles that each site has: by a flattened Zipf's law, largest first."""
    weights = [1 / (rank + 20) ** 0.8 for rank in range(sites)]
    total = sum(weights)
    return [weight / total for weight in weights]


def visit_of(plan: Plan, share: float, cost: Measured) -> tuple[float, float, float, float]:
    """One visit of a site: requests, pages read in full, seconds of CPU, bytes of its packed database."""
    size = plan.articles * share
    fresh = plan.fresh * plan.sites * share * plan.every / DAY
    looks = (
        size * plan.every / plan.recheck + 3 * fresh
    )  # a new article is looked at about three times in its first days
    pages = fresh + looks * (1 - plan.cheap)
    packed = size * cost.database_bytes * cost.packed
    cpu = cost.visit_cpu + pages * cost.page_cpu + looks * plan.cheap * cost.unchanged_cpu
    cpu += size * cost.database_bytes * cost.pack_cpu
    return cost.sources + fresh + looks, pages, cpu, packed


def load_of(plan: Plan, cost: Measured) -> Load:
    """The sum over all sites."""
    a_day = DAY / plan.every
    visits = [visit_of(plan, share, cost) for share in shares(plan.sites)]
    requests, pages, cpu, packed = (sum(one[part] for one in visits) * a_day for part in range(4))
    changed = pages  # each page that is read in full may be a changed row
    return Load(requests, pages, plan.sites * a_day, cpu, packed, changed * cost.merge_cpu)


def late_share(plan: Plan, cost: Measured, slots: int, days: float = 2.0, most: int = 4_000) -> float:
    """Simulated: the share of visits that begin more than a quarter of their interval late, with so many slots.

    Large plans are simulated with fewer sites and as many fewer slots.
    """
    chance = random.Random(3)
    parts = shares(plan.sites)
    chosen = parts if plan.sites <= most else [parts[round(n * (plan.sites - 1) / (most - 1))] for n in range(most)]
    slots = max(1, round(slots * len(chosen) / plan.sites))
    lengths = []
    for share in chosen:
        requests, _, cpu, _ = visit_of(plan, share, cost)
        lengths.append(max(requests * plan.delay, cpu))
    due = [(chance.random() * plan.every, number) for number in range(len(chosen))]
    heapq.heapify(due)
    free = [0.0] * slots
    late = seen = 0
    while due and due[0][0] < days * DAY:
        at, number = heapq.heappop(due)
        begins = max(at, heapq.heappop(free))
        heapq.heappush(free, begins + lengths[number] * chance.uniform(0.8, 1.3))
        seen += 1
        late += begins - at > plan.every / 4
        heapq.heappush(due, (begins + plan.every, number))
    return late / max(1, seen)


def slots_for(plan: Plan, cost: Measured) -> int:
    """Visits at a time that keep 95 of 100 in time: found by simulation."""
    low, high = 1, 2
    while late_share(plan, cost, high) > 0.05:
        low, high = high, high * 2
    while high - low > max(1, low // 20):
        middle = (low + high) // 2
        low, high = (low, middle) if late_share(plan, cost, middle) <= 0.05 else (middle, high)
    return high


PLANS = (
    Plan(1_000, 1_000_000),
    Plan(3_000, 10_000_000),
    Plan(10_000, 100_000_000),
    Plan(100_000, 100_000_000),
    Plan(100_000, 1_000_000_000),
    Plan(100_000, 1_000_000_000, every=DAY),
)


def row(plan: Plan, cost: Measured) -> str:
    """A plan as a row of the table."""
    load = load_of(plan, cost)
    largest = shares(plan.sites)[0] * plan.articles
    return (
        f"| {plan.sites:,} | {plan.articles:,} | {plan.every / 3600:.0f} | {load.requests / DAY:,.1f} |"
        f" {load.cpu / DAY / 0.7:,.1f} | {slots_for(plan, cost):,} | {plan.articles * cost.warc_bytes / 1e12:,.2f} |"
        f" {plan.articles * cost.database_bytes / 1e9:,.0f} | {largest * cost.database_bytes / 1e9:,.1f} |"
        f" {load.published / DAY * 8 / 1e6:,.0f} | {load.merged_cpu / 60:,.1f} |"
        f" {plan.articles * cost.merge_cpu / 3600:,.1f} | {load.visits / DAY:,.2f} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page-cpu", type=float, default=Measured().page_cpu, help="seconds of CPU a page")
    parser.add_argument("--sites", type=int, help="a plan of your own")
    parser.add_argument("--articles", type=int)
    parser.add_argument("--every-hours", type=float, default=6)
    given = parser.parse_args()
    cost = Measured(page_cpu=given.page_cpu)
    plans = PLANS
    if given.sites and given.articles:
        plans = (Plan(given.sites, given.articles, given.every_hours * 3600),)
    print(
        "| sites | articles | every, h | requests/s | cores | visits at a time | WARC, TB | databases, GB |"
        " largest shard, GB | published, Mbit/s | merge a day, min | first merge, h | jobs/s |"
    )
    print("| --: " * 13 + "|")
    for plan in plans:
        print(row(plan, cost), flush=True)


if __name__ == "__main__":
    main()
