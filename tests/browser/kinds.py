"""The kinds of pages: one line each, and every kind gets every check (test_kinds.py) and its pictures (docs/pages.md).

An address may hold the names of sample.facts in braces.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.browser.sample import Facts


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page: where one is, what it shows (a line for readers), whether the page is ours or Datasette's."""

    name: str
    address: str
    line: str
    ours: bool = True
    status: int = 200
    picture: bool = True

    def at(self, facts: Facts) -> str:
        """The path of one such page in the archive that `facts` are of."""
        return self.address.format_map(facts)


def _core(name: str, address: str, line: str, status: int = 200, picture: bool = True) -> Kind:
    """A page that Datasette makes and we style."""
    return Kind(name, address, line, False, status, picture)


def _extra(name: str, address: str, line: str, status: int = 200) -> Kind:
    """A page of ours that looks like another: checked, but without a picture of its own."""
    return Kind(name, address, line, True, status, False)


KINDS: tuple[Kind, ...] = (
    Kind("front", "/", "What is in the archive, and its newest articles."),
    _extra("older", "/?older={cursor}", "The front page, leafed back."),
    Kind("search", "/search?q=sleep", "Search: ranked, highlighted, narrowed by filters with counts."),
    _extra("filtered", "/search?q=sleep&site={site}&section={section}&sort=date", "A search with filters, by date."),
    _extra("browse", "/search", "All articles, newest first."),
    _extra("nothing", "/search?q=zebra+worms", "A search that finds nothing says what else to try."),
    Kind("article", "/article/{article}", "An article, set for reading."),
    _extra("old-version", "/article/{changed}?version=1", "An article as it was."),
    _extra("gone", "/article/{gone}", "An article that its site has taken down."),
    Kind("versions", "/article/{changed}/versions", "When an article was seen, and in what it changed each time."),
    Kind("diff", "/article/{changed}/diff", "What changed between two versions, word by word."),
    _extra("diff-beside", "/article/{changed}/diff?from=1&to=2&view=side", "The same, side by side."),
    Kind("related", "/article/{article}/related", "What an article recommends, and what recommends it."),
    Kind("captures", "/article/{changed}/captures", "Every answer that was kept of an article's page."),
    Kind("capture", "/capture/{capture}", "The page as captured, in a frame in which nothing runs."),
    _extra("capture-revisit", "/capture/{revisit}", "A capture that says: as before."),
    _extra("capture-error", "/capture/{error}", "A captured page of an error."),
    Kind("sites", "/sites", "The sites of the archive."),
    Kind("site", "/site/{site}", "One site: how much of it, from when, by whom."),
    Kind(
        "recommended", "/site/{site}/recommended", "What a site's articles recommend most, and what of it is missing."
    ),
    _extra("authors", "/authors", "Who wrote most."),
    Kind("author", "/author/{author}", "One author's articles."),
    Kind("runs", "/runs", "Every crawl and update, and what came of it."),
    Kind("run", "/run/{run}", "One run: counts, reasons, what it saw."),
    _extra("run-first", "/run/{first_run}", "A run that found everything new."),
    Kind("health", "/health", "Alarms, completeness of fields, failures by reason."),
    _extra("health-site", "/health?site={site}", "The same of one site, field by field."),
    _extra("run-visits", "/run/{first_run}?outcome=new", "All new articles of a run."),
    Kind("why", "/why?url={failed_url}", "Why an address is not in the archive."),
    _extra("why-archived", "/why?url={archived_url}", "An address that is."),
    _extra("why-skipped", "/why?url={skipped_url}", "An address that was not wanted."),
    _extra("why-unasked", "/why", "The question without an address."),
    _extra("why-unknown", "/why?url=https://{site}/no/such", "An address that the archive never met."),
    Kind("data", "/data", "What the tables hold, column by column, and how to ask them from programs."),
    _extra("bad-syntax", "/search?q=%22sleep+AND+(tea+OR", "A search that is not well formed."),
    _extra("unknown", "/article/999999", "No article has this number.", 404),
    _extra("unknown-site", "/site/nowhere.example", "No site has this name.", 404),
    _core("database", "/archive?_tables=all", "The tables, and ready-made questions."),
    _core("table", "/archive/articles?_size=5", "A table with its columns explained."),
    _core("table-links", "/archive/related_links?_size=5&_facet=location", "A table with facets.", picture=False),
    _core("table-empty", "/archive/articles?site=nowhere", "A table where nothing fits.", picture=False),
    _core("row", "/archive/articles/{article}", "One row of a table.", picture=False),
    _core("row-link", "/archive/related_links/{link}", "A row that refers to others.", picture=False),
    _core("row-address", "/archive/urls/{entry}", "An address of the ledger.", picture=False),
    _core("question", "/archive/most_recommended", "A ready-made question with its answer.", picture=False),
    _core("question-asked", "/archive/why_is_it_missing?url={failed_url}", "A question that asks back.", picture=False),
    _core("sql", "/archive?sql=select+id,+title+from+articles+limit+3", "SQL of one's own.", picture=False),
    _core("sql-wrong", "/archive?sql=selec", "SQL that is none.", 400, picture=False),
    _core("no-table", "/archive/nothing_here", "Datasette knows no such table.", 404, picture=False),
    _core("versions-of-datasette", "/-/versions", "What serves the archive.", picture=False),
)

OUTSIDE_OUR_HANDS: dict[tuple[str, str, str], str] = {}
"""(kind, rule of axe, start of the node's selector): why this one node is Datasette's own and can't be mended here."""


def named(name: str) -> Kind:
    """The kind with this name."""
    return next(kind for kind in KINDS if kind.name == name)
