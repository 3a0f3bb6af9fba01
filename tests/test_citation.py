"""Citations say what they should, and the programs that read them read just that."""

from __future__ import annotations

import io
import json
import sqlite3
import warnings
from pathlib import Path
from typing import Any

import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string

from miacrawl.citation.cited import Cited, base_of
from miacrawl.citation.day import Day, day_of
from miacrawl.citation.formats import FORMATS, written
from miacrawl.citation.key import key_of
from miacrawl.citation.name import name_of
from miacrawl.cli import group
from miacrawl.cli.cite import _FORMATS
from miacrawl.errors import ConfigError
from tests import shelf

NASTY = '50% of {braces} & \\input{x} $5 _under_ ~tilde^ #1 “quoted” "plain" <b> | @misc{x,'


def cited(**changes: Any) -> Cited:
    values: dict[str, Any] = {
        "article_id": 7,
        "version": 2,
        "url": "https://gardennotes.example/soil/worms",
        "site": "gardennotes.example",
        "site_name": "Garden Notes",
        "title": "Why worms like your compost",
        "authors": ("Ida Holm", "Garden Desk"),
        "published": "2026-03-12T09:30:00Z",
        "language": "en",
        "retrieved": "2026-03-30T08:01:00Z",
        "content_hash": "ab" * 32,
    }
    return Cited(**{**values, **changes})


def bibtex(one: Cited) -> Any:
    """The only entry, as pybtex reads it."""
    read = parse_string(written([one], "bibtex"), "bibtex")
    assert len(read.entries) == 1
    return read.entries[key_of(one)]


def ris(one: Cited) -> dict[str, Any]:
    read = rispy.loads(written([one], "ris"))
    assert len(read) == 1
    return dict(read[0])


def csl(one: Cited) -> dict[str, Any]:
    (item,) = json.loads(written([one], "csl-json"))
    return dict(item)


# --- names ---


@pytest.mark.parametrize(
    ("text", "family", "given"),
    [
        ("Ida Holm", "Holm", "Ida"),
        ("Ludwig van Beethoven", "van Beethoven", "Ludwig"),
        ("Robert De Niro", "De Niro", "Robert"),
        ("Juan de la Cruz", "de la Cruz", "Juan"),
        ("José Ortega y Gasset", "Ortega y Gasset", "José"),
        ("Van Morrison", "Morrison", "Van"),
        ("Holm, Ida", "Holm", "Ida"),
        ("J. R. R. Tolkien", "Tolkien", "J. R. R."),
        ("Анна Берг", "Берг", "Анна"),
    ],
)
def test_person_is_taken_apart(text: str, family: str, given: str) -> None:
    assert (name_of(text).family, name_of(text).given) == (family, given)


@pytest.mark.parametrize(
    "text",
    ["Garden Desk", "cortyn", "Reuters", "李文", "山田 太郎", "김 철수", "The Editors", "Bread and Butter",
     "BBC News Team", "Studio 54 Berlin", "Ministry of Soil", "Garden Notes, Inc."],
)  # fmt: skip
def test_name_that_is_no_persons_stays_whole(text: str) -> None:
    assert not name_of(text).is_person
    assert name_of(text).literal == text


def test_suffix_is_no_family_name() -> None:
    for text in ("Martin King Jr.", "Martin King, Jr.", "King, Martin, Jr."):
        name = name_of(text)
        assert (name.family, name.given, name.suffix) == ("King", "Martin", "Jr.")


def test_author_that_is_the_site_itself_is_no_person() -> None:
    assert csl(cited(authors=("Garden Notes",)))["author"] == [{"literal": "Garden Notes"}]


# --- dates ---


@pytest.mark.parametrize(
    ("stored", "day"),
    [
        ("2026-03-12T09:30:00Z", Day(2026, 3, 12)),
        ("2026-03-12T09:30:00", Day(2026, 3, 12)),
        ("2026-03-12", Day(2026, 3, 12)),
        ("2026-03", Day(2026, 3)),
        ("2026", Day(2026)),
        ("2026-02-31", Day(2026, 2)),
        ("2026-13-01", Day(2026)),
        ("last week", None),
        ("", None),
        (None, None),
    ],
)
def test_day_is_what_is_known_of_a_date(stored: str | None, day: Day | None) -> None:
    assert day_of(stored) == day


def test_missing_date_is_said_or_left_out() -> None:
    one = cited(published=None)
    assert "(n.d.)" in written([one], "text")
    assert "issued" not in csl(one)
    assert not {"date", "year", "month"} & set(bibtex(one).fields)
    assert not {"year", "date"} & set(ris(one))


