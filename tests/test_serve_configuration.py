"""The configuration beside an archive: one source, both versions of Datasette, and the user's changes are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from miacrawl.serve.configuration import SETTINGS, files, metadata, write_configuration
from miacrawl.serve.listing import FACETS, SHOWN
from miacrawl.store.connection import open_database
from miacrawl.store.tables import TABLES, VIEWS

ARCHIVE = Path(__file__).parent.parent / "archive"


@pytest.mark.parametrize("name", files())
def test_files_in_the_repository_are_the_generated_ones(name: str) -> None:
    assert (ARCHIVE / name).read_text("utf-8") == files()[name], "run: miacrawl init archive"


def test_both_versions_get_the_same_settings_and_queries() -> None:
    made = files()
    newer = yaml.safe_load(made["datasette.yaml"])
    older = yaml.safe_load(made["metadata.yaml"])
    assert newer["settings"] == json.loads(made["settings.json"]) == SETTINGS
    assert newer["databases"]["archive"]["queries"] == older["databases"]["archive"]["queries"]


def test_every_table_and_column_is_described() -> None:
    tables = metadata()["databases"]["archive"]["tables"]
    for name, table in {**TABLES, **VIEWS}.items():
        assert tables[name]["description"] == table.description
        assert tables[name]["columns"] == dict(table.columns)


def test_everything_that_the_configuration_names_exists(tmp_path: Path) -> None:
    db = open_database(tmp_path / "archive.db")
    for name, table in metadata()["databases"]["archive"]["tables"].items():
        columns = set((db.view(name) if name in VIEWS else db.table(name)).columns_dict)
        named = {next(iter(facet.values())) if isinstance(facet, dict) else facet for facet in table.get("facets", [])}
        named |= {*SHOWN.get(name, ()), *FACETS.get(name, ())}
        named |= {table[key] for key in ("label_column", "sort_desc", "fts_pk") if key in table}
        assert named | set(table.get("columns", {})) <= columns


def test_settings_are_known_to_the_datasette_that_is_installed() -> None:
    from datasette.app import DEFAULT_SETTINGS

    assert set(SETTINGS) <= set(DEFAULT_SETTINGS)


def test_what_is_missing_is_written_once(tmp_path: Path) -> None:
    folder = tmp_path / "new folder"
    assert {path.name for path in write_configuration(folder)} == set(files())
    assert write_configuration(folder) == []


@pytest.mark.parametrize("name", files())
def test_what_the_user_changed_stays(tmp_path: Path, name: str) -> None:
    write_configuration(tmp_path)
    changed = (tmp_path / name).read_text("utf-8") + "\n"
    (tmp_path / name).write_text(changed, "utf-8")
    assert write_configuration(tmp_path) == []
    assert (tmp_path / name).read_text("utf-8") == changed


def test_unchanged_file_of_an_older_version_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr("miacrawl.serve.configuration.SUBJECTS", {})
        write_configuration(tmp_path)
    assert {path.name for path in write_configuration(tmp_path)} == {"metadata.yaml", "datasette.yaml"}
    assert (tmp_path / "metadata.yaml").read_text("utf-8") == files()["metadata.yaml"]


def test_file_that_is_no_text_is_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / "metadata.yaml").write_bytes(b"\xff\xfe\x00")
    assert "metadata.yaml" not in {path.name for path in write_configuration(tmp_path)}
