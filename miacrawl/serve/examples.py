"""Ways to work on the archive elsewhere, as code that runs: the page of data and docs/querying.md show the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Example:
    """`code` runs in the folder of an archive, in Python or in a shell, with `needs` installed."""

    title: str
    needs: str
    language: Literal["python", "sh"]
    code: str


EXAMPLES = (
    Example(
        "sqlite-utils on the command line",
        "comes with miacrawl",
        "sh",
        """\
sqlite-utils tables archive.db --columns
sqlite-utils archive.db "SELECT value AS site, n FROM tallies WHERE site = '' AND facet = 'site'" --table
sqlite-utils archive.db "SELECT id, title, published FROM articles ORDER BY published DESC LIMIT 20" --csv > newest.csv
sqlite-utils search archive.db articles "soup" -c title -c published --limit 5
""",
    ),
    Example(
        "sqlite-utils in Python",
        "comes with miacrawl",
        "python",
        """\
import sqlite3

from sqlite_utils import Database

# mode=ro: nothing here can change the archive.
archive = Database(sqlite3.connect("file:archive.db?mode=ro", uri=True))
for row in archive.query(
    "SELECT a.title, count(*) AS links FROM related_links r JOIN articles a ON a.id = r.target_id"
    " WHERE r.article_id IN (SELECT id FROM articles ORDER BY published DESC LIMIT 1000)"
    " GROUP BY a.id ORDER BY links DESC LIMIT 10"
):
    print(row["links"], row["title"])
""",
    ),
    Example(
        "pandas",
        "pip install pandas",
        "python",
        """\
import sqlite3

import pandas as pd

archive = sqlite3.connect("file:archive.db?mode=ro", uri=True)
articles = pd.read_sql_query(
    "SELECT id, site, section, published, read_minutes, read_minutes_estimated FROM articles",
    archive,
)
articles["published"] = pd.to_datetime(articles["published"], format="ISO8601", utc=True, errors="coerce")
by_week = articles.set_index("published").groupby("site").resample("W")["id"].count().unstack(0)
print(by_week)
print(articles.groupby("section")[["read_minutes", "read_minutes_estimated"]].mean().round(1))

# JSON in a column: a row for each author.
bylines = pd.read_sql_query("SELECT author, article_id, site FROM bylines", archive)
print(bylines["author"].value_counts().head(10))
""",
    ),
    Example(
        "DuckDB on an export",
        "pip install duckdb 'miacrawl[parquet]'; first: miacrawl export parquet articles.parquet",
        "python",
        """\
import duckdb

print(
    duckdb.sql(
        \"\"\"
        SELECT section, count(*) AS articles, round(avg(word_count)) AS mean_words
        FROM 'articles.parquet'
        GROUP BY section
        ORDER BY articles DESC
        \"\"\"
    )
)
# authors is a list: unnest makes a row for each name.
print(
    duckdb.sql(
        \"\"\"
        SELECT author, count(*) AS articles
        FROM (SELECT unnest(authors) AS author FROM 'articles.parquet')
        GROUP BY author
        ORDER BY articles DESC, author
        LIMIT 10
        \"\"\"
    )
)
""",
    ),
    Example(
        "pandas on the same export",
        "pip install pandas pyarrow",
        "python",
        """\
import pandas as pd

articles = pd.read_parquet("articles.parquet", columns=["title", "site", "authors", "word_count"])
print(articles.explode("authors").groupby("authors")["word_count"].agg(["count", "mean"]).round())
""",
    ),
)
