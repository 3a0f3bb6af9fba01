"""What the sample site promises over HTTP: each way in, each trap, nothing from elsewhere."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import threading
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import etree
from lxml import html as lxml_html

from miacrawl.sample.server import SampleServer, serve_sample
from miacrawl.sample.truth import articles

ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def tree(self) -> lxml_html.HtmlElement:
        return lxml_html.document_fromstring(self.body)


def ask(site: SampleServer, path: str, method: str = "GET", **headers: str) -> Reply:
    parts = urlsplit(site.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def site() -> Iterator[SampleServer]:
    with serve_sample() as running:
        yield running


@pytest.fixture
def own_site() -> Iterator[SampleServer]:
    with serve_sample() as running:
        yield running


# Ways in


def hrefs(site: SampleServer, path: str, reply: Reply) -> set[str]:
    found = set()
    for node in reply.tree.iter("a", "link"):
        if node.tag == "a" or "alternate" in (node.get("rel") or ""):
            url = urlsplit(urljoin(site.url + path.lstrip("/"), node.get("href") or ""))
            if url.netloc == urlsplit(site.url).netloc:
                found.add(url.path + (f"?{url.query}" if url.query else ""))
    return found


def xml_links(reply: Reply) -> set[str]:
    data = gzip.decompress(reply.body) if reply.body[:2] == b"\x1f\x8b" else reply.body
    root = etree.fromstring(data)
    texts = [node.text or "" for node in root.iter("{*}loc", "link")]
    texts += [node.get("href", "") for node in root.iter(f"{ATOM}link")]
    return {urlsplit(text).path for text in texts}


def reached(site: SampleServer, follow: Callable[[str], bool]) -> set[str]:
    """Paths that a crawler finds which reads those pages, feeds and sitemaps for which `follow` is true."""
    queue, seen = ["/", "/sitemap.xml", "/sitemap-news.xml"], set()
    while queue:
        path = queue.pop()
        if path in seen or path.startswith("/private/"):
            continue
        seen.add(path)
        if not follow(path):
            continue
        reply = ask(site, path)
        kind = reply.headers.get("content-type", "")
        if "xml" in kind or "gzip" in kind:
            queue += xml_links(reply)
        elif "html" in kind and reply.status == 200:
            queue += hrefs(site, path, reply)
    return {urlsplit(path).path.rstrip("/") for path in seen}


def is_article(path: str) -> bool:
    return bool(re.match(r"(?:/amp)?/category/[a-z]+/(?!page/|atom)[a-z-]+", path))


def is_later_page(path: str) -> bool:
    return "page=" in path or "/page/" in path


def is_feed(path: str) -> bool:
    return path in ("/feed.xml", "/category/prevention/atom.xml")


@pytest.mark.parametrize("revision", [1, 2])
def test_every_article_is_reachable(own_site: SampleServer, revision: int) -> None:
    own_site.revision = revision
    assert {article.path for article in articles(revision)} <= reached(own_site, lambda path: True)


@pytest.mark.parametrize(
    ("quirk", "way"),
    [
        ("only-page-2", is_later_page),
        ("only-feed", is_feed),
        ("only-sitemap", lambda path: path.startswith("/sitemap")),
        ("only-related", is_article),
    ],
)
def test_some_articles_can_be_found_in_one_way_only(site: SampleServer, quirk: str, way: Callable[[str], bool]) -> None:
    hidden = {article.path for article in articles(1) if quirk in article.quirks}
    assert len(hidden) >= 2
    missed = {article.path for article in articles(1)} - reached(site, lambda path: not way(path))
    assert missed == hidden


def test_listings_number_their_pages_in_the_query_or_in_the_path(site: SampleServer) -> None:
    for section, second in {"nutrition": "/category/nutrition?page=2", "sleep": "/category/sleep/page/2"}.items():
        first = ask(site, f"/category/{section}")
        assert first.tree.xpath("//link[@rel='next']/@href") == [second]
        assert first.tree.xpath("//nav[@class='pagination']/a/@href") == [second]
        assert ask(site, second).tree.xpath("//link[@rel='prev']/@href") == [f"/category/{section}"]
    assert ask(site, "/category/sleep/page/9").status == 404
    assert ask(site, "/category/sleep?page=%C2%B2").status == 404


def test_home_lists_ten_and_spoils_three_addresses(site: SampleServer) -> None:
    links = ask(site, "/").tree.xpath("//ul[@class='cards']//h2/a/@href")
    assert len(links) == 10
    assert links[0] == "/category/sleep/sleep-week-programme"
    assert "utm_source" in links[1]
    assert links[2].endswith("/")
    assert links[3].endswith("#comments")
    assert not any(re.search(r"[?#]|/$", link) for link in links[4:])


def test_robots_names_the_sitemaps_under_the_servers_own_address(site: SampleServer) -> None:
    text = ask(site, "/robots.txt").body.decode()
    assert f"Sitemap: {site.url}sitemap.xml\n" in text
    assert "Disallow: /private/\n" in text
    assert "crawl-delay" not in text.lower()


def test_sitemap_index_names_two_children_one_gzipped_and_a_news_sitemap(site: SampleServer) -> None:
    children = xml_links(ask(site, "/sitemap.xml"))
    assert children == {"/sitemap-articles-1.xml", "/sitemap-articles-2.xml.gz", "/sitemap-news.xml"}
    zipped = ask(site, "/sitemap-articles-2.xml.gz")
    assert zipped.headers["content-type"] == "application/gzip"
    assert "content-encoding" not in zipped.headers
    assert gzip.decompress(zipped.body).startswith(b"<?xml")
    assert b"news:publication_date" in ask(site, "/sitemap-news.xml").body


def test_feeds_are_announced_and_their_rss_links_are_tracked(site: SampleServer) -> None:
    announced = ask(site, "/").tree.xpath("//link[@rel='alternate']/@href")
    assert announced == [f"{site.url}feed.xml", f"{site.url}category/prevention/atom.xml"]
    items = etree.fromstring(ask(site, "/feed.xml").body).findall("channel/item")
    assert len(items) >= 15
    assert all("utm_source=feed" in (item.findtext("link") or "") for item in items)
    assert all("?" not in (item.findtext("guid") or "?") for item in items)
    assert etree.fromstring(ask(site, "/category/prevention/atom.xml").body).tag == f"{ATOM}feed"


# Articles


@pytest.mark.parametrize("revision", [1, 2])
def test_pages_show_what_the_truth_says(own_site: SampleServer, revision: int) -> None:
    own_site.revision = revision
    for article in articles(revision):
        reply = ask(own_site, article.path)
        codec = "cp1252" if article.quirks & {"windows-1252", "windows-1252-said-utf-8"} else "utf-8"
        tree = lxml_html.document_fromstring(reply.body.decode(codec))
        text = " ".join(tree.body.text_content().split())
        read_time = article.read_time_text if article.markup != "blog" else None
        shown = (article.title, article.blurb, read_time, *article.authors, *article.body)
        assert [piece for piece in shown if piece and piece not in text] == [], article.path
        assert article.summary is None or article.summary not in text
        day = article.published if type(article.published) is date else None
        assert day is None or f"{day.day} {day:%B %Y}" in text
        links = tree.xpath("//a/@href")
        assert all(link.path in links and link.title in text for link in article.related)


def test_nothing_shows_a_reading_time_where_the_truth_has_none(site: SampleServer) -> None:
    for article in articles(1):
        if article.read_minutes is None:
            body = ask(site, article.path).body.decode("cp1252", "replace")
            assert not re.search(r"min read|minute read|Reading time:|reading time|timeRequired", body), article.path


def test_blog_states_its_reading_time_in_metadata_only(site: SampleServer) -> None:
    tree = ask(site, "/category/mind/worry-time").tree
    assert tree.xpath("//meta[@name='twitter:label2']/@content") == ["Estimated reading time"]
    assert tree.xpath("//meta[@name='twitter:data2']/@content") == ["3 minutes"]
    assert "3 minutes" not in tree.body.text_content()


def test_semantic_pages_carry_a_json_ld_graph_and_a_sponsored_grid(site: SampleServer) -> None:
    tree = ask(site, "/category/sleep/why-naps-work").tree
    graph = json.loads(tree.xpath("//script[@type='application/ld+json']/text()")[0])["@graph"]
    assert [node["@type"] for node in graph] == ["NewsMediaOrganization", "NewsArticle"]
    assert graph[1]["timeRequired"] == "PT3M"
    assert len(tree.xpath("//*[@id='taboola-below-article']//a")) == 3


def test_utility_pages_read_in_the_order_of_mias_feed(site: SampleServer) -> None:
    article = next(a for a in articles(1) if a.path == "/category/nutrition/breakfast-that-lasts")
    text = " ".join(ask(site, article.path).tree.find(".//main").text_content().split())
    marks = ["Sample Health Feed", "Nutrition", article.title, "Share this article", article.blurb or "", "2 min read"]
    marks += [
        *article.body,
        "Stay Updated with",
        "How often",
        "unsubscribe",
        "Related Articles",
        article.related[0].title,
    ]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)


def test_old_style_pages_have_no_canonical_link(site: SampleServer) -> None:
    reply = ask(site, "/category/fitness/rest-days")
    assert b"canonical" not in reply.body
    assert b"<BR><BR>" in reply.body
    assert b"<P>" not in reply.body


def test_the_empty_article_has_a_headline_and_no_paragraph(site: SampleServer) -> None:
    tree = ask(site, "/category/sleep/sleep-week-programme").tree
    assert tree.findtext(".//h1") == "Sleep Week Returns in November"
    assert "".join(tree.xpath("string(//*[@itemprop='articleBody'])")).strip() == ""


# Encodings


def test_windows_1252_page_claims_to_be_utf_8_and_has_no_header(site: SampleServer) -> None:
    reply = ask(site, "/category/nutrition/cooking-oil-choices")
    assert reply.headers["content-type"] == "text/html"
    assert b'<meta charset="utf-8">' in reply.body
    assert "Sautéed" in reply.body.decode("cp1252")
    with pytest.raises(UnicodeDecodeError):
        reply.body.decode("utf-8")


def test_windows_1252_page_says_so_in_header_and_meta(site: SampleServer) -> None:
    reply = ask(site, "/category/fitness/cycling-to-the-office")
    assert reply.headers["content-type"] == "text/html; charset=windows-1252"
    assert b"charset=windows-1252" in reply.body
    assert "“Won’t I arrive" in reply.body.decode("cp1252")


def test_utf_8_page_claims_to_be_windows_1252(site: SampleServer) -> None:
    reply = ask(site, "/category/sleep/morning-light")
    assert reply.headers["content-type"] == "text/html"
    assert b'<meta charset="windows-1252">' in reply.body
    assert "naïve" in reply.body.decode("utf-8")


# Duplicates, dead ends and pages that are no articles


@pytest.mark.parametrize("variant", ["/", "?utm_source=x&utm_medium=y", "?print=1"])
def test_variants_of_an_address_name_the_clean_one_as_canonical(site: SampleServer, variant: str) -> None:
    path = "/category/nutrition/breakfast-that-lasts"
    reply = ask(site, path + variant)
    assert reply.status == 200
    assert reply.tree.xpath("//link[@rel='canonical']/@href") == [site.url.rstrip("/") + path]


def test_amp_page_names_the_full_page_as_canonical(site: SampleServer) -> None:
    path = "/category/sleep/why-naps-work"
    assert ask(site, path).tree.xpath("//link[@rel='amphtml']/@href") == [f"{site.url}amp{path}"]
    assert ask(site, f"/amp{path}").tree.xpath("//link[@rel='canonical']/@href") == [site.url.rstrip("/") + path]


def test_old_slug_is_redirected(site: SampleServer) -> None:
    reply = ask(site, "/category/fitness/five-minute-warm-up")
    assert (reply.status, reply.headers["location"]) == (301, f"{site.url}category/fitness/the-warm-up")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/category/mind/a-page-that-never-was", 404),
        ("/category/prevention/server-trouble", 500),
        ("/category/prevention/winter-colds", 404),
        ("/category/prevention/winter-colds?print=1", 404),
        ("/static/../truth.py", 404),
        ("/static/style.py", 404),
        ("/no%00where", 404),
        ("/tag/nothing", 404),
    ],
)
def test_dead_ends_answer_with_their_status(site: SampleServer, path: str, status: int) -> None:
    assert ask(site, path).status == status


def test_home_links_to_every_kind_of_dead_end(site: SampleServer) -> None:
    links = hrefs(site, "/", ask(site, "/"))
    assert {
        "/files/sleep-diary.pdf",
        "/category/fitness/five-minute-warm-up",
        "/category/mind/a-page-that-never-was",
        "/category/prevention/server-trouble",
        "/private/editors-notes",
        "/about",
        "/contact",
        "/search",
        "/tag/habits",
    } <= links


@pytest.mark.parametrize("path", ["/about", "/contact", "/search", "/search?q=sleep", "/tag/habits", "/newsletter"])
def test_pages_that_are_no_articles_answer(site: SampleServer, path: str) -> None:
    assert ask(site, path).status == 200


def test_search_escapes_what_was_asked(site: SampleServer) -> None:
    assert b"<script>alert" not in ask(site, "/search?q=%3Cscript%3Ealert(1)%3C/script%3E").body


def test_pdf_is_a_pdf(site: SampleServer) -> None:
    reply = ask(site, "/files/sleep-diary.pdf")
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.body.startswith(b"%PDF-1.4")
    start = int(reply.body.rsplit(b"startxref\n", 1)[1].split()[0])
    assert reply.body[start:].startswith(b"xref")


# Revisions and conditional requests


def test_setting_the_revision_changes_withdraws_and_adds(own_site: SampleServer) -> None:
    own_site.revision = 2
    assert b"electrolyte" in ask(own_site, "/category/nutrition/how-much-water").body
    assert ask(own_site, "/category/fitness/old-gym-machines").status == 410
    assert ask(own_site, "/category/prevention/winter-colds").status == 200
    with pytest.raises(ValueError, match="revisions"):
        own_site.revision = 3


def test_only_the_changed_article_answers_anew_to_a_conditional_request(own_site: SampleServer) -> None:
    kept = {a.path: ask(own_site, a.path).headers for a in articles(1)}
    own_site.revision = 2
    for validator, condition in (("etag", "If_None_Match"), ("last-modified", "If_Modified_Since")):
        replies = {path: ask(own_site, path, **{condition: headers[validator]}) for path, headers in kept.items()}
        anew = {path: reply.status for path, reply in replies.items() if reply.status != 304}
        assert anew == {"/category/nutrition/how-much-water": 200, "/category/fitness/old-gym-machines": 410}
        assert all(reply.body == b"" for reply in replies.values() if reply.status == 304)


def test_home_changes_with_the_revision(own_site: SampleServer) -> None:
    before = ask(own_site, "/")
    assert ask(own_site, "/", If_None_Match=before.headers["etag"]).status == 304
    own_site.revision = 2
    assert ask(own_site, "/", If_None_Match=before.headers["etag"]).status == 200
    assert ask(own_site, "/", If_Modified_Since=before.headers["last-modified"]).status == 200


def test_a_nonsense_date_is_no_condition(site: SampleServer) -> None:
    assert ask(site, "/", If_Modified_Since="yesterday").status == 200


# The server itself


def test_requests_are_recorded_in_order(own_site: SampleServer) -> None:
    ask(own_site, "/about?x=1")
    ask(own_site, "/contact", method="HEAD")
    assert own_site.requests == ["/about?x=1", "/contact"]


def test_head_answers_without_a_body(site: SampleServer) -> None:
    reply = ask(site, "/about", method="HEAD")
    assert reply.body == b""
    assert int(reply.headers["content-length"]) > 500


def test_serves_loopback_only_and_ends_with_the_block() -> None:
    with serve_sample() as running:
        assert running.server_address[0] == "127.0.0.1"
        port = running.server_address[1]
        assert running.url == f"http://127.0.0.1:{port}/"
        assert f"sample-site-{port}" in {thread.name for thread in threading.enumerate()}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=60)
    assert f"sample-site-{port}" not in {thread.name for thread in threading.enumerate()}


def test_an_address_that_cannot_be_read_is_not_found(site: SampleServer) -> None:
    parts = urlsplit(site.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60) as line:
        line.sendall(b"GET http://[/ HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 404 ")


def test_hanging_up_early_is_quiet(own_site: SampleServer, capfd: pytest.CaptureFixture[str]) -> None:
    parts = urlsplit(own_site.url)
    for _ in range(5):
        with socket.create_connection((parts.hostname or "", parts.port or 0)) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert ask(own_site, "/about").status == 200
    assert capfd.readouterr().err == ""


def test_pages_load_nothing_from_elsewhere(site: SampleServer) -> None:
    paths = ["/", "/category/sleep", "/about", "/contact", "/search", "/tag/habits", "/static/style.css"]
    for path in [*paths, *(article.path for article in articles(1))]:
        reply = ask(site, path)
        assert not re.search(rb"url\(|@import", reply.body)
        if path.endswith(".css"):
            continue
        tree = reply.tree
        assert tree.xpath("//iframe | //script[not(@type='application/ld+json')] | //*[@srcset] | //style") == []
        for source in tree.xpath("//@src | //link/@href | //form/@action"):
            target = urlsplit(urljoin(site.url, source))
            assert target.netloc == urlsplit(site.url).netloc, (path, source)
        for link in tree.xpath("//a/@href"):
            target = urlsplit(urljoin(site.url, link))
            own = target.netloc == urlsplit(site.url).netloc
            assert own or target.scheme == "mailto" or (target.hostname or "").endswith(".example"), (path, link)


def test_images_and_styles_are_there(site: SampleServer) -> None:
    sources = set(ask(site, "/").tree.xpath("//@src | //link[@rel='icon' or @rel='stylesheet']/@href"))
    assert len(sources) >= 6
    assert all(ask(site, source).status == 200 for source in sources)


def test_two_sites_can_run_side_by_side() -> None:
    with serve_sample() as one, serve_sample(revision=2) as other:
        assert one.url != other.url
        assert one.url.encode() in ask(one, "/").body
        assert one.url.encode() not in ask(other, "/").body


def test_every_file_of_the_sample_site_is_declared_as_package_data() -> None:
    root = Path(__file__).parent.parent
    settings = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    endings = {Path(glob).suffix for glob in settings["tool"]["setuptools"]["package-data"]["miacrawl"]} | {".py"}
    files = [p for p in (root / "miacrawl" / "sample").rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    assert len(files) > 60
    assert {file.suffix for file in files} <= endings
