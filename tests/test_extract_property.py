"""Pages are written by strangers: whatever the bytes, `extract` answers, soon, and with an `Article`."""

import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import miacrawl

URL = "https://example.org/a/b"
ANY_PACE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first call loads the rules
PIECES = (
    "<h1>", "</h1>", "<p>", "</p>", "<div class='lead'>", "</div>", "<article>", "<br>",
    "<time datetime='2024-99-99'>",
    "<a href='http://[::1'>", "</a>", "<a rel=author href='javascript:1'>", "<base href='//['>", "<script>",
    "</script>",
    "<script type='application/ld+json'>", '{"@type":"Article","author":[[{"@id":1}]],"datePublished":{"a":[]}}',
    '{"@graph":[null,1,{"@type":["Article",3],"headline":{"@value":["x"]},"articleSection":[[]]}]}',
    "<meta property='og:title' content='", "'>", "<meta name='twitter:label1' content='Reading time'>",
    "<meta name='twitter:data1' content='999999999999 min'>", "By ", "5 min read", "3 May 2024 99:99", "\x00", "\ud83d",
    "&#x0;", "&amp;", "日本語", "ﷺ", "<svg><title>", "<template>", "<!--", "<![CDATA[", "<h2 hidden>", "Home > News > ",
)  # fmt: skip


@ANY_PACE
@given(st.binary(max_size=2000))
@example(b"")
@example(b"\xff\xfe")
@example(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3")
def test_no_bytes_make_extract_raise(html: bytes) -> None:
    assert isinstance(miacrawl.extract(html, URL), miacrawl.Article)


@ANY_PACE
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=60))
def test_no_soup_of_tags_makes_extract_raise(pieces: list[str]) -> None:
    article = miacrawl.extract("".join(pieces).encode("utf-8", "surrogatepass"), URL)
    assert article.provenance.keys() <= set(dir(article))
    assert article.read_minutes is None or article.read_minutes >= 1


@ANY_PACE
@given(st.text(max_size=60))
@example("")
@example("http://[::1")
@example("https://example.org:port/")
def test_no_address_makes_extract_raise(url: str) -> None:
    page = b"<base href='x'><link rel=canonical href='y'><nav><a href=z>N</a></nav><h1>Some words here</h1><p>Text.</p>"
    assert miacrawl.extract(page, url).url == url


@ANY_PACE
@given(st.text(max_size=40))
def test_no_content_type_makes_extract_raise(header: str) -> None:
    miacrawl.extract(b"<h1>\xe9t\xe9</h1>", URL, content_type=f"text/html; charset={header}")


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "deep",
        "<h1>" + "word " * 200_000,
        "<p class='lead'>" * 20_000,
        "<meta property='og:title' content='" + "a " * 200_000 + "'><h1>A</h1><h2>A</h2>" * 200,
        "<h1>x</h1>" + "<p>By A B, C D and E F, " * 20_000,
        "<h1>x</h1><p>" + "1 " * 200_000 + "min",
        "<h1>x</h1><p>" + "reading time " * 50_000,
        "<script type='application/ld+json'>" + "[" * 200_000 + "</script>",
        "<script type='application/ld+json'>" + '{"@type":"Article","a":' * 5_000 + "</script>",
        "<a href='/author/x'>" + "<span class='author-name'>Ann Bee</span>" * 30_000,
        "<h1>x</h1>" + "<h1>" * 5_000 + "<time>3 May 2024</time>" * 20_000,
    ],
    ids=range(11),
)
def test_big_and_deep_pages_end_soon(html: str) -> None:
    start = time.process_time()
    miacrawl.extract(html.encode(), URL)
    assert time.process_time() - start < 5
