"""Captures as Datasette shows them: the page in its frame, what stands around it, the record, and every trouble."""

from __future__ import annotations

import gzip
import random
import shutil
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from miacrawl.page import Page
from miacrawl.serve import record as reading
from miacrawl.serve.configuration import write_configuration
from miacrawl.serve.headers import REPLAY_POLICY
from miacrawl.serve.replay import replayed
from miacrawl.warc.reading import raw
from tests import captured, shelf, tricks
from tests import replayed as shown
from tests.steady_reader import SteadyReader as Reader

Ids = dict[str, int]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ids]:
    folder = tmp_path_factory.mktemp("captures") / "my archive"
    return folder, shown.build(folder)


@pytest.fixture(scope="module")
def reader(archive: tuple[Path, Ids]) -> Reader:
    return Reader(archive[0])


@pytest.fixture(scope="module")
def ids(archive: tuple[Path, Ids]) -> Ids:
    return archive[1]


@pytest.fixture
def mine(archive: tuple[Path, Ids], tmp_path: Path) -> Path:
    """A copy of the archive, to be spoilt."""
    return Path(shutil.copytree(archive[0], tmp_path / "copy"))


def change(folder: Path, sql: str, *values: object) -> None:
    db = Database(folder / "archive.db")
    with db.conn:
        db.conn.execute(sql, values)
    db.conn.close()


def frame(reader: Reader, number: int) -> str:
    response = reader.get(f"/capture/{number}/frame")
    assert response.status_code == 200, response.text
    return str(response.text)


# The page around the frame


def test_capture_says_what_it_is_and_where_it_stands(reader: Reader, ids: Ids) -> None:
    text = reader.text(f"/capture/{ids['worms']}")
    for part in (
        "As captured on 30 March 2026, 08:01 UTC",
        "https://gardennotes.example/worms",
        "status 200, the answer in full",
        "an article",
        "192.0.2.7",
        "sha256:",
        "unpacked",
        "warc/miacrawl-00001-",
        "Read the article, version 1",
    ):
        assert part in text
    assert "2 pictures, 1 stylesheet, 1 script that it names are not in this view" in text


def test_headers_stand_exactly_as_they_came(reader: Reader, ids: Ids) -> None:
    request, response = (pre.text_content() for pre in reader.page(f"/capture/{ids['worms']}").xpath("//details//pre"))
    assert request == "GET /worms HTTP/1.1\nHost: gardennotes.example\nUser-Agent: test <x@y.example>"
    assert response.startswith("HTTP/1.1 200 Fine\nDate: Mon, 30 Mar 2026 08:00:00 GMT\nContent-Type: text/html; ")
    assert response.endswith('Content-Encoding: gzip\nETag: "one"\nX-Crawler-Transfer-Encoding: chunked')


def test_frame_is_sandboxed_and_below_our_page(reader: Reader, ids: Ids) -> None:
    (one,) = reader.page(f"/capture/{ids['worms']}").xpath("//iframe")
    assert one.get("sandbox") == "" and one.get("src") == f"/capture/{ids['worms']}/frame" and one.get("title")


def test_captures_of_an_address_lead_to_each_other(reader: Reader, ids: Ids) -> None:
    page = reader.page(f"/capture/{ids['worms-same']}")
    assert page.xpath("//a[@rel='prev']/@href") == [f"/capture/{ids['worms']}"]
    assert page.xpath("//a[@rel='next']/@href") == [f"/capture/{ids['worms-304']}"]
    assert not reader.page(f"/capture/{ids['worms-new']}").xpath("//a[@rel='next']")


@pytest.mark.parametrize("name", ["worms-same", "worms-304"])
def test_revisit_shows_the_page_that_it_refers_to(reader: Reader, ids: Ids, name: str) -> None:
    assert "They eat." in frame(reader, ids[name])
    assert f"Its page is that of capture {ids['worms']}" in reader.text(f"/capture/{ids[name]}")


def test_rendered_page_is_shown_and_leads_to_what_it_was_made_of(reader: Reader, ids: Ids) -> None:
    assert "<h1>Rendered</h1>" in frame(reader, ids["app-rendered"])
    text = reader.text(f"/capture/{ids['app-rendered']}")
    assert f"Rendered from capture {ids['app']}" in text and "No request and no headers" in text


def test_redirect_says_where_it_led(reader: Reader, ids: Ids) -> None:
    assert "It led on to /worms." in reader.text(f"/capture/{ids['old-worms']}")


