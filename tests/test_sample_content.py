"""What the sample site's articles promise: enough of them, all different, no loose ends."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime

import pytest

from miacrawl.sample.catalogue import SECTIONS, most_read
from miacrawl.sample.draft import all_drafts, drafts
from miacrawl.sample.pages import author_notes
from miacrawl.sample.truth import articles

REVISIONS = (1, 2)
by_revision = pytest.mark.parametrize("revision", REVISIONS)


@by_revision
def test_there_are_at_least_44_articles_over_five_sections_in_four_markups(revision: int) -> None:
    found = articles(revision)
    assert len([article for article in found if article.body]) >= 44
    assert {article.section.lower() for article in found} == set(SECTIONS)
    assert min(Counter(article.markup for article in found).values()) >= 10
    assert len(Counter(article.markup for article in found)) == 4
    assert len({article.path for article in found}) == len(found)


@by_revision
def test_no_two_articles_share_a_paragraph(revision: int) -> None:
    seen = Counter(line for article in articles(revision) for line in article.body)
    assert [line for line, count in seen.items() if count > 1] == []


@by_revision
def test_no_two_articles_share_a_run_of_eight_words(revision: int) -> None:
    owners: dict[tuple[str, ...], set[str]] = {}
    for article in articles(revision):
        words = re.findall(r"\w+", article.text.lower())
        for start in range(len(words) - 7):
            owners.setdefault(tuple(words[start : start + 8]), set()).add(article.path)
    assert [run for run, paths in owners.items() if len(paths) > 1] == []


@by_revision
def test_every_article_but_the_empty_one_has_four_to_eight_paragraphs(revision: int) -> None:
    for draft in drafts(revision):
        count = sum(block.kind == "paragraph" for block in draft.blocks)
        assert 4 <= count <= 8 or not draft.blocks, draft.address


@by_revision
def test_related_links_lead_only_to_articles_that_may_be_found_that_way(revision: int) -> None:
    reach = {draft.path: draft.reach for draft in drafts(revision)}
    for article in articles(revision):
        assert {reach[link.path] for link in article.related} <= {"everywhere", "related"}, article.path
        assert article.path not in {link.path for link in article.related}
        assert len({link.path for link in article.related}) == len(article.related)


def test_links_in_prose_lead_only_to_pages_that_may_be_linked_from_anywhere() -> None:
    open_paths = {draft.path for draft in all_drafts() if draft.reach == "everywhere"} | {"/files/sleep-diary.pdf"}
    text = "\n".join(line for draft in all_drafts() for block in draft.blocks for line in block.lines)
    targets = set(re.findall(r"\]\((/[^)]*)\)", text))
    assert targets and targets <= open_paths


def test_the_second_revision_changes_one_article_withdraws_one_and_adds_one() -> None:
    before = {article.path: article for article in articles(1)}
    after = {article.path: article for article in articles(2)}
    assert before.keys() - after.keys() == {"/category/fitness/old-gym-machines"}
    assert after.keys() - before.keys() == {"/category/prevention/winter-colds"}
    changed = [path for path in before.keys() & after.keys() if before[path].body != after[path].body]
    assert changed == ["/category/nutrition/how-much-water"]
    assert after[changed[0]].modified is not None
    assert before[changed[0]].published == after[changed[0]].published


def test_times_of_publication_carry_their_zone() -> None:
    for article in articles(1):
        assert not isinstance(article.published, datetime) or article.published.tzinfo, article.path


def test_every_author_is_introduced_and_every_favourite_exists() -> None:
    assert {name for draft in all_drafts() for name in draft.authors} == set(author_notes())
    assert len(most_read(1)) == 4


def test_some_articles_state_no_reading_time_and_some_no_blurb() -> None:
    found = articles(1)
    assert any(article.read_minutes is None and article.body for article in found)
    assert any(article.blurb is None and article.summary for article in found)
