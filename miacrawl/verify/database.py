"""Checks of the database: the file itself, its tables' version, references, and the full-text index."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from miacrawl.store.archive import database_path
from miacrawl.store.contradictions import found, ledger_in_words
from miacrawl.store.references import dangling_references
from miacrawl.store.schema import migrations, newer_steps
from miacrawl.store.search_index import index_trouble
from miacrawl.store.soundness import structure
from miacrawl.store.tallies import wrong_counts
from miacrawl.verify.finding import EXAMPLES, Check, Finding

INDEX_DAMAGED, DATABASE_DAMAGED, SEARCH, REFERENCES = "index-damaged", "database-damaged", "search", "references"
COUNTS = "counts"
_OF_AN_INDEX = re.compile(r"missing from index|wrong # of entries in index|out of order in index", re.I)
_OF_SEARCH = re.compile(r"\bfts5\b", re.I)
"""Newer SQLite looks at the full-text index, too; here that has a check of its own."""
_RESTORE = "restore a backup, or make the database anew from the captures: miacrawl rebuild"


def database_check(db: Database, folder: Path, *, quick: bool) -> Check:
    """SQLite's own look at the file."""
    check = Check("database", "sound, looked at quickly" if quick else "sound")
    try:
        lines = structure(db, quick=quick)
    except sqlite3.DatabaseError as error:
        lines = [str(error)]
    for line in lines:
        if is_of_search(line):
            continue
        if _OF_AN_INDEX.search(line):
            told = "entries of an index that do not agree with its table"
            check.add(Finding(INDEX_DAMAGED, told, line, "make the index anew", mends=True))
        else:
            told = f"places at which {database_path(folder)} is damaged"
            check.add(Finding(DATABASE_DAMAGED, told, line, _RESTORE))
    return check


def is_of_search(line: str) -> bool:
    """Whether a line of SQLite's check is on the full-text index."""
    return _OF_SEARCH.search(line) is not None


def tables_check(db: Database, folder: Path) -> Check:
    """Whether the tables are those of this version."""
    check = Check("tables", "up to date")
    if newer := newer_steps(db):
        told = "steps of a newer miacrawl in its tables"
        check.add(Finding("newer", told, newer[-1], "install that one; nothing else was looked at", count=len(newer)))
    elif pending := [step.name for step in migrations.pending(db)]:
        told = "steps that its tables are behind; nothing else was looked at"
        check.add(Finding("older", told, pending[0], f"miacrawl init {folder}", count=len(pending)))
    return check


def references_check(db: Database) -> Check:
    """Whether rows speak of rows that are there."""
    check = Check("references", "whole")
    for one in dangling_references(db):
        what = f"rows of {one.reference.table} that speak of {one.reference.parent} that are not there"
        kind = f"{REFERENCES}-{one.reference.table}-{one.reference.column}"
        check.add(Finding(kind, what, one.example, one.remedy, mends=True, count=one.count))
    return check


def search_check(db: Database) -> Check:
    """Whether the full-text index is that of the articles."""
    check = Check("search index", "agrees with the articles")
    if trouble := index_trouble(db):
        check.add(
            Finding(SEARCH, "full-text index that is not that of the articles", trouble, "make it anew", mends=True)
        )
    return check


def counts_check(db: Database) -> Check:
    """Whether what is counted as it is written agrees with what there is."""
    check = Check("counts", "agree with articles and ledger")
    if wrong := wrong_counts(db):
        what = "counts of articles and addresses, and bylines, that are wrong"
        check.add(Finding(COUNTS, what, "tallies, bylines, ledger_counts", "count anew", mends=True, count=wrong))
    return check


def row_checks(db: Database) -> Iterator[Check]:
    """Whether the tables agree with each other: one check for each thing that they speak of."""
    checks = {
        "ledger": Check("ledger", ledger_in_words(db)),
        "versions": Check("versions", "every article has its own, 1 to n"),
        "captures": Check("revisits", "every one has its body"),
        "related links": Check("related links", "lead to the articles that are here"),
        "duplicates": Check("duplicates", "every equal text is told of"),
        "runs": Check("runs", "their counts are those of ledger and visits"),
    }
    for one in found(db, EXAMPLES):
        of, mends = one.contradiction, bool(one.contradiction.mend)
        first, *rest = one.examples
        check = checks[of.about]
        check.add(Finding(of.kind, of.what, first, of.remedy, mends, count=one.count - len(rest)))
        for example in rest:
            check.add(Finding(of.kind, of.what, example, of.remedy, mends))
    yield from checks.values()
