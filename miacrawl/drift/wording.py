"""What an alarm says to people: what changed, from what to what, in how many pages, and where to look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from miacrawl.drift.finding import pooled
from miacrawl.drift.observations import BODY_WORDS
from miacrawl.drift.questions import Question
from miacrawl.drift.statistics import Count
from miacrawl.drift.tally import median
from miacrawl.drift.traits import FIELDS
from miacrawl.drift.window import Window

_SAMPLES = 5
_RULES_TOLD = 3
_PAGES: Mapping[str, str] = {
    "soft-404": "say that nothing was found, with a status that says otherwise (soft 404)",
    "consent-wall": "ask for consent in place of their text",
    "empty-shell": "hold no text until their scripts run",
    "no article": "are no article",
    "duplicate": "show an article known by another address",
    "gone": "are gone (404, 410)",
    "failed": "could not be had",
}
_WHAT = {"new": "new articles", "old": "newly found old articles", "again": "articles read again", "first": "articles"}


def explained(site: str, question: Question, window: Window, now: Count, before: Count) -> str:
    """One or two sentences on a question whose answer is a change."""
    what = _WHAT[question.cohort]
    told = {"page": _page, "field": _field, "rule": _rule, "size": _size}[question.kind]
    return f"{site}: {told(question, window, what, now, before)}.{_newer_program(window)}"


def samples_of(question: Question, window: Window) -> tuple[str, ...]:
    """Up to five addresses of bad pages, the latest first."""
    found: dict[str, None] = {}
    for reading in reversed(window.now):
        for label in sorted(question.bad, key=lambda label: -reading.counts.get(label, 0)):
            found |= dict.fromkeys(reading.samples.get(label, ()))
    return tuple(found)[:_SAMPLES]


def _page(question: Question, window: Window, what: str, now: Count, before: Count) -> str:
    where = "addresses of articles archived before" if question.cohort == "again" else "new addresses"
    return f"{now[0]} of {now[1]} {where} {_PAGES[question.measure]}; earlier {_earlier(before, window)}"


def _field(question: Question, window: Window, what: str, now: Count, before: Count) -> str:
    name = FIELDS[question.measure]
    if question.cohort == "again":
        return f"{now[0]} of {now[1]} {what} that had {name} have none any more"
    had = (before[1] - before[0], before[1])
    bare = name.removeprefix("an ").removeprefix("a ")
    return f"{now[0]} of {now[1]} {what} have no {bare}; earlier {_earlier(had, window)} had"


def _rule(question: Question, window: Window, what: str, now: Count, before: Count) -> str:
    usual = (before[1] - before[0], before[1])
    return (
        f"other rules find {question.measure} in {what}: {question.of} found it in {now[1] - now[0]} of {now[1]},"
        f" earlier in {_earlier(usual, window)}; now it is {_mix(pooled(window.now))}"
    )


def _size(question: Question, window: Window, what: str, now: Count, before: Count) -> str:
    if question.of == "again":
        return f"{now[0]} of {now[1]} {what} have less than half the text that they had"
    unit = "words" if question.measure == BODY_WORDS else "related links"
    was, is_now = median(pooled(window.before)), median(pooled(window.now))
    return (
        f"{what} have {is_now} {unit} in the middle (median), earlier {was}; {now[0]} of {now[1]} are {question.of}"
        f" than all but {_percent(before)} used to be"
    )


def _earlier(count: Count, window: Window) -> str:
    runs = len(window.before)
    return f"{count[0]} of {count[1]}" + (f" (in {runs} runs)" if runs > 1 else "")


def _mix(counts: Counter[str]) -> str:
    total = counts.total()
    return ", ".join(f"{rule} ({_percent((count, total))})" for rule, count in counts.most_common(_RULES_TOLD))


def _percent(count: Count) -> str:
    return f"{100 * count[0] / count[1]:.0f} %"


def _newer_program(window: Window) -> str:
    now, before = window.now[-1].version, {one.version for one in window.before}
    if not before or now in before:
        return ""
    return f" Earlier runs were of miacrawl {max(before)}, this one is of {now}: that may be the cause."