def test_day_alone_and_month_alone_are_dates_in_every_format() -> None:
    assert csl(cited(published="2026-03"))["issued"] == {"date-parts": [[2026, 3]]}
    assert bibtex(cited(published="2026-03-12")).fields["date"] == "2026-03-12"
    assert ris(cited(published="2026-03"))["date"] == "2026/03"
    assert "(2026, March 12)" in written([cited(published="2026-03-12")], "text")


# --- formats ---


def test_command_offers_the_formats_that_there_are() -> None:
    assert tuple(FORMATS) == _FORMATS


def test_reference_can_be_pasted() -> None:
    one = cited(authors=("Ida Holm", "Tomás Jean-Luc Rey", "Garden Desk")).published_at("https://archive.example.edu/")
    assert written([one], "text") == (
        "Holm, I., Rey, T. J.-L., & Garden Desk. (2026, March 12). Why worms like your compost. Garden Notes."
        " https://gardennotes.example/soil/worms Retrieved March 30, 2026, 08:01 UTC, archived as article 7, version 2"
        f" (https://archive.example.edu/article/7?version=2); SHA-256 {'ab' * 32}."
    )


def test_reference_without_author_begins_with_the_title() -> None:
    assert written([cited(authors=())], "text").startswith(
        "Why worms like your compost. (2026, March 12). Garden Notes"
    )


def test_bibtex_is_read_back_by_pybtex() -> None:
    entry = bibtex(cited().published_at("https://archive.example.edu/"))
    assert entry.type == "online"
    person, desk = entry.persons["author"]
    assert (person.first_names, person.last_names) == (["Ida"], ["Holm"])
    assert (desk.first_names, desk.last_names) == ([], ["{Garden Desk}"])
    assert entry.fields["url"] == "https://gardennotes.example/soil/worms"
    assert entry.fields["urldate"] == "2026-03-30"
    assert (entry.fields["year"], entry.fields["month"]) == ("2026", "March")
    assert "ab" * 32 in entry.fields["note"]
    assert "https://archive.example.edu/article/7?version=2" in entry.fields["note"]


def test_what_tex_would_run_is_text_in_bibtex() -> None:
    title = bibtex(cited(title=NASTY)).fields["title"]
    assert "\\input" not in title
    assert title.count("{") == title.count("}")
    for sign in "%&$#_":
        assert all(title[at - 1] == "\\" for at in range(len(title)) if title[at] == sign)


def test_bibtex_name_with_and_in_it_is_one_name() -> None:
    (name,) = bibtex(cited(authors=("Bread and Butter Desk",))).persons["author"]
    assert name.last_names == ["{Bread and Butter Desk}"]


def test_ris_is_read_back_by_rispy() -> None:
    entry = ris(cited().published_at("https://archive.example.edu/"))
    assert entry["type_of_reference"] == "ELEC"
    assert entry["authors"] == ["Holm, Ida", "Garden Desk"]
    assert entry["title"] == "Why worms like your compost"
    assert entry["year"] == "2026"
    assert entry["urls"] == ["https://gardennotes.example/soil/worms"]
    assert entry["access_date"] == "2026/03/30"
    assert "ab" * 32 in entry["notes"][0]
    assert "https://archive.example.edu/article/7?version=2" in json.dumps(entry)


@pytest.mark.parametrize("field", ["title", "site_name", "language"])
def test_value_with_line_breaks_adds_no_tags_to_ris(field: str) -> None:
    entry = ris(cited(**{field: "One\nER  - \nTY  - BOOK\r\nAU  - Mallory\u2028AU  - Eve"}))
    assert entry["type_of_reference"] == "ELEC"
    assert entry["authors"] == ["Holm, Ida", "Garden Desk"]


def test_author_with_line_breaks_adds_no_tags_to_ris() -> None:
    assert len(ris(cited(authors=("Ida\nAU  - Eve Holm",)))["authors"]) == 1


