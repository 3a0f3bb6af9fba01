"""What is asked of a site's measures, and what is said of them; no crawl, no database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from miacrawl import Article
from miacrawl.drift.finding import Known, Limits, Reading, Verdict
from miacrawl.drift.judgement import judge
from miacrawl.drift.observations import Cohort, Observations
from miacrawl.drift.sources import Find, quiet
from miacrawl.drift.tally import Tally, median, words_bin
from miacrawl.visit import LIKELY_ARTICLE, Entry, State, Visit

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
Counts = Mapping[str, int]


def series(measure: str, *runs: Counts, cohort: Cohort = "new", versions: str = "") -> list[Reading]:
    said = versions or "1" * len(runs)
    return [Reading(n, said[n - 1], cohort, measure, run, places(run)) for n, run in enumerate(runs, 1)]


def places(run: Counts) -> Mapping[str, tuple[str, ...]]:
    return {label: (f"https://a.org/{label}",) for label in run}


def said_of(*readings: list[Reading], known: tuple[Known, ...] = ()) -> Verdict:
    return judge("a.org", readings, known, Limits())


def test_rule_that_no_longer_finds_a_field_is_an_alarm_though_the_field_is_there() -> None:
    usual, now = {"site:a:css(p.lead)": 9, "meta": 1}, {"heuristic:after-h1": 10}
    (found,) = said_of(series("rule of blurb", *[usual] * 5, now)).findings
    assert found.key == ("rule", "blurb") and found.samples == ("https://a.org/heuristic:after-h1",)
    assert found.explanation == (
        "a.org: other rules find blurb in new articles: site:a:css(p.lead) found it in 0 of 10, earlier in 45 of 50"
        " (in 5 runs); now it is heuristic:after-h1 (100 %)."
    )


def test_rules_of_another_version_of_the_program_are_not_compared() -> None:
    usual, now = {"json-ld": 10}, {"meta": 10}
    assert not said_of(series("rule of blurb", *[usual] * 5, now, versions="111112")).findings


def test_field_lost_by_another_version_of_the_program_is_told_with_that() -> None:
    readings = series("blurb", *[{"yes": 10}] * 5, {"no": 10}, versions="111112")
    (found,) = said_of(readings).findings
    assert found.explanation.endswith("Earlier runs were of miacrawl 1, this one is of 2: that may be the cause.")


def test_bodies_cut_to_their_first_paragraph_are_an_alarm() -> None:
    usual = {words_bin(400): 3, words_bin(600): 4, words_bin(900): 3}
    (found,) = said_of(series("body_words", *[usual] * 4, {words_bin(50): 10})).findings
    assert (
        found.key == ("size", "body_words") and "have 45 words in the middle (median), earlier 517" in found.explanation
    )


def test_bodies_that_take_in_the_page_around_them_are_an_alarm() -> None:
    usual = {words_bin(400): 3, words_bin(600): 4, words_bin(900): 3}
    (found,) = said_of(series("body_words", *[usual] * 4, {words_bin(4000): 10})).findings
    assert "larger" in found.explanation


def test_duplicates_on_the_rise_are_an_alarm() -> None:
    (found,) = said_of(series("page", *[{"article": 10}] * 4, {"article": 3, "duplicate": 12})).findings
    assert found.key == ("page", "duplicate") and "12 of 15 new addresses show an article known" in found.explanation


def test_articles_that_come_one_by_one_are_judged_together() -> None:
    ones = [{"yes": 1}] * 30 + [{"no": 1}] * 10
    told = [bool(said_of(series("blurb", *ones[:runs])).findings) for runs in range(20, 41)]
    assert not any(told[:13]) and told[-1]


def test_few_pages_and_short_histories_say_nothing() -> None:
    assert not said_of(series("blurb", *[{"yes": 10}] * 5, {"no": 4})).findings
    assert not said_of(series("blurb", {"yes": 10}, {"yes": 9}, {"no": 10})).findings


def test_open_alarm_is_compared_with_the_time_before_it() -> None:
    readings = series("blurb", *[{"yes": 10}] * 3, *[{"no": 10}] * 9)
    known = (Known("field", "blurb", "new", "open", since=4, until=11),)
    verdict = said_of(readings, known=known)
    assert [one.key for one in verdict.findings] == [("field", "blurb")] and not verdict.cleared


def test_open_alarm_goes_when_the_field_comes_back() -> None:
    readings = series("blurb", *[{"yes": 10}] * 3, {"no": 10}, {"yes": 10})
    verdict = said_of(readings, known=(Known("field", "blurb", "new", "open", since=4, until=4),))
    assert verdict.cleared == {("field", "blurb")} and not verdict.findings


def test_articles_of_another_kind_do_not_clear_an_alarm() -> None:
    readings = series("blurb", *[{"yes": 10}] * 5)
    verdict = said_of(readings, known=(Known("field", "blurb", "again", "open", since=4, until=4),))
    assert not verdict.cleared


def test_accepted_state_is_the_base_line() -> None:
    runs = [{"yes": 10}] * 3 + [{"no": 10}] * 3 + [{"yes": 2, "no": 8}]
    accepted = Known("field", "blurb", "new", "accepted", since=4, until=4)
    assert not said_of(series("blurb", *runs), known=(accepted,)).findings


def test_time_of_a_resolved_alarm_is_no_base_line() -> None:
    runs = [{"yes": 20}] * 2 + [{"no": 40}] + [{"yes": 30}] * 3 + [{"no": 10}]
    assert not said_of(series("blurb", *runs)).findings
    resolved = Known("field", "blurb", "new", "resolved", since=3, until=3)
    assert said_of(series("blurb", *runs), known=(resolved,)).findings


def test_articles_read_again_are_their_own_history() -> None:
    (found,) = said_of(series("blurb", {"no": 9, "yes": 1}, cohort="again")).findings
    assert "9 of 10 articles read again that had a blurb have none any more" in found.explanation
    assert not said_of(series("blurb", {"no": 2, "yes": 8}, cohort="again")).findings


# --- sources ---


def daily(days: int, count: int = 5) -> list[Find]:
    return [Find(day + 1, NOW - timedelta(days=days - day), count) for day in range(days)]


def test_source_is_quiet_when_its_own_rate_says_so() -> None:
    finds = daily(20)
    assert quiet("a.org", "feed", finds, NOW + timedelta(days=1), (), Limits()) is None
    found = quiet("a.org", "feed", finds, NOW + timedelta(days=5), (), Limits())
    assert found and found.explanation == (
        "a.org: by feeds no new address has come for 6 days; at the rate of before it would have been 30, and it was"
        " never silent for longer than 24 hours."
    )


def test_source_that_rests_at_weekends_is_not_quiet_then() -> None:
    finds = [find for find in daily(60) if find.moment.weekday() < 5]
    friday = max(find.moment for find in finds if find.moment.weekday() == 4)
    until = [find for find in finds if find.moment <= friday]
    assert quiet("a.org", "feed", until, friday + timedelta(days=3, hours=2), (), Limits()) is None


def test_source_that_seldom_brings_anything_is_never_quiet_for_a_while() -> None:
    assert quiet("a.org", "feed", daily(4), NOW + timedelta(days=90), (), Limits()) is None
    monthly = [Find(n, NOW - timedelta(days=30 * (12 - n)), 2) for n in range(1, 12)]
    assert quiet("a.org", "feed", monthly, NOW + timedelta(days=25), (), Limits()) is None


# --- what is seen ---


def entry(state: State = "pending", priority: int = LIKELY_ARTICLE) -> Entry:
    return Entry(1, "https://a.org/x", "a.org/x", "a.org", "page", "feed", 1, priority, state)


def test_memory_is_flat() -> None:
    seen = Observations()
    for number in range(5_000):
        article = Article(f"https://a.org/{number}", title="T", body="b", provenance={"title": f"css:h1.x{number}"})
        seen.see(Visit(entry(), "archived", None, article.url, 200, article), "new")
    tallies = seen.tallies.values()
    assert max(len(tally.counts) for tally in tallies) <= 61
    assert max(len(urls) for tally in tallies for urls in tally.samples.values()) <= 3
    assert seen.tallies["a.org", "new", "rule of title"].counts.total() == 5_000


def test_unmodified_page_counts_as_there_and_says_nothing_of_its_fields() -> None:
    seen = Observations()
    seen.see(Visit(entry("archived"), "archived", None, "https://a.org/x", 304, not_modified=True), "unchanged")
    assert [(key[1:], dict(tally.counts)) for key, tally in seen.tallies.items()] == [
        (("again", "page"), {"article": 1})
    ]


def test_old_articles_are_not_taken_for_what_is_new() -> None:
    seen = Observations()
    for day in (date(2001, 9, 9), None):
        seen.see(Visit(entry(), "archived", None, None, 200, Article("https://a.org/x", published=day)), "new")
    assert {key[1] for key in seen.tallies if key[2] == "blurb"} == {"old", "new"}


def test_forbidden_offsite_and_put_off_pages_say_nothing() -> None:
    seen = Observations()
    seen.see(Visit(entry(), "skipped", "forbidden by robots.txt"), "skipped")
    seen.see(Visit(entry(), "pending", "to be tried again", flags=("soft-404",)), "pending")
    assert not seen.tallies


def test_median_is_a_bins_lower_bound() -> None:
    tally = Tally()
    for words in (0, 90, 100, 110, 5_000_000):
        tally.add(words_bin(words), "https://a.org/x")
    assert median(tally.counts) == 87 and median(Tally().counts) is None
