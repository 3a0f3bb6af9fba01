"""Whether the archive is well: alarms, coverage of fields, what failed and why, what waits, the last runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from miacrawl.drift.observations import BODY_WORDS, PAGE, RELATED_COUNT, RULE_OF
from miacrawl.drift.traits import RULED
from miacrawl.serve import access, archive, quantity
from miacrawl.serve.alarm import alarm
from miacrawl.serve.card import shortened
from miacrawl.serve.chart import MAX_SERIES, Bars, Series
from miacrawl.serve.completeness import COHORTS, MEASURES, Sighted, series, small_bars
from miacrawl.serve.dates import shown_date
from miacrawl.serve.pages import runs as listed
from miacrawl.serve.queries import health as queries
from miacrawl.serve.queries import runs as run_queries
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.reply import page
from miacrawl.serve.stored import counts
from miacrawl.serve.trouble import MISSING_STATUS, PageError
from miacrawl.serve.verdict import Facts, Verdict, verdict
from miacrawl.store.clock import written

STATES = ("archived", "followed", "pending", "skipped", "gone", "failed")
_WHY = ("failed", "skipped", "gone")
_SITES, _CHARTED_SITES, _WHY_SITES = 15, 8, 5
_DISTINCT, _DISTINCT_OF_SITE, _ENOUGH = 4, 30, 1_000
_RUNS, _RUNS_OF_SITE, _RUNS_OF_RULES = 12, 24, 6
_ALARMS, _FEW = 50, 8
_LATE = timedelta(days=7)
_LATE_ENOUGH = 500
_MAX_SITE = 300


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for the page, in rows; empty, or None, where the reader may not see it."""

    site: str
    now: datetime
    newest: Row | None = None
    runs: list[Row] = field(default_factory=list)
    alarms: list[Row] | None = None
    settled: list[Row] = field(default_factory=list)
    states: list[Row] | None = None
    reasons: dict[str, list[Row]] = field(default_factory=dict)
    late: list[Row] = field(default_factory=list)
    held: list[Row] | None = None
    traps: list[Row] = field(default_factory=list)
    extractions: list[Row] = field(default_factory=list)
    coverage: list[Row] | None = None

    @property
    def verdict(self) -> Verdict:
        """In words."""
        ends = [(run, listed.end_of(run, self.newest, self.now)) for run in self.runs if self.newest]
        last, end = next(((run, end) for run, end in ends if end.grade not in ("running", "silent")), (None, None))
        totals = self.totals
        facts = Facts(
            alarms=None if self.alarms is None else len(self.alarms),
            ending=ends[0][1] if ends else None,
            last=end,
            ended_at=(last["finished"] or last["started"]) if last else None,
            waiting=None if self.states is None else totals.get("pending", 0),
            late=sum(row["n"] for row in self.late),
            held=None if self.held is None else len(self.held),
        )
        return verdict(facts, self.now, may_see_runs=self.newest is not None)

    @property
    def totals(self) -> dict[str, int]:
        """Addresses by state, of the site or of all."""
        return {str(row["state"]): row["n"] for row in self.states or [] if row["site"] == self.site}


async def tell(datasette: Any, request: Any) -> dict[str, Any]:
    """`/health.json`, `?site=` for one site. What the reader may not see is left out.

    * `verdict`: grade (well, look, empty), title, sentences. `site`, `at`: of what, and when.
    * `alarms`: rows of open ones. `states`: addresses by state; `sites`: the same by site.
    * `reasons`: site, reason, n (1,000 at most), url by state. `late`: site, n. `held`, `traps`, `extractions`: rows.
    * `coverage`: site, cohort, measure, run_id, partial, observed, positive, median of the last runs.
    * `runs`: the last ones, as in /runs.json.
    """
    found = await _found(datasette, request)
    said = found.verdict
    optional = {"alarms": found.alarms, "held": found.held, "coverage": found.coverage}
    told: dict[str, Any] = {
        "site": found.site or None,
        "at": written(found.now),
        "verdict": {"grade": said.grade, "title": said.title, "sentences": [text for text, _ in said.sentences]},
        **{name: value for name, value in optional.items() if value is not None},
        "reasons": found.reasons,
        "late": [row for row in found.late if row["n"]],
        "traps": found.traps,
        "extractions": found.extractions,
    }
    if found.newest is not None:
        told["runs"] = [listed.told(run, found.newest, found.now) for run in found.runs]
    if found.states is not None:
        told |= {"states": found.totals, "sites": _pivot(found.states)}
    return told


