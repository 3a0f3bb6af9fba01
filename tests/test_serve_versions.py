"""The timeline of an article's versions, and the difference of any two."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from lxml import html

from miacrawl.difference.difference import difference
from miacrawl.serve.pieces import stretches
from miacrawl.store.connection import open_database
from tests import shelf, versioned
from tests.reader import Reader
from tests.steady_reader import SteadyReader
from tests.test_serve_style import luminance, palettes

DIFF = "/article/1/diff?from=1&to=3"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return versioned.build(tmp_path_factory.mktemp("served") / "archive")


@pytest.fixture(scope="module")
def reader(folder: Path) -> Reader:
    return SteadyReader(folder)


def told(node: html.HtmlElement) -> str:
    return " ".join(node.text_content().split())


# The timeline


def test_timeline_says_what_changed_when_and_by_how_much(reader: Reader) -> None:
    last, middle, first = reader.page("/article/1/versions").xpath("//ol[@class='timeline']/li")
    assert "Version 3 stands now" in told(last) and "first seen 3 March 2026, 12:00 UTC" in told(last)
    assert "Changed: text; 10 words added, 2 words removed" in told(last)
    assert "last seen 2 March 2026, 18:00 UTC" in told(middle) and "Changed: title, text" in told(middle)
    assert "other ones than the version before it" in told(middle) and "other ones" not in told(last)
    assert "The first that is known" in told(first) and "added" not in told(first)


def test_timeline_leads_to_text_difference_and_capture_of_each_version(reader: Reader) -> None:
    last, middle, first = reader.page("/article/1/versions").xpath("//ol[@class='timeline']/li")
    assert last.xpath(".//a/@href") == ["/article/1", "/article/1/diff?from=2&to=3", "/capture/3"]
    assert middle.xpath(".//a/@href") == ["/article/1?version=2", "/article/1/diff?from=1&to=2", "/capture/2"]
    assert first.xpath(".//a/@href") == ["/article/1?version=1", "/capture/1"]


def test_article_that_never_changed_says_so(reader: Reader) -> None:
    page = reader.page("/article/3/versions")
    assert "has stayed the same" in told(page) and not page.xpath("//form[@class='choose']")
    assert "There is no other one" in reader.text("/article/3/diff")


def test_versions_are_told_in_the_order_of_time_whatever_their_numbers(tmp_path: Path) -> None:
    folder = versioned.build(tmp_path)
    db = open_database(folder / "archive.db")
    with db.conn:  # an import has found what stood there before
        db.execute("UPDATE article_versions SET first_seen = '2020-01-01' WHERE article_id = 1 AND number = 2")
    db.conn.close()
    reader = SteadyReader(folder)
    found = reader.get("/article/1/versions.json").json()["versions"]
    assert [(version["number"], version["before"]) for version in found] == [(2, None), (1, 2), (3, 1)]
    assert reader.get("/article/1/diff.json?from=1&to=2").json()["from"]["number"] == 2


def test_long_history_is_told_page_by_page(tmp_path: Path) -> None:
    folder = versioned.build(tmp_path)
    db = open_database(folder / "archive.db")
    with db.conn:
        for number in range(4, 60):
            db.table("article_versions").insert(
                {"article_id": 1, "number": number, "first_seen": f"2026-04-01T00:{number:02}:00+00:00",
                 "last_seen": f"2026-04-01T00:{number:02}:30+00:00", "content_hash": "x", "title": f"Title {number}",
                 "changed": '["title"]', "body": "One.", "authors": "[]", "extractor": versioned.RULES}
            )  # fmt: skip
    db.conn.close()
    reader = SteadyReader(folder)
    seen, path = [], "/article/1/versions"
    while path:
        page = reader.page(path)
        seen += [told(heading).split()[1] for heading in page.xpath("//ol[@class='timeline']//h2")]
        assert "words added" in told(page) or "word added" in told(page)
        path = next((f"/article/1/versions{link}" for link in page.xpath("//a[@rel='next']/@href")), "")
    assert seen == [*map(str, range(59, 3, -1)), "3", "2", "1"]
    assert len(reader.get("/article/1/versions.json").json()["versions"]) == 59
    assert "Page 3 of 3" in reader.text("/article/1/versions?page=999")
    assert "Page 1 of 3" in reader.text("/article/1/versions?page=x")


# The difference


def test_difference_tells_each_field_that_changed(reader: Reader) -> None:
    page = reader.page(DIFF)
    assert [told(heading) for heading in page.xpath("//section[@class='field']/h2")] == ["Title", "Authors", "Text"]
    title, authors, text = page.xpath("//section[@class='field']/div")
    assert told(title) == "Why worms like your compost" and told(title.xpath(".//ins")[0]) == "your"
    assert told(authors.xpath(".//ins")[0]) == "Tomás Rey,"
    assert [told(one) for one in text.xpath(".//del")] == ["nine", "four feet", "This paragraph was taken out later."]
    assert [told(one) for one in text.xpath(".//ins")][:2] == ["ten", "two metres"]
    assert "14 words added, 9 words removed" in told(page)
    assert "The same in both: blurb, section, published, read time." in told(page)


def test_difference_of_a_script_without_blanks_is_by_characters(reader: Reader) -> None:
    page = reader.page("/article/2/diff")
    assert page.xpath("//div[@class='inline']//del/text()") == ["Ida Holm", "良"]
    assert page.xpath("//div[@class='inline']//ins/text()") == ["悪"]
    assert page.xpath("//div[@class='inline']/@lang") == ["ja", "ja"]


def test_side_by_side_has_each_version_in_its_column(reader: Reader) -> None:
    page = reader.page(f"{DIFF}&view=side")
    before, after = (page.xpath(f"//div[@class='{side}']") for side in ("before", "after"))
    assert len(before) == len(after)
    assert not [cell for cell in before if cell.xpath(".//ins")] and not [
        cell for cell in after if cell.xpath(".//del")
    ]
    assert "nine days" in " ".join(map(told, before)) and "ten days" in " ".join(map(told, after))
    assert [told(head) for head in page.xpath("//span[@role='columnheader']")][:2] == ["Version 1", "Version 3"]


def test_what_stayed_is_folded_where_it_is_long(reader: Reader) -> None:
    (folded,) = reader.page(DIFF).xpath("//details[@class='folded']")
    assert "1 paragraph unchanged: “This long paragraph has stayed" in told(folded)
    assert "Nothing more is to be said of it." not in told(folded), "short ones stay in sight"


def test_earlier_version_stands_first_whichever_is_asked_for_first(reader: Reader) -> None:
    swapped = reader.page("/article/1/diff?from=3&to=1")
    assert "Version 1 is the earlier one, so it stands first." in told(swapped)
    assert "so it stands first" not in reader.text(DIFF)
    for path in (DIFF, "/article/1/diff?from=3&to=1"):
        assert reader.page(path).xpath("//section[@class='field']//ins/text()")[0] == "your"


def test_version_does_not_differ_from_itself(reader: Reader) -> None:
    assert "Both are version 2" in reader.text("/article/1/diff?from=2&to=2")


def test_versions_that_say_the_same_are_said_to(tmp_path: Path) -> None:
    folder = versioned.build(tmp_path)
    db = open_database(folder / "archive.db")
    with db.conn:
        db.execute("UPDATE article_versions SET body = title, title = 'x', blurb = 'y' WHERE article_id = 1")
        db.execute("UPDATE article_versions SET body = 'z' WHERE article_id = 1")
    db.conn.close()
    assert "Version 1 and version 2 say the same in every field" in Reader(folder).text("/article/1/diff?from=1&to=2")


def test_usual_difference_is_that_of_the_version_that_stands_now_and_the_one_before(reader: Reader) -> None:
    found = reader.get("/article/1/diff.json").json()
    assert (found["from"]["number"], found["to"]["number"]) == (2, 3)


def test_other_rules_are_told(reader: Reader) -> None:
    assert "read by different rules" in reader.text(DIFF)
    assert "read by different rules" not in reader.text("/article/1/diff?from=2&to=3")


def test_form_chooses_two_versions_and_the_way_they_are_shown(reader: Reader) -> None:
    (form,) = reader.page(f"{DIFF}&view=side").xpath("//form[@class='choose']")
    assert form.get("action") == "/article/1/diff" and form.method == "GET"
    assert dict(form.form_values()) == {"from": "1", "to": "3", "view": "side"}
    assert form.xpath("//select[@id='from']/option/@value") == ["3", "2", "1"]
    assert all(form.xpath(f"//label[@for='{name}']") for name in ("from", "to"))


def test_json_gives_both_texts_back(reader: Reader) -> None:
    found = reader.get("/article/1/diff.json?from=1&to=3").json()
    text = next(field for field in found["fields"] if field["field"] == "body")
    for number, other in ((1, "added"), (3, "removed")):
        paragraphs = ["".join(said for kind, said in row["pieces"] if kind != other) for row in text["rows"]]
        stored = [" ".join(part.split()) for part in versioned.TEXTS[number].split("\n\n")]
        assert [paragraph for paragraph in paragraphs if paragraph] == stored
    assert (found["from"]["capture_id"], found["to"]["capture_id"]) == (1, 3)


def test_hostile_texts_are_told_to_be_too_long_and_stay_text(tmp_path: Path) -> None:
    folder = versioned.build(tmp_path)
    db = open_database(folder / "archive.db")
    with db.conn:
        for number, body in ((1, "<script>x()</script> " * 60_000), (2, "<script>x() </script> " * 60_000)):
            db.execute(
                "UPDATE article_versions SET body = ?, title = '<img src=x>' WHERE article_id = 1 AND number = ?",
                [body, number],
            )
    db.conn.close()
    reader = SteadyReader(folder)
    response = reader.get("/article/1/diff?from=1&to=2")
    assert "compared word by word everywhere" in response.text and "first 1,000,000 characters" in response.text
    assert "<script>x" not in response.text and "<img" not in response.text
    assert reader.get(f"{DIFF}&view=side").status_code == 200
    assert "added" not in told(reader.page("/article/1/versions").xpath("//ol[@class='timeline']/li")[1])


# What is not there


@pytest.mark.parametrize("page", ["versions", "diff", "versions.json", "diff.json"])
@pytest.mark.parametrize("number", ["99", "x", "9" * 30, "%00"])
def test_unknown_article_is_a_helpful_404(reader: Reader, page: str, number: str) -> None:
    response = reader.get(f"/article/{number}/{page}")
    assert response.status_code == 404 and "No such article" in response.text


@pytest.mark.parametrize("arguments", ["from=9", "to=9", "from=x", "from=-1&to=1", f"to={'9' * 40}", "from=²"])
def test_unknown_version_is_a_helpful_404(reader: Reader, arguments: str) -> None:
    assert "No such version" in reader.text(f"/article/1/diff?{arguments}", 404)
    assert reader.get(f"/article/1/diff.json?{arguments}").json()["error"] == "No such version"


def test_archive_from_before_versions_says_so(tmp_path: Path) -> None:
    folder = shelf.build(tmp_path, articles=2)
    db = open_database(folder / "archive.db")
    db.execute("DROP VIEW versions")
    db.execute("DROP TABLE article_versions")
    db.conn.close()
    for page in ("versions", "diff"):
        assert "miacrawl init" in Reader(folder).text(f"/article/1/{page}", 404)


@pytest.mark.parametrize("table", ["articles", "article_versions", "versions"])
def test_nobody_sees_versions_that_are_forbidden(tmp_path: Path, table: str) -> None:
    folder = versioned.build(tmp_path)
    path = folder / "metadata.yaml"
    metadata = yaml.safe_load(path.read_text("utf-8"))
    metadata["databases"]["archive"]["tables"][table]["allow"] = {"id": "ida"}
    path.write_text(yaml.safe_dump(metadata), "utf-8")
    reader = SteadyReader(folder)
    for page in ("versions", "diff", "versions.json", "diff.json"):
        refused = reader.get(f"/article/1/{page}")
        assert refused.status_code == 403 and "worms" not in refused.text
        assert reader.get(f"/article/1/{page}", signed_in=True).status_code == 200


def test_captures_of_versions_are_not_told_to_whom_they_are_forbidden(tmp_path: Path) -> None:
    folder = versioned.build(tmp_path)
    path = folder / "metadata.yaml"
    metadata = yaml.safe_load(path.read_text("utf-8"))
    metadata["databases"]["archive"]["tables"]["captures"]["allow"] = False
    path.write_text(yaml.safe_dump(metadata), "utf-8")
    reader = SteadyReader(folder)
    assert not reader.page("/article/1/versions").xpath("//a[contains(@href, '/capture/')]")
    assert {version["capture_id"] for version in reader.get("/article/1/versions.json").json()["versions"]} == {None}
    assert reader.get("/article/1/diff.json").json()["from"]["capture_id"] is None


def test_base_url_is_in_every_link(folder: Path) -> None:
    reader = SteadyReader(folder, settings={"base_url": "/prefix/"})
    for path in ("/article/1", "/article/1?version=1", "/article/1/versions", DIFF, f"{DIFF}&view=side"):
        for address in reader.page(path).xpath("//a/@href | //link/@href | //script/@src | //form/@action"):
            assert address.startswith(("/prefix/", "https://", "#", "?")), f"{path}: {address}"


def test_blanks_around_changed_words_are_not_underlined() -> None:
    (stretch,) = stretches(difference("One and three.", "One, two and three.").rows)
    assert stretch.rows[0].inline == "One<ins>, two</ins> and three."
    (stretch,) = stretches(difference("Worms like compost.", "Worms like your compost.").rows)
    assert stretch.rows[0].inline == "Worms like <ins>your</ins> compost."


@pytest.mark.parametrize("screen", ["light", "dark"])
def test_changed_words_stand_out_from_their_ground(screen: str) -> None:
    colours = palettes("reading.css")[screen] | palettes("versions.css")[screen]
    grounds = [("gone", "gone-wash"), ("come", "come-wash"), ("gone", "paper"), ("come", "paper")]
    for text, ground in grounds:
        lighter, darker = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, f"{text} on {ground}"
