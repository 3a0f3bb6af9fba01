"""What is made of a table that nobody may read is not read either: the search index, and the view of versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import versioned
from tests.reader import Reader

INDEX = ["articles_fts", "articles_fts.json", "articles_fts.csv", "ARTICLES_FTS.json", "articles_fts/1.json"]
INDEX += [f"articles_fts_{part}.json" for part in ("data", "idx", "docsize", "config")]
VERSIONS = ["versions", "versions.json?_shape=array", "Versions.json", "versions.csv", "versions.json?_search=worms"]
OPEN = ["runs.json", "related_links.json"]


def reader(folder: Path, **allow: Any) -> Reader:
    """Of an archive of versions, where tables have `allow` blocks."""
    versioned.build(folder)
    path = folder / "metadata.yaml"
    metadata = yaml.safe_load(path.read_text("utf-8"))
    for table, rule in allow.items():
        metadata["databases"]["archive"]["tables"][table]["allow"] = rule
    path.write_text(yaml.safe_dump(metadata), "utf-8")
    return Reader(folder)


def asked(one: Reader, names: list[str], *, signed_in: bool = False) -> dict[str, int]:
    return {name: one.get(f"/archive/{name}", signed_in=signed_in).status_code for name in names}


def test_neither_index_nor_versions_tell_of_articles_that_may_not_be_read(tmp_path: Path) -> None:
    one = reader(tmp_path, articles={"id": "ida"})
    assert set(asked(one, INDEX + VERSIONS).values()) <= {403, 404}
    assert set(asked(one, OPEN).values()) == {200}
    assert asked(one, ["articles_fts.json", "versions.json"], signed_in=True) == {
        "articles_fts.json": 200,
        "versions.json": 200,
    }
    listed = one.get("/archive.json").json()
    assert not {table["name"] for table in listed["tables"] + listed["views"]} & {"versions", "articles_fts"}
    assert "href='/archive/versions'" not in one.get("/data").text.replace('"', "'")


def test_view_of_versions_is_read_by_who_may_read_both_its_tables(tmp_path: Path) -> None:
    one = reader(tmp_path, article_versions=False)
    assert set(asked(one, VERSIONS).values()) <= {403, 404}
    assert asked(one, ["articles_fts.json", "articles.json"]) == {"articles_fts.json": 200, "articles.json": 200}


@pytest.mark.parametrize("name", [INDEX[0], VERSIONS[0]])
def test_they_are_read_where_nothing_is_forbidden(tmp_path: Path, name: str) -> None:
    assert asked(reader(tmp_path), [name]) == {name: 200}
