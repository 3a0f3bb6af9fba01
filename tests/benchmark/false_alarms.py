"""How often drift alarms cry wolf, and how soon they see a loss: `python -m tests.benchmark.false_alarms [SITES]`.

A hundred sites take some two minutes.
"""

from __future__ import annotations

import sys

from tests.test_drift_statistics import alarms_of_stable_sites, runs_until_seen

if __name__ == "__main__":
    sites = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    for spread in (0.02, 0.05, 0.1, 0.15):
        alarmed, runs = alarms_of_stable_sites(sites, spread, seed=7)
        print(f"correlation within runs {spread:.2f}: {alarmed} of {runs} stable runs raised an alarm")
    for rate in (1.0, 0.95, 0.9, 0.8):
        for history in (3, 5, 20):
            found = runs_until_seen(rate, history, sites, seed=7)
            told = ", ".join(f"{found.count(number)} in run {number}" for number in range(1, 5))
            print(f"blurb lost that {rate:.0%} of articles had, {history} runs of 10 before: of {sites}, seen {told}")