async def show(datasette: Any, request: Any) -> Any:
    """`/health`, and `/health?site=…` in detail. Raises PageError (404) for a site that the archive doesn't know."""
    found = await _found(datasette, request)
    context = {
        "q": "",
        "site": found.site,
        "verdict": found.verdict,
        "at": shown_date(written(found.now), with_time=True),
        "alarms": None if found.alarms is None else [alarm(row) for row in found.alarms],
        "settled": [alarm(row) for row in found.settled],
        "states": STATES,
        "totals": found.totals if found.states is not None else None,
        "pivot": [{**row, "query": _query(row["site"])} for row in _pivot(found.states or [])],
        "reasons": _reasons(found),
        "late": [row for row in found.late if row["n"]],
        "late_enough": _LATE_ENOUGH,
        "held": [{**row, "until": shown_date(row["hold_until"], with_time=True)} for row in found.held or []],
        "traps": [{**row, "found": shown_date(row["found_at"])} for row in found.traps],
        "runs": [listed.shown(run, found.newest, found.now) for run in found.runs if found.newest],
        "extractions": [_extraction(row, found.now) for row in found.extractions],
        "may_see_coverage": found.coverage is not None,
        "measures": list(MEASURES.values()),
        "cohorts": COHORTS,
    }
    if found.site:
        context |= await _detail(datasette, found)
        return await page(datasette, request, "health_site", context)
    context |= {"heat": _heat(found.coverage or [], found)}
    return await page(datasette, request, "health", context)


async def _found(datasette: Any, request: Any) -> Found:
    database, now = archive.find(datasette), datetime.now(UTC)
    site = (request.args.get("site") or "").strip()[:_MAX_SITE]
    may = {
        table: await access.may_view(datasette, request.actor, table)
        for table in ("runs", "alarms", "urls", "hosts", "traps", "extractions", "coverage", "ledger_counts", "tallies")
    }
    return await archive.in_one_go(database, lambda here: _seen(here, site, now, may))


async def _seen(database: Any, site: str, now: datetime, may: Mapping[str, bool]) -> Found:
    """What is found in the tables that the reader may see."""
    told: dict[str, Any] = {}
    if may["urls"] and may["ledger_counts"]:
        told["states"] = await queries.states(database, site, _SITES)
        told["reasons"] = await _why(database, site, told["states"])
    if may["alarms"]:
        told["alarms"] = await queries.open_alarms(database, site, _ALARMS)
        told["settled"] = await queries.settled_alarms(database, site, _FEW)
    if may["runs"]:
        told["newest"] = await run_queries.newest(database)
        told["runs"] = await run_queries.latest(database, _FEW, 2**62)
    sites = await _sites(database, site, told.get("alarms", []), may=may["tallies"])
    if may["urls"]:
        told["late"] = await queries.late(database, sites, written(now - _LATE), _LATE_ENOUGH)
    if may["coverage"]:
        cohorts, runs = (tuple(COHORTS), _RUNS_OF_SITE) if site else (("new", "first"), _RUNS)
        measures = (*MEASURES, *((BODY_WORDS, RELATED_COUNT) if site else ()))
        told["coverage"] = await queries.coverage(database, sites, cohorts, measures, runs)
    if may["hosts"]:
        told["held"] = await queries.held_hosts(database, written(now), _ALARMS)
    if may["traps"]:
        told["traps"] = await queries.traps(database, site, _FEW)
    if may["extractions"]:
        told["extractions"] = await queries.extractions(database, _FEW)
    if site and not any(told.get(name) for name in ("states", "alarms", "settled", "coverage")):
        advice = "This archive has met no address of that site. The health of all sites together has the others."
        raise PageError("No such site", advice, MISSING_STATUS)
    return Found(site, now, **told)