def test_links_of_the_page_are_listed_outside_the_frame(reader: Reader, ids: Ids) -> None:
    (asked,) = reader.page(f"/capture/{ids['worms']}").xpath("//a[contains(@href, 'links=1')]/@href")
    (section,) = reader.page(asked).xpath("//section[@class='led']")
    assert section.xpath(".//li/a/@href") == ["https://gardennotes.example/next"]
    linked = reader.page(f"/capture/{ids['linking']}?links=1").xpath("//section[@class='led']")[0]
    assert linked.xpath(".//li/a/@href") == ["/article/1", "https://gardennotes.example/old-worms"]
    assert "Archived" in linked.text_content()
    assert not reader.page(f"/capture/{ids['feed']}?links=1").xpath("//section[@class='led']//li")


def test_capture_as_json_says_the_same(reader: Reader, ids: Ids) -> None:
    told = reader.get(f"/capture/{ids['worms']}.json").json()
    assert told["url"] == "https://gardennotes.example/worms" and told["article"]["version"] == 1
    assert told["next"] == ids["worms-same"] and told["previous"] is None and told["error"] is None
    assert told["request"].startswith("GET /worms") and told["response"].startswith("HTTP/1.1 200")
    assert told["shown_as"] == "page" and told["record"] == f"/capture/{ids['worms']}/record"


# The frame


def test_frame_keeps_the_look_of_the_page(reader: Reader, ids: Ids) -> None:
    document = frame(reader, ids["worms"])
    assert document.startswith('<!doctype html><html lang="en" class="js">')
    for part in ("<style>h1 { color: #123456 }</style>", '<body class="story">', "Ünïcode &amp; more."):
        assert part in document
    assert '<a title="Led to https://gardennotes.example/next">Next</a>' in document
    assert '<a href="#end">End</a>' in document and '<img alt="A heap">' in document


def test_frame_is_answered_under_a_policy_of_its_own(reader: Reader, ids: Ids) -> None:
    headers = reader.get(f"/capture/{ids['worms']}/frame").headers
    assert headers["content-security-policy"] == REPLAY_POLICY
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex, nofollow" and headers["cache-control"] == "private, no-cache"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-frame-options"] == "SAMEORIGIN"


def test_frame_alone_in_a_window_gives_way_to_the_page_around_it(reader: Reader, ids: Ids) -> None:
    response = reader.get(f"/capture/{ids['worms']}/frame", headers={"Sec-Fetch-Dest": "document"})
    assert response.status_code == 302 and response.headers["location"] == f"/capture/{ids['worms']}"


@pytest.mark.parametrize("name", ["feed", "json", "robots", "mhtml", "untyped-text"])
def test_what_is_no_page_is_never_rendered(reader: Reader, ids: Ids, name: str) -> None:
    document = frame(reader, ids[name])
    assert "<script" not in document and "<b>" not in document and document.count("<pre>") == 1


@pytest.mark.parametrize("name", ["image", "pdf", "svg"])
def test_files_are_offered_and_not_shown(reader: Reader, ids: Ids, name: str) -> None:
    page = reader.page(f"/capture/{ids[name]}")
    if name != "svg":
        assert not page.xpath("//iframe") and page.xpath(f"//a[@href='/capture/{ids[name]}/body']")
    assert "<script" not in frame(reader, ids[name]) and "PNG" not in frame(reader, ids[name])


def test_page_without_a_content_type_is_one_if_it_looks_so(reader: Reader, ids: Ids) -> None:
    assert "<h1>Untyped</h1>" in frame(reader, ids["untyped"])


@pytest.mark.parametrize("name", ["utf7", "iso2022", "cyrillic", "utf16"])
def test_charsets_are_undone_before_anything_is_shown(reader: Reader, ids: Ids, name: str) -> None:
    document = frame(reader, ids[name])
    assert "<script" not in document and '<meta charset="utf-8">' in document
    if name in ("cyrillic", "utf16"):
        assert ("Черви недели" if name == "cyrillic" else "<h1>Sixteen</h1>") in document


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none", "The answer has no body"),
        ("bomb", "over 8 MB when unpacked"),
        ("large", "too large to be shown"),
        ("broken", "can't be unpacked"),
    ],
)
def test_what_can_not_be_shown_says_why(reader: Reader, ids: Ids, name: str, said: str) -> None:
    page = reader.page(f"/capture/{ids[name]}")
    assert said in page.text_content() and not page.xpath("//iframe")
    assert page.xpath("//details//pre"), "the headers are there all the same"
    assert reader.get(f"/capture/{ids[name]}/frame").status_code == 200
    assert reader.get(f"/capture/{ids[name]}/record").status_code == 200


