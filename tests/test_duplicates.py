"""Duplicates are linked, kept up to date, and bounded."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from miacrawl.cli import group
from miacrawl.errors import ArchiveLockedError, StorageError
from miacrawl.serve.canned import QUESTIONS
from miacrawl.store import duplicates
from miacrawl.store.archive import open_archive, writing
from miacrawl.store.duplicates import bring_up_to_date, link, renew, settle_archive
from miacrawl.store.families import duplicates_of
from miacrawl.wording import method
from tests import shelf
from tests.benchmark.edited_texts import COPIES, edited, introduced, text_of


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_archive(tmp_path)
    db.table("runs").insert(shelf.run())
    yield db
    db.conn.close()


def put(db: Database, number: int, body: str, title: str = "A title", site: str = "one.example") -> int:
    url = f"https://{site}/{number}"
    where = {"url": url, "url_key": url, "fetched_url": url, "site": site}
    shelf.add(db, number, title=title, blurb=None, body=body, content_hash=f"{number}:{body[:20]}", **where)
    return number


def change(db: Database, number: int, body: str) -> None:
    db.table("articles").update(number, {"body": body, "content_hash": body})


def pairs(db: Database) -> dict[tuple[int, int], str]:
    return {(one, other): kind for one, other, kind in db.execute("SELECT article_id, twin_id, kind FROM duplicates")}


def due(db: Database) -> list[int]:
    return [number for (number,) in db.execute("SELECT article_id FROM duplicates_due ORDER BY 1")]


def bands(db: Database) -> dict[int, int]:
    return dict(db.execute("SELECT article_id, count(*) FROM signature_bands GROUP BY 1").fetchall())


# --- what is linked ---


def test_same_text_on_another_site_is_linked_as_exact(db: Database) -> None:
    put(db, 1, text_of(1))
    put(db, 2, text_of(1).upper(), title="A TITLE!", site="two.example")
    put(db, 3, text_of(3))
    bring_up_to_date(db)
    assert pairs(db) == {(1, 2): "exact"}
    assert db.execute("SELECT similarity FROM duplicates").fetchone() == (1.0,)
    assert db.execute("SELECT count(*) FROM articles").fetchone() == (3,)


def test_reprint_with_another_introduction_is_linked_as_near(db: Database) -> None:
    put(db, 1, text_of(1))
    put(db, 2, introduced(text_of(1), 5), title="Read elsewhere", site="two.example")
    bring_up_to_date(db)
    assert pairs(db) == {(1, 2): "near"}


@pytest.mark.parametrize(("name", "least"), [(name, 0 if "20 %" in name else 28) for name in COPIES])
def test_copies_are_found_and_nothing_else(db: Database, name: str, least: int) -> None:
    with db.atomic():
        for number in range(1, 31):
            put(db, number, text_of(number), title=f"Article {number}")
            put(db, 100 + number, COPIES[name](text_of(number), number), title=f"Article {number}")
    bring_up_to_date(db)
    found = pairs(db)
    assert set(found) <= {(number, 100 + number) for number in range(1, 31)}
    assert len(found) >= least if least else not found


def test_short_articles_are_linked_only_as_exact(db: Database) -> None:
    put(db, 1, "Closed today.", title="Notice")
    put(db, 2, "closed TODAY", title="Notice", site="two.example")
    put(db, 3, "Closed today, again.", title="Notice")
    bring_up_to_date(db)
    assert pairs(db) == {(1, 2): "exact"}
    assert bands(db) == {}


def test_which_article_is_compared_first_makes_no_difference(db: Database) -> None:
    put(db, 1, text_of(1))
    put(db, 2, edited(text_of(1), 0.05, 1))
    with db.atomic():
        assert link(db, [1, 2]) == 1
    first = pairs(db)
    renew(db)
    with db.atomic():
        link(db, [2, 1])
    assert pairs(db) == first == {(1, 2): "near"}


# --- kept up to date ---


def test_new_and_changed_articles_become_due_by_themselves_and_others_not(db: Database) -> None:
    put(db, 1, text_of(1))
    put(db, 2, text_of(2))
    assert due(db) == [1, 2]
    bring_up_to_date(db)
    db.table("articles").update(1, {"last_seen": "2027-01-01T00:00:00+00:00", "content_hash": f"1:{text_of(1)[:20]}"})
    assert due(db) == []
    change(db, 2, text_of(9))
    assert due(db) == [2]


def test_article_that_becomes_a_copy_is_linked_and_one_that_stops_to_be_is_not(db: Database) -> None:
    put(db, 1, text_of(1))
    put(db, 2, text_of(2))
    bring_up_to_date(db)
    assert pairs(db) == {}
    change(db, 2, edited(text_of(1), 0.05, 1))
    bring_up_to_date(db)
    assert pairs(db) == {(1, 2): "near"}
    change(db, 2, text_of(1))
    bring_up_to_date(db)
    assert pairs(db) == {(1, 2): "exact"}
    change(db, 1, text_of(7))
    bring_up_to_date(db)
    assert pairs(db) == {}
    assert bands(db) == {1: 32, 2: 32}


def test_link_that_still_holds_keeps_its_date(db: Database) -> None:
    put(db, 1, text_of(1))
    put(db, 2, edited(text_of(1), 0.05, 1))
    bring_up_to_date(db)
    db.execute("UPDATE duplicates SET found_at = '2020-01-01T00:00:00+00:00'")
    db.conn.commit()
    change(db, 2, edited(text_of(1), 0.01, 1))
    bring_up_to_date(db)
    renew(db)
    bring_up_to_date(db)
    assert db.execute("SELECT found_at FROM duplicates").fetchall() == [("2020-01-01T00:00:00+00:00",)]


def test_archive_of_before_is_compared_whole(tmp_path: Path) -> None:
    from miacrawl.store.schema import migrations

    plain = Database(tmp_path / "archive.db")
    migrations.apply(plain, stop_before="m012_signatures")
    plain.table("runs").insert(shelf.run())
    put(plain, 1, text_of(1))
    put(plain, 2, text_of(1))
    plain.conn.close()
    db = open_archive(tmp_path)
    assert due(db) == [1, 2]
    bring_up_to_date(db)
    assert pairs(db) == {(1, 2): "exact"}
    db.conn.close()


def test_another_method_makes_all_signatures_anew(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    put(db, 1, text_of(1))
    put(db, 2, edited(text_of(1), 0.05, 1))
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "rensa", None)
        method.cache_clear()
        bring_up_to_date(db)
    method.cache_clear()
    assert (pairs(db), bands(db)) == ({}, {})
    assert bring_up_to_date(db).settled == 2
    assert pairs(db) == {(1, 2): "near"}
    assert bring_up_to_date(db).settled == 0


def test_article_that_is_gone_from_the_archive_leaves_nothing_that_is_found(db: Database) -> None:
    put(db, 1, text_of(1))
    put(db, 2, text_of(1))
    bring_up_to_date(db)
    db.execute("DELETE FROM articles WHERE id = 1")
    db.conn.commit()
    put(db, 3, text_of(1))
    bring_up_to_date(db)
    assert pairs(db) == {(2, 3): "exact"}


# --- bounded ---


def test_limit_of_time_leaves_the_rest_for_the_next_time(db: Database) -> None:
    with db.atomic():
        for number in range(1, 301):
            put(db, number, text_of(number))
    began = time.process_time()
    progress = bring_up_to_date(db, limit_seconds=0.05)
    assert time.process_time() - began < 2
    assert 0 < progress.settled < 300
    assert progress.left == len(due(db)) == 300 - progress.settled
    assert due(db)[0] == 1, "the latest come first"
    assert bring_up_to_date(db).left == 0


def test_transactions_are_short_and_what_was_done_stays(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.atomic():
        for number in range(1, 61):
            put(db, number, text_of(number))
    monkeypatch.setattr(duplicates, "_BATCH_SECONDS", 0.01)

    def stop(progress: duplicates.Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_up_to_date(db, told=stop)
    assert not db.conn.in_transaction
    assert 0 < len(due(db)) < 60
    assert len(bands(db)) == 60 - len(due(db))


@pytest.mark.parametrize("same_title", [True, False])
def test_family_of_many_copies_is_linked_linearly_and_held_together(
    db: Database, tmp_path: Path, same_title: bool
) -> None:
    count = 150
    with db.atomic():
        for number in range(1, count + 1):
            put(db, number, text_of(1), title="One" if same_title else f"Title {number}")
    bring_up_to_date(db)
    assert count - 1 <= len(pairs(db)) <= count * (16 + 16)
    found = duplicates_of(tmp_path, 5)
    assert (found.families, found.linked, found.largest[0].size) == (1, count, count)


def test_boilerplate_that_all_have_hides_no_copy(db: Database) -> None:
    """300 unrelated articles end in the same half; two of them are the same in the other half, too."""
    boilerplate = text_of(1_000, 3)
    with db.atomic():
        for number in range(1, 301):
            put(db, number, f"{text_of(number, 6)}\n\n{boilerplate}", title=f"Title {number}")
        put(db, 301, f"{edited(text_of(250, 6), 0.02, 1)}\n\n{boilerplate}", title="Title 301")
    bring_up_to_date(db)
    assert pairs(db).get((250, 301)) == "near"


# --- families and the command ---


def test_families_are_articles_linked_directly_or_by_others(db: Database, tmp_path: Path) -> None:
    for number in range(1, 10):
        put(db, number, text_of(number), title=f"Title {number}")
    for one, other in ((8, 9), (2, 9), (4, 5), (1, 8)):
        link_row = {"article_id": min(one, other), "twin_id": max(one, other), "kind": "near", "similarity": 0.7}
        db.table("duplicates").insert({**link_row, "found_at": "2026-01-01T00:00:00+00:00"})
    found = duplicates_of(tmp_path, 10)
    assert [[article["id"] for article in family.articles] for family in found.largest] == [[1, 2, 8, 9], [4, 5]]
    assert (found.pairs, found.linked, found.families) == ({"exact": 0, "near": 4}, 6, 2)
    assert [family.size for family in duplicates_of(tmp_path, 1).largest] == [4]


def run(*arguments: str, folder: Path) -> Result:
    return CliRunner().invoke(group, ["duplicates", "--archive", str(folder), *arguments])


def test_command_links_and_says_so(db: Database, tmp_path: Path) -> None:
    put(db, 1, text_of(1), title="Bread\x1b[2J today")
    put(db, 2, text_of(1), title="Bread [2J today", site="two.example")
    put(db, 3, "Short.")
    shown = run(folder=tmp_path)
    assert shown.exit_code == 0, shown.output
    assert "2 of 3 articles have a duplicate" in shown.output
    assert "1 are too short" in shown.output
    assert "\\x1b[2J" in shown.output
    told = json.loads(run("--json", "--top", "1", folder=tmp_path).output)
    assert told["pairs"] == {"exact": 1, "near": 0}
    assert [article["site"] for article in told["largest"][0]["articles"]] == ["one.example", "two.example"]


def test_command_again_compares_all_anew(db: Database, tmp_path: Path) -> None:
    put(db, 1, text_of(1))
    put(db, 2, text_of(1))
    run(folder=tmp_path)
    db.execute("DELETE FROM duplicates")
    db.conn.commit()
    run(folder=tmp_path)
    assert pairs(db) == {}
    run("--again", folder=tmp_path)
    assert pairs(db) == {(1, 2): "exact"}


def test_command_says_what_is_missing_without_rensa(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rensa", None)
    method.cache_clear()
    try:
        shown = run(folder=tmp_path)
    finally:
        method.cache_clear()
    assert shown.exit_code == 0
    assert "only exact duplicates are found" in shown.stderr


def test_interrupted_command_ends_with_130(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(duplicates, "settle_archive", interrupted)
    shown = run(folder=tmp_path)
    assert (shown.exit_code, "run it again" in shown.stderr) == (130, True)


def test_archive_in_use_and_no_archive_are_said(db: Database, tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(ArchiveLockedError):
        settle_archive(tmp_path)
    with pytest.raises(StorageError):
        settle_archive(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_questions_of_duplicates_name_titles_and_sites(db: Database) -> None:
    put(db, 1, text_of(1))
    put(db, 2, text_of(1), site="two.example")
    bring_up_to_date(db)
    for kind, count in (("", 1), (" exact ", 1), ("near", 0)):
        assert len(db.execute(QUESTIONS["duplicates_by_pair"].sql, {"kind": kind}).fetchall()) == count
    shared = db.execute(QUESTIONS["sites_that_share_texts"].sql).fetchall()
    assert shared == [("one.example", "two.example", 1, 1, 0, 1.0)]