async def _sites(database: Any, site: str, alarms: Sequence[Row], *, may: bool) -> list[str]:
    """The sites that charts are of: `site`, or those with alarms and the largest."""
    if site:
        return [site]
    alarmed = [str(row["site"]) for row in alarms]
    largest = await queries.largest_sites(database, _CHARTED_SITES) if may else []
    return list(dict.fromkeys([*alarmed, *largest]))[:_CHARTED_SITES]


async def _why(database: Any, site: str, states: Sequence[Row]) -> dict[str, list[Row]]:
    """Reasons by state; of the whole archive for the sites with most addresses in that state."""
    found = {}
    present = {row["state"] for row in states if row["n"] > 0}
    for state in _WHY:
        if state not in present:
            continue
        worst = [site] if site else [row["site"] for row in await queries.troubled_sites(database, state, _WHY_SITES)]
        distinct = _DISTINCT_OF_SITE if site else _DISTINCT
        found[state] = await queries.reasons(database, state, worst, distinct, _ENOUGH)
    return found


def _pivot(states: Sequence[Row]) -> list[dict[str, Any]]:
    """Sites with their addresses by state, the largest first."""
    sites: dict[str, dict[str, int]] = {}
    for row in states:
        if row["site"]:
            sites.setdefault(str(row["site"]), {})[str(row["state"])] = row["n"]
    ordered = sorted(sites.items(), key=lambda pair: (-sum(pair[1].values()), pair[0]))
    return [{"site": site, "states": kept, "n": sum(kept.values())} for site, kept in ordered]


def _reasons(found: Found) -> list[dict[str, Any]]:
    """For each state its reasons, the commonest first, under the number of all addresses in it."""
    return [
        {
            "state": state,
            "n": found.totals.get(state, 0),
            "rows": [
                {
                    **row,
                    "reason": shortened(str(row["reason"]), 160),
                    "more": row["n"] >= _ENOUGH,
                    "address": shortened(str(row["url"] or ""), 90),
                    "why": urlencode({"url": row["url"] or ""}),
                }
                for row in rows[:_DISTINCT_OF_SITE]
            ],
        }
        for state, rows in found.reasons.items()
        if rows
    ]


def _extraction(row: Row, now: datetime) -> dict[str, Any]:
    changed = sorted(counts(row["counts"]).items(), key=lambda pair: -pair[1])[:5]
    return {
        **row,
        "date": shown_date(row["started"], with_time=True),
        "duration": quantity.duration(quantity.seconds_between(row["started"], row["finished"])),
        "fields": ", ".join(f"{name} {count:,}" for name, count in changed),
    }


def _query(site: str) -> str:
    return urlencode({"site": site}, errors="replace")


def _heat(rows: Sequence[Row], found: Found) -> list[dict[str, Any]]:
    """For each site a row of series: of what is new there, or of its past where nothing new was seen yet."""
    known = series(rows)
    alarmed = {str(row["site"]) for row in found.alarms or []}
    sites = list(dict.fromkeys(str(row["site"]) for row in rows))
    chosen = [(site, "new" if (site, "new") in known else "first") for site in sites]
    return [
        {
            "site": site,
            "query": _query(site),
            "cohort": cohort,
            "alarmed": site in alarmed,
            "cells": [known[site, cohort].get(name) for name in MEASURES],
        }
        for site, cohort in chosen
        if (site, cohort) in known
    ]