def test_csl_json_is_rendered_by_a_citation_processor() -> None:
    item = csl(cited(authors=("Ida Holm",)).published_at("https://archive.example.edu/"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the processor does not know `custom`, which is of CSL 1.0.2
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        source = CiteProcJSON([{name: value for name, value in item.items() if name != "custom"}])
        bibliography = CitationStylesBibliography(style, source, formatter.plain)
        bibliography.register(Citation([CitationItem(item["id"])]))
        (rendered,) = bibliography.bibliography()
    assert "Holm, I." in str(rendered)
    assert "Why worms like your compost" in str(rendered)
    assert "2026" in str(rendered)


CSL_VARIABLES = {
    "id", "type", "title", "container-title", "URL", "accessed", "issued", "version", "note", "custom", "author",
    "language", "archive_location",
}  # fmt: skip
"""Those of the CSL-JSON schema, version 1.0.2, that we use: it allows no others."""


def test_csl_json_has_only_variables_of_the_schema_with_its_types() -> None:
    item = csl(cited(gone_since="2026-05-01T00:00:00Z").published_at("https://archive.example.edu/"))
    assert set(item) == CSL_VARIABLES
    assert item["type"] == "webpage"
    assert item["issued"] == {"date-parts": [[2026, 3, 12]]}
    assert item["author"] == [{"family": "Holm", "given": "Ida"}, {"literal": "Garden Desk"}]
    assert item["custom"]["content_hash"] == f"sha256:{'ab' * 32}"
    assert isinstance(item["version"], str)


def test_newspaper_is_one_in_ris_and_csl() -> None:
    one = cited(site_name="The Example Times")
    assert csl(one)["type"] == "article-newspaper"
    assert ris(one)["type_of_reference"] == "NEWS"


def test_gone_article_says_since_when_in_every_format() -> None:
    one = cited(gone_since="2026-05-01T06:00:00Z")
    for name in FORMATS:
        assert "no longer at its address since May 1, 2026, 06:00 UTC" in written([one], name)


def test_without_a_base_there_is_no_permalink() -> None:
    for name in FORMATS:
        assert "article/7" not in written([cited()], name)


def test_marks_of_direction_reach_no_format() -> None:
    for name in FORMATS:
        text = written([cited(title="abc\u202edef\x1b[2J", authors=("Ida\u200f Holm",))], name)
        assert "\\u20" not in text
        assert "\x1b" not in text


ANY = st.text(max_size=60)


@given(title=ANY, author=ANY, site_name=ANY)
def test_whatever_a_page_says_is_one_entry_in_every_format(title: str, author: str, site_name: str) -> None:
    one = cited(title=title, authors=(author, "Ida Holm"), site_name=site_name)
    bibtex(one)
    assert csl(one)["id"] == ris(one)["id"] == key_of(one)


# --- keys ---


def test_key_names_author_year_and_word() -> None:
    assert key_of(cited()) == "holm-2026-worms-7v2"
    assert key_of(cited(authors=("Zoë Øster-Groß",))) == "ostergross-2026-worms-7v2"
    assert key_of(cited(authors=(), published=None, title=None)) == "gardennotes-nd-7v2"
    assert key_of(cited(authors=("李文",), title="早餐")) == "gardennotes-2026-7v2"


def test_versions_have_keys_of_their_own() -> None:
    assert key_of(cited(version=1)) != key_of(cited(version=2))


# --- permalinks ---


@pytest.mark.parametrize(
    "text", ["", "archive", "ftp://a.example/", "https://a.example/?q=1", "https://u:p@a.example/"]
)
def test_base_that_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="--base"):
        base_of(text, "--base")


@pytest.mark.parametrize("text", ["https://a.example/x", "https://a.example/x/"])
def test_base_ends_with_one_slash(text: str) -> None:
    assert cited().published_at(base_of(text, "--base")).permalink == "https://a.example/x/article/7?version=2"


# --- the command ---


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Article 2 has been changed once; its first version was by somebody else."""
    folder = shelf.build(tmp_path / "archive", articles=6)
    with sqlite3.connect(folder / "archive.db") as db:
        db.execute("UPDATE articles SET url_key = substr(url_key, 9)")
        db.execute("UPDATE urls SET url_key = substr(url_key, 9)")
        db.execute(
            "INSERT INTO article_versions (article_id, number, first_seen, last_seen, content_hash, title, authors,"
            " published) VALUES (2, 1, '2026-03-01T00:00:00Z', '2026-03-20T00:00:00Z', ?, 'Loaf', '[\"Eve Moss\"]',"
            " '2026-02-01')",
            ["1" * 64],
        )
        db.execute("INSERT INTO warcs (id, name, started) VALUES (1, 'a.warc.gz', '2026-03-01T00:00:00Z')")
        db.execute(
            "INSERT INTO captures (id, url, url_key, kind, fetched_at, digest, size, warc_id, offset, length)"
            " VALUES (1, 'u', 'u', 'response', '2026-03-25T11:00:00Z', 'sha1:X', 1, 1, 0, 9)"
        )
        db.execute(
            "INSERT INTO article_versions (article_id, number, first_seen, content_hash, capture_id)"
            " VALUES (2, 2, '2026-03-25T11:00:02Z', ?, 1)",
            ["0" * 64],
        )
        db.execute("UPDATE articles SET version = 2 WHERE id = 2")
        db.execute(
            "INSERT INTO urls (url, url_key, site, kind, state, reason, source, discovered_at, article_id) VALUES"
            " ('https://kitchenweekly.example/old', 'kitchenweekly.example/old', 'kitchenweekly.example', 'page',"
            " 'archived', 'redirected', 'listing', '2026-03-01T00:00:00Z', 2)"
        )
    db.close()
    return folder


def cite(archive: Path, *arguments: str) -> Any:
    return CliRunner(env={"MIACRAWL_PERMALINK": ""}).invoke(group, ["cite", "-a", str(archive), *arguments])


def test_version_that_stands_is_cited_as_it_was_captured(archive: Path) -> None:
    (item,) = json.loads(cite(archive, "2", "--format", "csl-json").stdout)
    assert (item["version"], item["title"]) == ("2", shelf.TITLES[1][0])
    assert item["custom"]["retrieved"] == "2026-03-25T11:00:00Z"


def test_older_version_is_cited_as_it_was(archive: Path) -> None:
    (item,) = json.loads(cite(archive, "2", "--version", "1", "--format", "csl-json").stdout)
    assert (item["title"], item["author"]) == ("Loaf", [{"family": "Moss", "given": "Eve"}])
    assert item["custom"]["retrieved"] == "2026-03-01T00:00:00Z"
    assert item["custom"]["content_hash"] == f"sha256:{'1' * 64}"


def test_article_is_found_by_every_address_that_is_known(archive: Path) -> None:
    by_number = cite(archive, "2").stdout
    own = "https://kitchenweekly.example/storage/article-2"
    for url in (own, f"{own}/?utm_source=x", "http://www.kitchenweekly.example/old#top", "kitchenweekly.example/old"):
        assert cite(archive, url).stdout == by_number


def test_several_are_cited_in_their_order(archive: Path) -> None:
    read = parse_string(cite(archive, "3", "1", "2", "--format", "bibtex").stdout, "bibtex")
    assert [key.rpartition("-")[2] for key in read.entries] == ["3v1", "1v1", "2v2"]
    assert len(rispy.loads(cite(archive, "3", "1", "--format", "ris").stdout)) == 2


def test_permalink_is_of_the_version_and_its_absence_is_explained(archive: Path) -> None:
    with_base = cite(archive, "2", "--base", "https://archive.example.edu")
    assert "(https://archive.example.edu/article/2?version=2)" in with_base.stdout
    assert with_base.stderr == ""
    without = cite(archive, "2")
    assert "article/2" not in without.stdout
    assert "MIACRAWL_PERMALINK" in without.stderr


def test_setting_gives_the_permalink(archive: Path) -> None:
    (archive / "miacrawl.yaml").write_text("settings:\n  MIACRAWL_PERMALINK: https://archive.example.edu/g/\n")
    done = CliRunner().invoke(group, ["cite", "-a", str(archive), "2"])
    assert "(https://archive.example.edu/g/article/2?version=2)" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["99"], 5, "no article of number 99"),
        (["9" * 40], 5, "no article of number"),
        (["1", "99"], 5, "no article of number 99"),
        (["2", "--version", "7"], 5, "versions 1 to 2"),
        (["https://gardennotes.example/tag/soil"], 5, "miacrawl why https://gardennotes.example/tag/soil"),
        (["https://kitchenweekly.example/storage/artikle-2"], 5, "did you mean https://kitchenweekly.example/storage/"),
        (["https://elsewhere.example/"], 5, "miacrawl crawl https://elsewhere.example/"),
        (["no address"], 3, "neither"),
        (["https://[broken/"], 3, "neither"),
        (["2", "--base", "nowhere"], 3, "--base"),
    ],
)
def test_what_can_not_be_cited_is_one_line_and_nothing_else(
    archive: Path, arguments: list[str], code: int, told: str
) -> None:
    done = cite(archive, *arguments)
    assert done.exception is not None
    assert getattr(done.exception, "exit_code", None) == code
    assert told in str(done.exception)
    assert "\n" not in str(done.exception)
    assert done.stdout == ""


def test_version_of_several_articles_is_wrong_usage(archive: Path) -> None:
    assert cite(archive, "1", "2", "--version", "1").exit_code == 2


def test_citations_know_neither_stages_nor_sql() -> None:
    for path in (Path(__file__).parent.parent / "miacrawl" / "citation").glob("*.py"):
        assert "miacrawl.store" not in path.read_text("utf-8")
        assert "SELECT" not in path.read_text("utf-8")


def test_archive_without_rows_of_versions_is_cited_all_the_same(tmp_path: Path) -> None:
    folder = shelf.build(tmp_path / "archive", articles=1)
    done = cite(folder, "1")
    assert "archived as article 1, version 1" in done.stdout
    assert "Retrieved March 30, 2026, 08:01 UTC" in done.stdout


def test_ris_ends_each_record_so_that_files_can_be_joined(archive: Path) -> None:
    text = cite(archive, "1", "--format", "ris").stdout
    assert len(rispy.load(io.StringIO(text + text))) == 2