def test_of_what_is_too_large_to_be_shown_only_the_head_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = shown.Shown(tmp_path / "archive")
    kept = made.keep("large", shown.exchange("/large", random.Random(1).randbytes(17_000_000)))
    made.close()
    asked: list[int] = []
    monkeypatch.setattr(reading, "raw", lambda folder, place: asked.append(place.length) or raw(folder, place))
    text = Reader(tmp_path / "archive").text(f"/capture/{kept.id}")
    assert "too large to be shown" in text and "HTTP/1.1 200 Fine" in text
    assert sum(asked) < 500_000, "it took its packed length several times over in memory, for nothing"


# What a page can't get into the frame

ALLOWED_URLS = ("#", "data:image/")


class Tags(HTMLParser):
    """Elements and attributes of a document, as a tokenizer of HTML sees them."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str, str]] = set()
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name, value or "") for name, value in attrs}

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")


NEVER = set(
    "script link base iframe frame frameset object embed applet svg math template noscript portal video audio source "
    "track picture-in-picture area map param noembed noframes xmp plaintext title-in-body fencedframe canvas".split()
)


NOT_EVEN = "srcset srcdoc action formaction ping background poster target name autofocus accesskey".split()


def check_inert(document: str) -> None:
    found = Tags(document)
    assert not found.tags & NEVER
    assert document.count("<meta") == 1, "ours, which says UTF-8"
    for tag, name, value in found.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in (
            "srcset",
            "srcdoc",
            "action",
            "formaction",
            "ping",
            "background",
            "poster",
            "target",
            "name",
        )
        if name in ("href", "src"):
            assert value.strip().lower().startswith(ALLOWED_URLS), (tag, name, value)
    assert ("meta", "charset", "utf-8") in found.attributes


@pytest.mark.parametrize("name", list(tricks.TRICKS))
def test_trick_is_not_in_the_frame(name: str) -> None:
    markup = tricks.TRICKS[name].format(host="x.tricks.example")
    for around in ("{}", "<body>{}<p>after", "<table>{}", "<select>{}", "<svg>{}</svg><p>", "<title>{}</title>"):
        check_inert(replayed(Page(around.format(markup).encode(), "https://a.example/"), "Copy"))


PIECES = [*"<>/='\"`! \n\t\0&;-?[]", "<!--", "-->", "<![CDATA[", "]]>", "</", "/>", "&lt;", "&#60;", "\ufeff", "ſ", "İ"]
WORDS = [
    *sorted(NEVER),
    *("style", "title", "textarea", "select", "option", "table", "p", "b", "meta", "a", "img", "x-y", "body", "html"),
    *("href", "src", "onload", "http-equiv", "refresh", "javascript:x", "data:image/svg+xml,", "//h.example/"),
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES + WORDS), max_size=40).map("".join))
def test_whatever_is_strung_together_is_not_in_the_frame(markup: str) -> None:
    check_inert(replayed(Page(markup.encode("utf-8", "replace"), "https://a.example/"), "Copy"))


def test_title_of_the_frame_is_ours_and_escaped() -> None:
    document = replayed(Page(b"<title>Theirs</title><p>x", "https://a.example/"), "Copy of </title><script>")
    assert "<title>Copy of &lt;/title&gt;&lt;script&gt;</title>" in document and "Theirs" not in document


def test_controls_are_dead(reader: Reader) -> None:
    document = replayed(Page(b"<form action=/x><input autofocus><button>Go</button></form>", "https://a.example/"), "")
    assert "<input disabled>" in document and "<button disabled>" in document and "<form>" in document


# The record


def records(data: bytes) -> list[tuple[str, str]]:
    found = []
    for record in ArchiveIterator(BytesIO(data), check_digests="raise"):
        record.content_stream().read()
        found.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI") or ""))
    return found


def test_record_stands_alone_and_warcio_accepts_it(reader: Reader, ids: Ids, tmp_path: Path) -> None:
    response = reader.get(f"/capture/{ids['worms-304']}/record")
    assert response.headers["content-disposition"] == (
        f'attachment; filename="capture-{ids["worms-304"]}-gardennotes.example.warc.gz"'
    )
    assert int(response.headers["content-length"]) == len(response.content)
    address = "https://gardennotes.example/worms"
    expected = [("warcinfo", ""), *[(kind, address) for kind in ("response", "request", "revisit", "request")]]
    assert records(response.content) == expected
    path = tmp_path / "x.warc.gz"
    path.write_bytes(response.content)
    checker = Checker(type("Options", (), {"inputs": [str(path)], "verbose": False, "exit": None, "exit_value": 0})())
    checker.process_all()
    assert not checker.exit_value


def test_record_of_a_rendered_page_has_the_page_as_it_came(reader: Reader, ids: Ids) -> None:
    found = records(reader.get(f"/capture/{ids['app-rendered']}/record").content)
    assert [kind for kind, _ in found] == ["warcinfo", "response", "request", "conversion"]


def test_body_is_handed_out_as_it_came_and_never_to_be_run(reader: Reader, ids: Ids) -> None:
    response = reader.get(f"/capture/{ids['worms']}/body")
    assert response.content == shown.PAGE.encode()
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"].startswith("attachment; ")
    assert response.headers["content-security-policy"] == REPLAY_POLICY


def test_downloads_can_be_off(archive: tuple[Path, Ids]) -> None:
    folder, ids = archive
    reader = Reader(folder, settings={"allow_download": False})
    for part in ("record", "body"):
        assert "can't be downloaded here" in reader.text(f"/capture/{ids['worms']}/{part}", 403)
    page = reader.page(f"/capture/{ids['worms']}")
    assert "Downloads are off here" in page.text_content() and not page.xpath("//a[contains(@href, '/record')]")
    assert page.xpath("//iframe")


def test_file_that_is_still_written_can_be_read(tmp_path: Path) -> None:
    ids = shown.build(tmp_path / "open", finish=False)
    reader = Reader(tmp_path / "open")
    assert list((tmp_path / "open" / "warc").glob("*.open"))
    assert "They ate." in frame(reader, ids["worms-new"])
    assert "still being written" in reader.text(f"/capture/{ids['worms-new']}")
    assert records(reader.get(f"/capture/{ids['worms-new']}/record").content)


# The captures of an article


def test_captures_of_an_article_are_those_of_all_its_addresses(reader: Reader, ids: Ids) -> None:
    page = reader.page("/article/1/captures")
    links = page.xpath("//tbody//th/a/@href")
    expected = ["worms-new", "worms-304", "worms-same", "worms", "old-worms"]
    assert links == [f"/capture/{ids[name]}" for name in expected]
    cells = [[" ".join(cell.text_content().split()) for cell in row] for row in page.xpath("//tbody/tr")]
    assert [row[1] for row in cells] == ["2 begins", "1", "1", "1 begins", ""]
    assert [row[2] for row in cells] == ["an article", "not modified since", "an article", "an article", "a redirect"]
    assert "5 answers of the addresses that lead to this article, the latest first." in page.text_content()


def test_captures_of_an_article_as_json(reader: Reader, ids: Ids) -> None:
    told = reader.get("/article/1/captures.json").json()
    assert [row["id"] for row in told["captures"]][:2] == [ids["worms-new"], ids["worms-304"]]
    assert told["captures"][0]["version"] == 2 and told["captures"][0]["begins_version"] and told["next"] is None


def test_article_without_captures_says_so(reader: Reader) -> None:
    assert "No captures are kept of this article" in reader.text("/article/2/captures")


def test_long_lists_of_captures_have_pages(mine: Path) -> None:
    change(
        mine,
        "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 230) INSERT INTO captures (url, url_key, kind,"
        " fetched_at, status, digest, size, warc_id, offset, length) SELECT c.url, c.url_key, c.kind, c.fetched_at,"
        " c.status, c.digest, c.size, c.warc_id, 1000000000 + i, 5 FROM n, captures c WHERE c.id = 2",
    )
    reader, path, seen = Reader(mine), "/article/1/captures", []
    while path:
        page = reader.page(path)
        seen += page.xpath("//tbody//th/a/@href")
        path = next(iter(page.xpath("//a[@rel='next']/@href")), "")
    assert len(seen) == len(set(seen)) == 235
    assert len(reader.get("/article/1/captures.json").json()["captures"]) == 100


@pytest.mark.parametrize("path", ["/article/99/captures", "/article/x/captures", "/article/1e9/captures.json"])
def test_captures_of_no_article(reader: Reader, path: str) -> None:
    response = reader.get(path)
    assert response.status_code == 404 and "No such article" in response.text
    assert ("json" in path) == response.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("before", ["x", "_", "2026_", "%00_1", "2026_99999999999999999999", "'_1"])
def test_strange_places_in_the_list_are_taken_as_none(reader: Reader, before: str) -> None:
    assert "5 answers" in reader.text(f"/article/1/captures?before={before}")


# Trouble

PARTS = ("", ".json", "/frame", "/record", "/body")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("number", ["0", "99999", "9" * 18, "9" * 40, "-1", "x", "%00", "1.5", "²"])
def test_no_such_capture(reader: Reader, number: str, part: str) -> None:
    assert "No such capture" in reader.get(f"/capture/{number}{part}").text


def test_missing_file_is_named(mine: Path, ids: Ids) -> None:
    (file,) = (mine / "warc").glob("*.warc.gz")
    file.unlink()
    reader = Reader(mine)
    for part in PARTS:
        response = reader.get(f"/capture/{ids['worms']}{part}")
        assert response.status_code == 410 and f"warc/{file.name}" in response.text
        assert str(mine) not in response.text, "where the archive is on this machine is nobody's business"
    text = reader.text(f"/capture/{ids['worms']}", 410)
    assert "miacrawl verify DIR" in text and "192.0.2.7" in text, "what the archive knows is shown all the same"


@pytest.mark.parametrize("damage", ["torn", "zeros", "text", "other"])
def test_damaged_record_is_told_and_nothing_breaks(mine: Path, ids: Ids, damage: str) -> None:
    (file,) = (mine / "warc").glob("*.warc.gz")
    row = next(Database(mine / "archive.db").query("SELECT offset, length FROM captures WHERE id = ?", [ids["worms"]]))
    data = bytearray(file.read_bytes())
    start, end = row["offset"], row["offset"] + row["length"]
    if damage == "torn":
        del data[start + 50 :]
    else:
        filler = {"zeros": b"\0", "text": b"<html>", "other": gzip.compress(b"no record")}[damage]
        data[start:end] = (filler * row["length"])[: row["length"]]
    file.write_bytes(bytes(data))
    reader = Reader(mine)
    for part in PARTS:
        response = reader.get(f"/capture/{ids['worms']}{part}")
        assert response.status_code == 410 and str(mine) not in response.text, part
    assert "miacrawl verify DIR" in reader.text(f"/capture/{ids['worms']}", 410)
    told = reader.text(f"/capture/{ids['worms-304']}", 410 if damage == "torn" else 200)
    assert ("can't be read" if damage == "torn" else f"The page is that of capture {ids['worms']}, which") in told


@pytest.mark.parametrize(
    "name",
    ["../../../../etc/passwd", "/etc/passwd", "..", ".", "", "a/b.warc.gz", "..\\x", "x\0y", "<script>1</script>"],
)
def test_file_outside_the_folder_is_never_read(mine: Path, ids: Ids, name: str) -> None:
    change(mine, "UPDATE warcs SET name = ?", name)
    reader = Reader(mine)
    for part in PARTS:
        response = reader.get(f"/capture/{ids['worms']}{part}")
        assert response.status_code == 410 and "root:" not in response.text
        assert part == ".json" or "<script>1" not in response.text


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("offset", -1),
        ("offset", 2**62),
        ("length", -1),
        ("length", 0),
        ("length", 2**40),
        ("offset", "x"),
        ("length", b"x"),
    ],
)
def test_places_that_can_not_be_are_told(mine: Path, ids: Ids, column: str, value: object) -> None:
    change(mine, f"UPDATE captures SET {column} = ? WHERE id = ?", value, ids["worms"])
    reader = Reader(mine)
    for part in PARTS:
        assert reader.get(f"/capture/{ids['worms']}{part}").status_code == 410


def test_hostile_values_are_text(mine: Path, ids: Ids) -> None:
    markup = "'\"></dd><script>top.ran=1</script><img src=x onerror=top.ran=1>{{7*7}}\x00\u202e"
    for column in ("url", "content_type", "digest", "outcome", "ip", "fetched_at", "status", "size"):
        change(mine, f"UPDATE captures SET {column} = ? || {column}", markup)
    change(mine, "UPDATE articles SET title = ?", markup)
    reader = Reader(mine)
    for path in (f"/capture/{ids['worms']}", f"/capture/{ids['worms-304']}", "/article/1/captures"):
        page = reader.page(path)
        assert "{{7*7}}" in page.text_content()
        assert not page.xpath("//main//script | //main//img | //*[starts-with(@href, 'javascript')]")
    assert "<script>top" not in frame(reader, ids["worms"])
    assert reader.get(f"/capture/{ids['worms']}/record").headers["content-disposition"].count('"') == 2
    assert reader.get("/article/1/captures.json").status_code == 200


def test_device_in_place_of_a_file_is_not_read(mine: Path, ids: Ids) -> None:
    (file,) = (mine / "warc").glob("*.warc.gz")
    file.unlink()
    file.mkdir()
    assert Reader(mine).get(f"/capture/{ids['worms']}/frame").status_code == 410


def test_page_that_is_lost_is_told(mine: Path, ids: Ids) -> None:
    change(mine, "UPDATE captures SET refers_to = NULL WHERE id = ?", ids["worms-304"])
    assert "an earlier one, which is not in this archive" in Reader(mine).text(f"/capture/{ids['worms-304']}")


def test_captures_that_refer_to_each_other_end(mine: Path, ids: Ids) -> None:
    change(mine, "UPDATE captures SET refers_to = id WHERE id = ?", ids["worms-304"])
    reader = Reader(mine)
    assert "which is lost" in reader.text(f"/capture/{ids['worms-304']}")
    assert reader.get(f"/capture/{ids['worms-304']}/record").status_code == 200


def test_moved_folder_is_read_where_it_is(mine: Path, ids: Ids, tmp_path: Path) -> None:
    moved = mine.rename(tmp_path / "elsewhere")
    assert "They eat." in frame(Reader(moved), ids["worms"])


def test_archive_older_than_captures_is_told(tmp_path: Path) -> None:
    folder = shelf.build(tmp_path / "old", articles=2)
    change(folder, "PRAGMA foreign_keys = OFF")
    db = Database(folder / "archive.db")
    for table in ("captures", "warcs"):
        db.execute(f"DROP TABLE {table}")
    db.conn.close()
    for path in ("/capture/1", "/capture/1/frame", "/capture/1/record", "/article/1/captures"):
        assert "made by another version of miacrawl" in Reader(folder).text(path, 503)


# Permissions


def test_captures_may_be_for_some_alone(mine: Path, ids: Ids) -> None:
    Path(mine / "metadata.yaml").unlink()
    metadata: dict[str, Any] = {
        "plugins": {"miacrawl": {}},
        "databases": {"archive": {"tables": {"captures": {"allow": {"id": "ida"}}}}},
    }
    reader = Reader(mine, metadata=metadata)
    for part in PARTS:
        assert reader.get(f"/capture/{ids['worms']}{part}").status_code == 403
        assert reader.get(f"/capture/{ids['worms']}{part}", signed_in=True).status_code == 200
    assert reader.get("/article/1/captures").status_code == 403
    assert reader.get("/article/1/captures.json").status_code == 403


def test_articles_that_may_not_be_seen_are_not_named(mine: Path, ids: Ids) -> None:
    Path(mine / "metadata.yaml").unlink()
    hidden = {"articles": {"allow": False}, "runs": {"allow": False}}
    metadata: dict[str, Any] = {"plugins": {"miacrawl": {}}, "databases": {"archive": {"tables": hidden}}}
    reader = Reader(mine, metadata=metadata)
    page = reader.page(f"/capture/{ids['worms']}")
    assert not page.xpath("//main//a[contains(@href, '/article/') or contains(@href, '/run/')]")
    assert reader.get(f"/capture/{ids['worms']}.json").json()["article"] is None
    assert reader.get("/article/1/captures").status_code == 403


def test_links_stand_below_base_url(archive: tuple[Path, Ids]) -> None:
    folder, ids = archive
    page = Reader(folder, settings={"base_url": "/below/"}).page(f"/capture/{ids['worms-same']}")
    links = page.xpath("//main//a/@href | //iframe/@src")
    assert links and all(link.startswith(("/below/", "https://gardennotes.example/")) for link in links)
    told = Reader(folder, settings={"base_url": "/below/"}).get(f"/capture/{ids['worms']}.json").json()
    assert told["frame"] == f"/below/capture/{ids['worms']}/frame"


def test_usual_archives_have_captures_to_show(tmp_path: Path) -> None:
    folder = captured.build(tmp_path / "usual")
    write_configuration(folder)
    reader = Reader(folder)
    assert "Another title" in frame(reader, 8) and "version 2" in reader.text("/capture/8")
