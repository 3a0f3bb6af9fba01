"""XML by strangers takes bounded time and memory, whatever it is made of."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from miacrawl.discover.feeds import FeedInfo, feed_info, parse_feed
from miacrawl.discover.pieces import MAX_BYTES, head_of, pieces
from miacrawl.discover.sitemaps import is_sitemap, parse_sitemap
from miacrawl.discover.xml import root_name

BASE = "https://a.org/sitemap.xml"
ROOT = Path(__file__).parent.parent
STORY = b"<url><loc>https://a.org/story</loc></url>"
LAUGHS = (
    b'<!DOCTYPE lolz [<!ENTITY lol0 "lol">'
    + b"".join(b'<!ENTITY lol%d "%s">' % (n, b"&lol%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]>"
)
LAUGHED = LAUGHS + b"<urlset><url><loc>https://a.org/&lol9;</loc></url>" + STORY + b"</urlset>"
MEASURE = """
import json, sys, time
from miacrawl.discover.feeds import feed_info, parse_feed
from miacrawl.discover.sitemaps import is_sitemap, parse_sitemap
def kilobytes(name):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(name))
list(parse_sitemap(b"<urlset><url><loc>/x</loc></url></urlset>", "https://a.org/"))
data = open(sys.argv[1], "rb").read()
open("/proc/self/clear_refs", "w").write("5")
before, began = kilobytes("VmRSS:"), time.process_time()
is_sitemap(data), feed_info(data)
entries = sum(1 for _ in parse_sitemap(data, "https://a.org/")) + sum(1 for _ in parse_feed(data, "https://a.org/"))
print(json.dumps([entries, time.process_time() - began, (kilobytes("VmHWM:") - before) / 1024]))
"""


def sitemap(count: int) -> bytes:
    entries = (
        b"<url><loc>https://a.org/2024/05/story-%d</loc><lastmod>2024-05-03</lastmod></url>\n" % n for n in range(count)
    )
    return b"<urlset>" + b"".join(entries) + b"</urlset>"


HOSTILE = {
    "large": lambda: sitemap(200_000),
    "large gzip": lambda: gzip.compress(sitemap(200_000)),
    "gzip bomb of blanks": lambda: gzip.compress(b"<urlset>" + b" " * 300_000_000),
    "gzip bomb of elements": lambda: gzip.compress(b"<urlset>" + b"<a/>" * 20_000_000),
    "gzip bomb in an entry": lambda: gzip.compress(b"<urlset><url>" + b"<loc>x</loc>" * 8_000_000),
    "gzip members": lambda: gzip.compress(b"") * 500_000,
    "deep": lambda: b"<a>" * 5_000_000,
    "attributes": lambda: b"<urlset><url " + b" ".join(b"a%d='>'" % n for n in range(1_000_000)) + b"/></urlset>",
    "attribute": lambda: b"<urlset><url a='" + b"x" * 30_000_000 + b"'/></urlset>",
    "comment": lambda: b"<urlset><!--" + b"x" * 30_000_000 + b"--></urlset>",
    "text": lambda: b"<urlset><url><loc>" + b"x" * 30_000_000 + b"</loc></url></urlset>",
    "name": lambda: b"<" + b"x" * 30_000_000 + b">",
    "namespaces": lambda: b"<urlset " + b" ".join(b'xmlns:a%d="u%d"' % (n, n) for n in range(300_000)) + b"/>",
    "ampersands": lambda: b"<urlset><url><loc>" + b"&" * 30_000_000 + b"</loc></url></urlset>",
    "quadratic entities": lambda: b"<!DOCTYPE u [<!ENTITY a '" + b"x" * 100_000 + b"'>]><urlset><url a='"
    + b"&a;" * 300_000 + b"'><loc>" + b"&a;" * 1_000_000 + b"</loc></url></urlset>",
    "doctypes": lambda: b"<!DOCTYPE a>" * 2_000_000,
    "doctype without end": lambda: b"<!DOCTYPE a [" + b"] " * 15_000_000,
    "one line": lambda: b"https://a.org/" + b"y" * 30_000_000,
}  # fmt: skip


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is measured as Linux tells it")
@pytest.mark.parametrize("name", HOSTILE)
def test_time_and_memory_are_bounded(name: str, tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(HOSTILE[name]())
    command = [sys.executable, "-c", MEASURE, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    entries, seconds, megabytes = json.loads(done.stdout)
    assert "Traceback" not in done.stderr
    assert megabytes < 20 and seconds < 30
    assert entries == 50_000 if name.startswith("large") else entries <= 1


@pytest.mark.parametrize(
    "data",
    [
        LAUGHED,
        b"\xef\xbb\xbf \n" + LAUGHED,
        b'<?xml version="1.0"?><!-- <urlset> -->' + LAUGHED,
        b"<!-- <urlset " + b"x" * 150_000 + b"-->" + LAUGHED,
        ("\ufeff" + LAUGHED.decode()).encode("utf-16-le"),
        LAUGHED.decode().encode("utf-16-be"),
        gzip.compress(LAUGHED),
    ],
)
def test_a_billion_laughs_are_none(data: bytes) -> None:
    began = time.process_time()
    found = [entry.url for entry in parse_sitemap(data, BASE)]
    assert found == ["https://a.org/", "https://a.org/story"]
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "data", [b"junk " + LAUGHED, b'<?xml version="1.0" encoding="UTF-7"?>' + LAUGHED.replace(b"<!", b"+ADwAIQ-")]
)
def test_laughs_that_come_by_another_way_end_soon(data: bytes) -> None:
    began = time.process_time()
    assert all("lollol" not in entry.url for entry in parse_sitemap(data, BASE))
    assert time.process_time() - began < 1


def test_files_and_addresses_named_by_a_doctype_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    doctype = f'<!DOCTYPE u SYSTEM "http://127.0.0.1:9/u.dtd" [<!ENTITY f SYSTEM "file://{secret}">]>'.encode()
    data = doctype + b"<urlset><url><loc>https://a.org/&f;</loc></url>" + STORY + b"</urlset>"
    found = [entry.url for entry in parse_sitemap(data, BASE)]
    assert len(found) == 2 and not any("secret" in url for url in found)


def test_entries_come_while_the_rest_is_unread() -> None:
    entries = parse_sitemap(gzip.compress(sitemap(100_000)), BASE)
    began = time.process_time()
    assert next(entries).url == "https://a.org/2024/05/story-0"
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "written",
    [
        b"https://a.org/?a=1&amp;b=2",
        b"https://a.org/?a=1&b=2",
        b"https://a.org/?a=1&amp;amp;b=2",
        b"<![CDATA[https://a.org/?a=1&b=2]]>",
        b"<![CDATA[https://a.org/?a=1&amp;b=2]]>",
        b"https://a.org/?a=1&#38;b=2",
    ],
)
def test_ampersands_however_written(written: bytes) -> None:
    data = b"<urlset><url><loc>" + written + b"</loc></url></urlset>"
    for padding in (b"", b" " * (65_536 - data.index(b"&", data.index(b"a=1")) - 1), b" " * 65_500):
        padded = b"<urlset>" + padding + data.removeprefix(b"<urlset>")
        assert [entry.url for entry in parse_sitemap(padded, BASE)] == ["https://a.org/?a=1&b=2"]


def test_utf_16_is_read() -> None:
    data = b'<?xml version="1.0" encoding="UTF-16"?><urlset>' + STORY * 3000 + b"</urlset>"
    for coded in (data.decode().encode("utf-16"), data.decode().encode("utf-16-be")):
        assert is_sitemap(coded) and len(list(parse_sitemap(coded, BASE))) == 3000


def test_gzip_put_together_by_appending_is_read_to_its_end() -> None:
    packed = gzip.compress(b"<urlset>" + STORY) + gzip.compress(STORY) + gzip.compress(b"</urlset>")
    assert len(list(parse_sitemap(packed, BASE))) == 2
    assert b"".join(pieces(gzip.compress(b"x" * 1_000_000))) == b"x" * 1_000_000


def test_no_more_than_the_bound_is_unpacked() -> None:
    assert sum(map(len, pieces(gzip.compress(b" " * (MAX_BYTES + 1_000_000))))) == MAX_BYTES


def test_the_kind_is_told_from_the_head_alone() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 300_000_000)
    began = time.process_time()
    assert is_sitemap(bomb) and root_name(bomb) == "urlset" and head_of(bomb, 8) == b"<urlset>"
    assert time.process_time() - began < 0.5
    assert root_name(b" " * 300_000 + b"<urlset>") is None


@pytest.mark.parametrize(
    "head, minutes",
    [
        (b"<ttl>60</ttl>", 60),
        (b"<ttl> 15 </ttl><sy:updatePeriod>daily</sy:updatePeriod>", 15),
        (b"<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 30),
        (b"<sy:updatePeriod> daily </sy:updatePeriod>", 1440),
        (b"<ttl>0</ttl>", None),
        (b"<ttl>soon</ttl>", None),
        (b"<ttl>99999999999999</ttl>", None),
        (b"<item><link>https://a.org/x</link></item><ttl>60</ttl>", None),
        (b"", None),
    ],
)
def test_pace_of_a_feed(head: bytes, minutes: int | None) -> None:
    syndication = b"http://purl.org/rss/1.0/modules/syndication/"
    data = b'<rss xmlns:sy="' + syndication + b'"><channel>' + head + b"</channel></rss>"
    assert feed_info(data) == FeedInfo(minutes)


def test_the_hub_of_a_feed_is_no_entry() -> None:
    data = (
        b'<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><atom:link rel="hub" href="https://hub.example/"/>'
        b'<item><atom:link rel="hub" href="https://hub.example/"/><link>https://a.org/x</link></item></channel></rss>'
    )
    assert [entry.url for entry in parse_feed(data, "https://a.org/feed")] == ["https://a.org/x"]
