"""The data dictionary: tables and columns, how they hang together, ready-made questions, and ways out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from miacrawl.serve import access, archive
from miacrawl.serve.canned import SUBJECTS, Question
from miacrawl.serve.database_page import OWN
from miacrawl.serve.examples import EXAMPLES
from miacrawl.serve.picture import picture
from miacrawl.serve.queries.schema import Column, Schema, schema
from miacrawl.serve.queries.sizes import sizes
from miacrawl.serve.reply import page
from miacrawl.store.tables import TABLES, VIEWS

GROUPS: dict[str, tuple[str, ...]] = {
    "Captures": ("captures", "warcs", "extractions"),
    "Articles": (
        *("articles", "versions", "article_versions", "related_links", "evidence", "confidence", "duplicates"),
        *("bylines", "tallies"),
    ),
    "Ledger and runs": (
        *("urls", "attempts", "runs", "yields", "coverage", "alarms", "hosts", "traps", "ledger_counts"),
    ),
}
PROGRAM = "For the program"
OTHERS = "Tables of your own"
_UNTOLD = ("articles_fts", "_sqlite_migrations")
"""The full-text index, and what sqlite-utils notes: nobody's tables."""
ASKS = {
    "articles": ("articles_of_a_month", "longest_articles", "words_by_section"),
    "versions": ("versions_of_an_article", "headline_changes"),
    "article_versions": ("edits_after_publication", "fields_that_change"),
    "related_links": ("who_recommends", "recommended_by_section", "recommended_but_missing"),
    "evidence": ("where_sources_disagree", "disagreement_by_site"),
    "confidence": ("least_certain",),
    "duplicates": ("duplicates_by_pair", "sites_that_share_texts"),
    "bylines": ("articles_of_an_author", "written_together"),
    "tallies": ("articles_by_month", "sections_of_a_site", "language_mix"),
    "urls": ("why_is_it_missing", "reasons_by_state", "how_an_address_was_found", "articles_gone_since"),
    "attempts": ("visits_of_a_run",),
    "runs": ("runs_at_a_glance",),
    "yields": ("where_addresses_come_from",),
    "coverage": ("coverage_over_runs", "coverage_of_all_fields"),
    "alarms": ("open_alarms",),
    "hosts": ("what_sites_reserve",),
    "ledger_counts": ("addresses_by_state",),
    "captures": ("captures_of_an_address", "outcomes_of_captures"),
}
"""Questions that show what a table is good for."""


@dataclass(frozen=True, slots=True)
class Described:
    """A table or view: its columns with their meanings, tables that refer to it, and questions by name and title."""

    name: str
    description: str
    is_view: bool
    columns: tuple[tuple[Column, str], ...]
    referred_to_by: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]


async def show(datasette: Any, request: Any) -> Any:
    """`/data`, and `/archive` without arguments."""
    database = archive.find(datasette)
    found = await schema(database)
    names = [*(name for name in _all_names() if name in found), *_others(found)]
    seen = frozenset(await access.viewable(datasette, request.actor, names))
    offered = frozenset(await access.offered(datasette, request.actor))
    groups = _described(_hashable(found), seen, offered)
    context = {
        "q": "",
        "groups": groups,
        "sizes": await sizes(database, [name for name in seen if name not in VIEWS]),
        "picture": _picture(_hashable(found), seen),
        "subjects": _subjects(offered),
        "own": sorted(offered - {name for group in SUBJECTS.values() for name in group})[:100],
        "examples": EXAMPLES,
        "may_ask_sql": await access.may_ask_sql(datasette, request.actor),
        "own_page": OWN,
        "sql_path": "/-/query" if access.is_datasette_1() else "",
    }
    return await page(datasette, request, "data", context)


def _all_names() -> list[str]:
    return [*TABLES, *VIEWS]


def _others(found: Schema) -> list[str]:
    """Tables that somebody else has made in the archive."""
    ours = {*_all_names(), *_UNTOLD}
    return [name for name in found if name not in ours]


def groups_of_tables() -> dict[str, tuple[str, ...]]:
    """Every table and view by its group; what stands in no other is for the program."""
    placed = {name for names in GROUPS.values() for name in names}
    first = {name: GROUPS[name] for name in ("Articles", "Ledger and runs", "Captures")}
    return {**first, PROGRAM: tuple(name for name in _all_names() if name not in placed)}


_Tables = tuple[tuple[str, tuple[Column, ...]], ...]
_Groups = tuple[tuple[str, list[Described]], ...]


def _hashable(found: Schema) -> _Tables:
    return tuple(found.items())


@lru_cache(maxsize=8)
def _described(
    found: _Tables, seen: frozenset[str], offered: frozenset[str]
) -> tuple[tuple[str, list[Described]], ...]:
    columns = dict(found)
    groups = {**groups_of_tables(), OTHERS: tuple(_others(columns))}
    titles = {name: question.title for group in SUBJECTS.values() for name, question in group.items()}
    return tuple(
        (
            heading,
            [
                Described(
                    name,
                    described.description if (described := TABLES.get(name) or VIEWS.get(name)) else "",
                    name in VIEWS,
                    tuple((_shown(column, seen), _meaning(name, column.name)) for column in columns[name]),
                    tuple(_referring(columns, seen, name)),
                    tuple((ask, titles[ask]) for ask in ASKS.get(name, ()) if ask in offered),
                )
                for name in names
                if name in seen
            ],
        )
        for heading, names in groups.items()
    )


def _shown(column: Column, seen: frozenset[str]) -> Column:
    """Without its reference, where that is to a table that the reader may not see."""
    return column if column.refers_to in seen else replace(column, refers_to="")


def _meaning(table: str, column: str) -> str:
    described = TABLES.get(table) or VIEWS.get(table)
    return described.columns.get(column, "") if described else ""


def _referring(columns: dict[str, tuple[Column, ...]], seen: frozenset[str], table: str) -> list[str]:
    return [name for name in columns if name in seen and any(column.refers_to == table for column in columns[name])]


@lru_cache(maxsize=8)
def _picture(found: _Tables, seen: frozenset[str]) -> Markup:
    """Without the references to runs: nearly every table has one."""
    shown = {heading: [name for name in names if name in seen] for heading, names in GROUPS.items()}
    pairs = {(name, column.refers_to) for name, columns in found for column in columns if column.refers_to}
    pairs |= {("versions", "article_versions"), ("versions", "articles")}
    return picture(shown, sorted(pair for pair in pairs if pair[1] != "runs" and pair[0] != pair[1]))


@lru_cache(maxsize=8)
def _subjects(offered: frozenset[str]) -> tuple[tuple[str, list[tuple[str, Question]]], ...]:
    found = [
        (subject, [(name, it) for name, it in group.items() if name in offered]) for subject, group in SUBJECTS.items()
    ]
    return tuple((subject, group) for subject, group in found if group)
