"""Pages of sites and authors, and the front page's chart: what they count, where they lead, what they withstand."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote

import pytest
import yaml
from sqlite_utils import Database

from miacrawl.serve import address
from tests import crowd, shelf
from tests.reader import Reader
from tests.steady_reader import SteadyReader


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crowd.build(tmp_path_factory.mktemp("crowd") / "my archive")


@pytest.fixture(scope="module")
def reader(folder: Path) -> Reader:
    return SteadyReader(folder)


# Front page


def test_front_page_charts_weeks_up_to_now_though_an_article_is_dated_2199(reader: Reader) -> None:
    page = reader.page("/")
    bars = page.xpath("//figure[@class='charted']//title/text()")
    assert len(bars) == 52
    assert bars[-1] == f"Week of {_day()}: 1 articles (alpha.example: 1)"
    assert page.xpath("//ul[@class='key']/li")[1].text_content() == "beta.example:8080"
    assert page.xpath("//figure[@class='charted']//tbody/tr[last()]/td[1]")[0].text == "1"


def test_front_page_leads_to_sites_authors_runs_and_alarms(reader: Reader) -> None:
    page = reader.page("/")
    figures = dict(zip(page.xpath("//dt/text()"), page.xpath("//dd"), strict=True))
    assert " ".join(figures["Open alarms"].text_content().split()).startswith("2 ")
    assert figures["Open alarms"].xpath("a/@href") == ["/health"] and figures["Last run"].xpath("a/@href") == ["/run/1"]
    links = page.xpath("//aside//a/@href")
    assert f"/site/{quote('北方.example')}" in links and "/site/beta.example:8080" in links
    assert {"/sites", "/authors", "/author/Ida%20Holm"} <= set(links)


def _day() -> str:
    return f"{crowd.MONDAY.day} {crowd.MONDAY:%B} {crowd.MONDAY.year}"


# Sites


def test_sites_are_listed_with_counts_span_weeks_alarms_and_feed(reader: Reader) -> None:
    rows = reader.page("/sites").xpath("//div[@role='row'][not(contains(@class, 'head'))]")
    assert [row.xpath(".//a/@href")[0] for row in rows][:2] == ["/site/alpha.example", "/site/gamma.example"]
    first = " ".join(rows[0].text_content().split())
    assert "130" in first and "2 open alarms" in first and _day() in first
    assert rows[0].xpath(".//svg/@aria-label")[0].startswith("130 in the 26 weeks from")
    assert "/search.atom?site=alpha.example" in rows[0].xpath(".//a/@href")
    assert "no dates" in rows[3].text_content() or "no dates" in rows[2].text_content()


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        ("sort=name", "/site/alpha.example"),
        ("sort=archived", "/site/gamma.example"),
        ("q=beta", "/site/beta.example:8080"),
        ("sort=x&page=-1", "/site/alpha.example"),
    ],
)
def test_sites_are_sorted_and_narrowed(reader: Reader, arguments: str, first: str) -> None:
    assert reader.page(f"/sites?{arguments}").xpath("//span[@role='rowheader']/a/@href")[0] == first


def test_many_sites_are_leafed_through(tmp_path: Path) -> None:
    db = Database(shelf.build(tmp_path, articles=2) / "archive.db")
    db.table("tallies").insert_all(
        {"site": "", "facet": "site", "value": f"{number:03}.example", "n": 1} for number in range(90)
    )
    db.conn.close()
    reader, seen, path = Reader(tmp_path), [], "/sites?sort=name"
    while path:
        page = reader.page(path)
        seen += page.xpath("//span[@role='rowheader']/a[1]/@href")
        path = next(iter(page.xpath("//a[@rel='next']/@href")), "")
    assert len(seen) == len(set(seen)) == 92
    assert "only 3 pages" in reader.text("/sites?page=9")


def test_site_says_what_is_archived_what_became_of_addresses_and_what_hosts_ask_for(reader: Reader) -> None:
    page = reader.page("/site/alpha.example")
    text = " ".join(page.xpath("//main")[0].text_content().split())
    assert "Articles130" in text.replace(" ", "")[:60]
    assert len(page.xpath("//article[contains(@class, 'card')]")) == 12
    for part in ("gone", "no longer there", "has rules, read 30 March 2026", "2.5 s", "31 March 2026", "answered 429"):
        assert part in text
    links = page.xpath("//a/@href")
    expected = ["/authors?site=alpha.example", "/site/alpha.example/recommended", "/health?site=alpha.example"]
    assert set(expected) <= set(links) and "/search?site=alpha.example&section=News" in links
    assert page.xpath("//link[@type='application/atom+xml']/@href") == ["/search.atom?site=alpha.example"]


def test_site_known_to_the_ledger_alone_has_a_page(reader: Reader) -> None:
    text = reader.text("/site/delta.example")
    assert "No article of this site" in text and "skipped" in text


@pytest.mark.parametrize("name", ["www.alpha.example", "ALPHA.example", "alhpa.example"])
def test_unknown_site_is_a_404_that_names_the_likely_one(reader: Reader, name: str) -> None:
    page = reader.page(f"/site/{name}", 404)
    assert "No such site" in page.text_content() and "/site/alpha.example" in page.xpath("//main//a/@href")


@pytest.mark.parametrize("name", ["%00", "%FF", "%2F..%2F", "a" * 3000, "%3Cscript%3E", "%F0%9F%8C%B1", "'--"])
@pytest.mark.parametrize("path", ["/site/{}", "/author/{}"])
def test_strange_names_are_404s(reader: Reader, path: str, name: str) -> None:
    response = reader.get(path.format(name))
    assert response.status_code == 404 and "No such" in response.text and "<script" not in response.text


# Authors


def test_authors_come_by_number_of_articles(reader: Reader) -> None:
    names = reader.page("/authors").xpath("//ol[@class='names']//a")
    assert [" ".join(name.text_content().split()) for name in names][:2] == ["Ida Holm 66", "ida b. wells 65"]
    assert len(names) == len(crowd.NAMES)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ida", ["Ida Holm", "ida b. wells"]),
        ("IDA H", ["Ida Holm"]),
        ("анна", ["Анна Петрова"]),
        ("王", ["王小明"]),
        ("holm", []),
        ('a/b "', [crowd.NAMES[4]]),
        ("%", []),
    ],
)
def test_authors_are_found_by_the_beginning_of_their_name(reader: Reader, typed: str, found: list[str]) -> None:
    page = reader.page(f"/authors?q={quote(typed)}")
    assert [name.text for name in page.xpath("//ol[@class='names']//a/span[1]")] == found


def test_authors_are_leafed_through_once_in_either_order(tmp_path: Path) -> None:
    db = Database(shelf.build(tmp_path, articles=2) / "archive.db")
    names = [f"Sam {number:03}" for number in range(150)]
    db.table("tallies").insert_all(
        {"site": "", "facet": "author", "value": name, "n": 1 + place % 3} for place, name in enumerate(names)
    )
    db.conn.close()
    reader = Reader(tmp_path)
    for start in ("/authors", "/authors?q=sam"):
        seen: list[str] = []
        path = start
        while path:
            page = reader.page(path)
            seen += [name.text for name in page.xpath("//ol[@class='names']//a/span[1]")]
            path = next(iter(page.xpath("//a[@rel='next']/@href")), "")
        assert len(seen) == len(set(seen)) and set(names) <= set(seen)


@pytest.mark.parametrize("name", crowd.NAMES)
def test_author_of_any_name_has_a_page_that_lists_link_to(reader: Reader, name: str) -> None:
    (path,) = [
        link for link in reader.page("/authors").xpath("//ol[@class='names']//a/@href") if unquote(link)[8:] == name
    ]
    page = reader.page(path)
    assert page.xpath("//h1")[0].text == name and page.xpath("//article[contains(@class, 'card')]")


def test_author_has_articles_sites_span_and_co_authors(reader: Reader) -> None:
    page = reader.page("/author/Ida%20Holm")
    text = " ".join(page.xpath("//main")[0].text_content().split())
    assert "beta.example:8080 1" in text and "alpha.example 65" in text
    assert "Together with" in text and f"/author/{quote(crowd.NAMES[4], safe='')}" in page.xpath("//aside//a/@href")
    seen = []
    path = "/author/Ida%20Holm"
    while path:
        page = reader.page(path)
        seen += page.xpath("//article[contains(@class, 'card')]//a/@href")
        path = next(iter(page.xpath("//a[@rel='next']/@href")), "")
    assert len(seen) == len(set(seen)) == 66
    assert seen[:3] == ["/article/2", "/article/201", "/article/4"], "newest first"


def test_unknown_author_is_a_404_that_names_like_ones(reader: Reader) -> None:
    page = reader.page("/author/Ida%20Hollm", 404)
    assert "/author/Ida%20Holm" in page.xpath("//main//a/@href")


def test_names_that_are_steps_in_a_path_lead_to_a_search() -> None:
    class Urls:
        def path(self, path: str) -> str:
            return path

    class Server:
        urls = Urls()

    assert address.author_path(Server(), "..") == "/search?author=.."


# Permissions, base_url, older archives


def test_tables_that_are_forbidden_are_left_out(tmp_path: Path) -> None:
    crowd.build(tmp_path)
    path = tmp_path / "metadata.yaml"
    metadata = yaml.safe_load(path.read_text("utf-8"))
    for table in ("alarms", "hosts", "ledger_counts", "urls", "related_links", "coverage", "runs"):
        metadata["databases"]["archive"]["tables"][table]["allow"] = False
    path.write_text(yaml.safe_dump(metadata), "utf-8")
    reader = Reader(tmp_path)
    for page in ("/", "/sites", "/site/alpha.example"):
        text = reader.text(page)
        for secret in ("alarm", "Last run", "answered 429", "What became of", "recommended"):
            assert secret not in text, f"{secret} on {page}"
    assert reader.get("/site/delta.example").status_code == 404
    for page in ("/site/alpha.example/recommended", "/article/1/related", "/article/1/related.json"):
        assert reader.get(page).status_code == 403
    assert "/health" not in reader.page("/archive?_tables=all").xpath("//div[@class='nav-menu-inner']//a/@href")


@pytest.mark.parametrize(
    "path", ["/sites", "/site/alpha.example", "/site/alpha.example/recommended", "/authors", "/author/Ida%20Holm"]
)
def test_base_url_is_in_every_link_of_sites_and_authors(folder: Path, path: str) -> None:
    page = Reader(folder, settings={"base_url": "/papers/"}).page(path)
    for link in page.xpath("//a/@href | //link/@href | //form/@action"):
        assert link.startswith(("/papers/", "https://", "#")), link


def test_archive_from_before_tallies_says_how_to_bring_it_up_to_date(tmp_path: Path) -> None:
    db = Database(shelf.build(tmp_path, articles=2) / "archive.db")
    db.execute("DROP TABLE tallies")
    db.conn.close()
    reader = Reader(tmp_path)
    for path in ("/sites", "/author/x"):
        assert "miacrawl init" in reader.text(path, 503)


def test_empty_archive_has_empty_lists(tmp_path: Path) -> None:
    reader = Reader(shelf.build(tmp_path, articles=0))
    assert "Nothing is archived yet" in reader.text("/sites") and "No article has a byline" in reader.text("/authors")
