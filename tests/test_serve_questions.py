"""The ready-made questions: each has an answer, says what it holds, and is quick in a large archive."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from miacrawl.serve.canned import QUESTIONS, SUBJECTS
from miacrawl.serve.configuration import write_configuration
from tests import questioned
from tests.reader import Reader

WHOLE = re.compile(r"^SCAN (\w+)(?! VIRTUAL)")
SMALL = {"runs", "alarms", "hosts", "warcs", "traps", "yields", "ledger_counts"}
"""Tables that stay small however large the archive is."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return questioned.build(tmp_path_factory.mktemp("questioned"))


@pytest.fixture(scope="module")
def archive(folder: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"{(folder / 'archive.db').as_uri()}?mode=ro", uri=True)
    connection.execute("PRAGMA query_only = 1")
    yield connection
    connection.close()


def parameters(name: str) -> set[str]:
    return set(re.findall(r":(\w+)", re.sub(r"'[^']*'", "''", QUESTIONS[name].sql)))


def ask(archive: sqlite3.Connection, name: str, **values: str) -> sqlite3.Cursor:
    return archive.execute(QUESTIONS[name].sql, {**dict.fromkeys(parameters(name), ""), **values})


@pytest.mark.parametrize("name", QUESTIONS)
def test_question_has_an_answer_whose_columns_are_described(archive: sqlite3.Connection, name: str) -> None:
    question = QUESTIONS[name]
    cursor = ask(archive, name, **question.example)
    assert cursor.fetchall(), "no row"
    columns = [column for column, *_ in cursor.description]
    assert [column for column in columns if not question.meaning(column)] == []
    assert set(question.columns) <= set(columns), "describes a column that the answer does not have"


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_parameter_is_explained_and_may_be_left_empty(archive: sqlite3.Connection, name: str) -> None:
    assert set(QUESTIONS[name].parameters) == parameters(name)
    assert set(QUESTIONS[name].example) <= parameters(name)
    for said in QUESTIONS[name].parameters.values():
        assert "empty: " in said
    ask(archive, name).fetchall()


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_goes_through_a_whole_table(archive: sqlite3.Connection, name: str) -> None:
    """Where SQLite scans a table that grows with the archive, the rows it takes are limited at once."""
    question = QUESTIONS[name]
    plan = archive.execute(f"EXPLAIN QUERY PLAN {question.sql}", dict.fromkeys(parameters(name), ""))
    scanned = {found.group(1) for *_, step in plan if (found := WHOLE.match(step))}
    tables = {table for (table,) in archive.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in scanned & tables - SMALL:
        innermost = re.search(rf"\(\s*SELECT [^()]* FROM {table}\b(?:[^()]|\([^()]*\))*LIMIT \d+", question.sql)
        assert innermost, f"{table} is read from end to end"


@pytest.mark.parametrize("hostile", ["'", '"', "\\", "%", "x' OR 1=1 --", "\x00", "9" * 30, "-1", "\U0010ffff"])
def test_strange_values_find_nothing_or_something_but_never_fail(archive: sqlite3.Connection, hostile: str) -> None:
    for name in QUESTIONS:
        ask(archive, name, **dict.fromkeys(parameters(name), hostile)).fetchall()


def test_the_subjects_hold_every_question_once() -> None:
    names = [name for group in SUBJECTS.values() for name in group]
    assert len(names) == len(set(names)) == len(QUESTIONS)
    assert len({question.title for question in QUESTIONS.values()}) == len(names)


def test_datasette_shows_what_parameters_mean(folder: Path) -> None:
    write_configuration(folder)
    page = Reader(folder).page("/archive/articles_of_a_month")
    notes = page.xpath("//dl[@class='question-notes']")[0].text_content()
    assert "YYYY-MM; empty: the latest month" in notes
    assert page.xpath("//h1")[0].text_content() == "Reading: Articles of a site and month"


def test_answers_lead_to_articles_sites_and_authors(folder: Path) -> None:
    reader = Reader(folder)
    links = reader.page("/archive/articles_of_an_author?author=Wen+Li").xpath("//td//a/@href")
    assert {"/author/Wen%20Li", "/site/kitchenweekly.example"} & set(links) and "/article/27" in links
    assert "/run/1" in reader.page("/archive/runs_at_a_glance").xpath("//td//a/@href")
    assert "/capture/1" in reader.page(
        f"/archive/captures_of_an_address?address={questioned.shelf.row(1)['url']}"
    ).xpath("//td//a/@href")


def test_an_address_is_found_by_its_whole_its_beginning_and_a_part(archive: sqlite3.Connection) -> None:
    url = questioned.shelf.row(7)["url"]
    for address in (url, url[:-1], "/article-7"):
        assert url in {row[0] for row in ask(archive, "why_is_it_missing", address=address)}
    assert ask(archive, "why_is_it_missing", address="nowhere.example").fetchall() == []
