"""Extraction against the sample site's own truth: four markups, exact text."""

from __future__ import annotations

import pytest

from miacrawl import Article, extract
from miacrawl.sample.answer import answer
from miacrawl.sample.truth import SampleArticle, articles

BASE = "http://127.0.0.1:8717/"
TRUTH = [article for article in articles(1) if article.body]


def read(truth: SampleArticle) -> Article:
    return extract(answer(truth.path, BASE, 1).body, BASE.rstrip("/") + truth.path)


@pytest.mark.parametrize("truth", TRUTH, ids=lambda truth: truth.path)
def test_fields_are_what_was_written(truth: SampleArticle) -> None:
    found = read(truth)
    assert found.title == truth.title
    assert found.blurb == truth.blurb
    assert found.body == truth.text
    assert found.read_minutes == truth.read_minutes
    assert found.section == truth.section
    assert found.authors == truth.authors
    assert found.published == truth.published
    assert found.is_article


@pytest.mark.parametrize("truth", TRUTH, ids=lambda truth: truth.path)
def test_related_links_are_those_of_the_page(truth: SampleArticle) -> None:
    found = [(link.url.removeprefix(BASE.rstrip("/")), link.title, link.blurb) for link in read(truth).related]
    assert found == [(link.path, link.title, link.blurb) for link in truth.related]