async def _detail(datasette: Any, found: Found) -> dict[str, Any]:
    """Of one site: each cohort's series, what stood where articles should, the rules that found the fields."""
    rows, database = found.coverage or [], archive.find(datasette)
    known = series(rows)
    cohort = next((name for name in COHORTS if (found.site, name) in known), None)
    if cohort is None:
        return {"series": [], "verdicts": None, "rules": [], "site_query": _query(found.site)}
    pages, rules = await archive.in_one_go(database, lambda here: _pages_and_rules(here, found.site, cohort))
    return {
        "series": [_cohort(name, words, known.get((found.site, name), {}), rows) for name, words in COHORTS.items()],
        "verdicts": _verdicts(pages[::-1]),
        "rules": _rules(rules),
        "rules_of": cohort,
        "site_query": _query(found.site),
    }


async def _pages_and_rules(database: Any, site: str, cohort: str) -> tuple[list[Row], list[Row]]:
    pages = await queries.seen(database, site, cohort, [PAGE], _RUNS_OF_SITE)
    return pages, await queries.seen(database, site, cohort, [RULE_OF + name for name in RULED], _RUNS_OF_RULES)


def _cohort(name: str, words: str, kept: Mapping[str, Sighted], rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "name": name,
        "words": words,
        "fields": [kept[measure] for measure in MEASURES if measure in kept],
        "sizes": [size for measure in (BODY_WORDS, RELATED_COUNT) if (size := _size(rows, name, measure))],
    }


def _size(rows: Sequence[Row], cohort: str, measure: str) -> dict[str, Any] | None:
    """The medians of a length or number over the runs, as a small chart with its last value."""
    seen = [row for row in rows if (row["cohort"], row["measure"]) == (cohort, measure) and row["median"] is not None]
    seen.sort(key=lambda row: int(row["run_id"]))
    if not seen:
        return None
    name = "words of the body (median)" if measure == BODY_WORDS else "related links (median)"
    values = [float(row["median"]) for row in seen]
    words = f"{values[-1]:,.0f} in run {seen[-1]['run_id']}; from {min(values):,.0f} to {max(values):,.0f} in all these"
    chart = small_bars(values, max(values), words, [bool(row["partial"]) for row in seen])
    return {"name": name, "last": f"{values[-1]:,.0f}", "svg": chart, "words": words}


def _verdicts(rows: Sequence[Row]) -> Bars | None:
    """What stood at addresses of articles in each run, the oldest first."""
    told = [(row["run_id"], counts(row["counts"])) for row in rows]
    totals: dict[str, int] = {}
    for _, seen in told:
        for label, n in seen.items():
            totals[label] = totals.get(label, 0) + max(n, 0)
    labels = sorted(totals, key=lambda label: (label != "article", -totals[label]))[:MAX_SERIES]
    if len(told) < 2 or not any(totals.values()):
        return None
    parts = [Series(label[:40], tuple(float(max(seen.get(label, 0), 0)) for _, seen in told)) for label in labels]
    return Bars("What stood at addresses of articles, by run", tuple(f"run {run}" for run, _ in told), tuple(parts))


def _rules(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """For each field the rules that found it in the last run, and in those before."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(str(row["measure"]).removeprefix(RULE_OF), []).append(row)
    told = []
    for name, seen in found.items():
        before: dict[str, int] = {}
        for row in seen[1:]:
            for rule, n in counts(row["counts"]).items():
                before[rule] = before.get(rule, 0) + n
        told.append(
            {"field": name, "run_id": seen[0]["run_id"], "now": _mix(counts(seen[0]["counts"])), "before": _mix(before)}
        )
    return told


def _mix(seen: Mapping[str, int]) -> list[tuple[str, str]]:
    """The three commonest rules with their shares."""
    total = sum(seen.values())
    ordered = sorted(seen.items(), key=lambda pair: -pair[1])[:3]
    return [(shortened(rule, 80), f"{100 * n / total:.0f} %") for rule, n in ordered if total > 0]
