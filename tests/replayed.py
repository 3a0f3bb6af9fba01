"""An archive whose captures are of every kind: pages, what is no page, answers without a body, and rendered pages."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from miacrawl.exchange import Exchange
from miacrawl.store.capture import Capture
from miacrawl.store.captures import Captures
from miacrawl.store.connection import open_database
from miacrawl.urls import key_of
from tests import captured, shelf

SITE = "https://gardennotes.example"
EATEN = " ".join(f"They eat. {number**5}" for number in range(400))
PAGE = (
    "<!doctype html><html lang=en class=js><head><title>Worms</title><style>h1 { color: #123456 }</style>"
    "<link rel=stylesheet href=/style.css><script>document.title = 'x'</script></head><body class=story>"
    "<h1>Worms of <em>the week</em></h1><p>Ünïcode &amp; more.<a href=/next>Next</a> <a href='#end'>End</a>"
    f"<img src=/heap.jpg alt='A heap'><img src=https://cdn.example/two.jpg><p id=end>{EATEN}"
)
TEXT = "text/html; charset=utf-8"


def exchange(
    path: str, body: bytes, content_type: str | None = TEXT, *, status: int = 200, minute: int = 0, more: str = ""
) -> Exchange:
    """An answer of the site, at some minute of its day; `more`: lines of its head."""
    told = f"Content-Type: {content_type}\r\n" if content_type is not None else ""
    head = f"HTTP/1.1 {status} Fine\r\nDate: Mon, 30 Mar 2026 08:00:00 GMT\r\n{told}{more}\r\n"
    request = f"GET {path} HTTP/1.1\r\nHost: gardennotes.example\r\nUser-Agent: test <x@y.example>\r\n\r\n"
    began = captured.BEGAN + timedelta(minutes=minute)
    return Exchange(SITE + path, began, status, request.encode(), head.encode("latin-1"), body, "192.0.2.7")


class Shown:
    """The archive being made. `ids`: captures by the name that a test knows them by."""

    def __init__(self, folder: Path) -> None:
        shelf.build(folder, articles=3)
        self.folder = folder
        self.db: Database = open_database(folder / "archive.db")
        self.captures = Captures(self.db, folder, 1)
        self.ids: dict[str, int] = {}

    def keep(self, name: str, made: Exchange, outcome: str | None = None) -> Capture:
        (kept,) = captured.keep(self.db, self.captures, made)
        self._told(name, kept, outcome)
        return kept

    def render(self, name: str, original: Capture, made: Exchange, html: bytes) -> Capture:
        kept = self.captures.keep_rendered(original, original.url, made, html)
        with self.db.atomic():
            self.captures.tell()
        self.captures.told()
        self._told(name, kept, "article")
        return kept

    def _told(self, name: str, kept: Capture, outcome: str | None) -> None:
        self.ids[name] = kept.id or 0
        with self.db.atomic():
            self.captures.name_outcome(kept, outcome)

    def version(self, number: int, kept: Capture) -> None:
        """The first article's version that was first read from a capture."""
        with self.db.atomic():
            self.db.execute(
                "INSERT INTO article_versions (article_id, number, first_seen, content_hash, capture_id, title)"
                " VALUES (1, ?, ?, ?, ?, 'Worms')",
                [number, kept.fetched_at, str(number) * 64, kept.id],
            )
            self.db.execute("UPDATE articles SET version = ?, capture_id = ? WHERE id = 1", [number, kept.id])

    def close(self, *, finish: bool = True) -> None:
        if finish:
            self.captures.close()
        self.db.conn.close()


def build(folder: Path, *, finish: bool = True) -> dict[str, int]:
    """The captures, by name; `worms` and those that begin so are of the first article's two addresses."""
    shown = Shown(folder)
    page = PAGE.encode()
    packed = gzip.compress(page, mtime=0)
    with shown.db.atomic():
        for table, column in (("articles", "id"), ("urls", "article_id")):
            shown.db.execute(
                f"UPDATE {table} SET url = ?, url_key = ? WHERE {column} = 1",
                [f"{SITE}/worms", key_of(f"{SITE}/worms")],
            )
        shown.db.execute(
            "INSERT INTO urls (url, url_key, site, kind, state, source, depth, priority, due, attempts, discovered_at,"
            " article_id) VALUES (?, ?, 'gardennotes.example', 'page', 'archived', 'redirect', 0, 0, 0, 1, ?, 1)",
            [f"{SITE}/old-worms", key_of(f"{SITE}/old-worms"), "2026-03-30T08:00:00Z"],
        )
    away = exchange("/old-worms", b"moved", status=301, more="Location: /worms\r\n")
    shown.keep("old-worms", away, "redirect")
    coded = 'Content-Encoding: gzip\r\nETag: "one"\r\nX-Crawler-Transfer-Encoding: chunked\r\n'
    first = shown.keep("worms", exchange("/worms", packed, more=coded, minute=1), "article")
    shown.version(1, first)
    shown.keep("worms-same", exchange("/worms", packed, more=coded, minute=2), "article")
    unchanged = exchange("/worms", b"", None, status=304, more='ETag: "one"\r\n', minute=3)
    shown.keep("worms-304", unchanged, "not-modified")
    changed = page.replace(b"They eat.", b"They ate.")
    shown.version(2, shown.keep("worms-new", exchange("/worms", changed, minute=4), "article"))
    shell = exchange("/app", b"<div id=app></div>", minute=5)
    kept = shown.keep("app", shell, "empty-shell")
    shown.render("app-rendered", kept, shell, b"<h1>Rendered</h1><p>by a browser</p>")
    feed = '<?xml version="1.0"?><?xml-stylesheet href="//tricks.example/x.xsl"?><rss><script>1</script></rss>'
    plain = {
        "feed": ("/feed", feed.encode(), "application/rss+xml; charset=utf-8"),
        "json": ("/data", json.dumps({"a": "<script>top.ran=1</script>"}).encode(), "application/json"),
        "robots": ("/robots.txt", b"User-agent: *\nDisallow: /<script>", "text/plain"),
        "svg": ("/x.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>top.ran=1</script></svg>', "image/svg+xml"),
        "image": ("/x.png", b"\x89PNG\r\n\x1a\n" + bytes(2000), "image/png"),
        "pdf": ("/x.pdf", b"%PDF-1.7 <script>" + bytes(2000), "application/pdf"),
        "mhtml": ("/x.mht", b"MIME-Version: 1.0\r\n\r\n<script>top.ran=1</script>", "multipart/related"),
        "linking": ("/linking", b"<a href=old-worms>x</a><a href=javascript:x>y</a><a href='mailto:a@b'>z</a>", TEXT),
        "untyped": ("/untyped", b"<html><h1>Untyped</h1>", None),
        "untyped-text": ("/untyped-text", b"just words <b>", None),
        "none": ("/none", b"", TEXT),
        "utf7": ("/utf7", b"<h1>+ADw-script+AD4-top.ran=1+ADw-/script+AD4-</h1>", "text/html; charset=utf-7"),
        "iso2022": ("/jp", b"<p>\x1b$B$3$s\x1b(B</p>\x1b$B<script>x()</script>", "text/html; charset=iso-2022-jp"),
        "cyrillic": ("/cyr", "<h1>Черви недели</h1>".encode("cp1251") * 9, "text/html; charset=windows-1251"),
        "utf16": ("/utf16", "\ufeff<h1>Sixteen</h1>".encode("utf-16-le"), TEXT),
    }
    for name, (path, body, content_type) in plain.items():
        shown.keep(name, exchange(path, body, content_type, minute=10))
    bomb = gzip.compress(bytes(40_000_000), mtime=0)
    shown.keep("bomb", exchange("/bomb", bomb, more="Content-Encoding: gzip\r\n", minute=11))
    large = gzip.decompress(gzip.compress(b"<p>" + b"large " * 3_000_000))
    shown.keep("large", exchange("/large", large, minute=11))
    shown.keep("broken", exchange("/broken", b"no gzip at all", more="Content-Encoding: gzip\r\n", minute=11))
    shown.close(finish=finish)
    return shown.ids
