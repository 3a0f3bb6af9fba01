"""An archive with captures, made without a crawl: two sites, a page that came twice the same, and one that changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from miacrawl.exchange import Exchange
from miacrawl.store.capture import Capture
from miacrawl.store.captures import Captures
from miacrawl.store.connection import open_database
from miacrawl.urls import key_of
from tests import shelf

BEGAN = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)


def exchange(url: str, body: str, *, day: int = 0, status: int = 200) -> Exchange:
    host = url.split("/")[2]
    data = body.encode()
    head = f"HTTP/1.1 {status} OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(data)}\r\n\r\n"
    request = f"GET {url.partition(host)[2]} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: test\r\n\r\n"
    began = BEGAN + timedelta(days=day)
    return Exchange(url, began, status, request.encode(), head.encode(), data, "192.0.2.1")


def page(title: str) -> str:
    paragraphs = "".join(f"<p>{title}: paragraph {number}, of which there are some.</p>" for number in range(40))
    return f"<!doctype html><title>{title}</title><h1>{title}</h1>{paragraphs}"


def keep(db: Database, captures: Captures, *exchanges: Exchange) -> list[Capture]:
    kept = [captures.keep(one) for one in exchanges]
    with db.atomic():
        captures.tell()
    captures.told()
    return kept


def build(folder: Path, *, articles: int = 6, finish: bool = True, max_bytes: int = 2**30) -> Path:
    """The first articles of the shelf with a capture each; the second was fetched a day later with the same body, the
    third with another one, which is version 2. `finish`: or leave the file open."""
    shelf.build(folder, articles=articles)
    db = open_database(folder / "archive.db")
    captures = Captures(db, folder, 1, max_bytes=max_bytes)
    for number in range(1, articles + 1):
        row = shelf.row(number)
        (kept,) = keep(db, captures, exchange(row["url"], page(row["title"])))
        with db.atomic():
            db.execute("UPDATE articles SET capture_id = ? WHERE id = ?", [kept.id, number])
            db.execute(
                "INSERT INTO article_versions (article_id, number, first_seen, content_hash, capture_id)"
                " VALUES (?, 1, ?, ?, ?)",
                [number, row["changed_at"], row["content_hash"], kept.id],
            )
    second, third = shelf.row(2), shelf.row(3)
    keep(db, captures, exchange(second["url"], page(second["title"]), day=1))
    (changed,) = keep(db, captures, exchange(third["url"], page("Another title"), day=1))
    with db.atomic():
        db.execute(
            "UPDATE article_versions SET title = ?, body = 'What it said at first.', authors = '[\"Ida Holm\"]',"
            " flags = '[]', provenance = '{}', last_seen = '2026-03-30T09:00:00Z', published = ?"
            " WHERE article_id = 3 AND number = 1",
            [third["title"], third["published"]],
        )
        db.execute(
            "INSERT INTO article_versions (article_id, number, first_seen, content_hash, capture_id, changed)"
            " VALUES (3, 2, '2026-03-31T08:00:00Z', ?, ?, '[\"title\"]')",
            ["1" * 64, changed.id],
        )
        db.execute(
            "UPDATE articles SET version = 2, capture_id = ?, title = 'Another title', content_hash = ? WHERE id = 3",
            [changed.id, "1" * 64],
        )
        for table in ("articles", "urls"):  # the shelf has no keys as a crawl makes them
            for number, url in db.execute(f"SELECT id, url FROM {table}").fetchall():
                db.execute(f"UPDATE {table} SET url_key = ? WHERE id = ?", [key_of(url), number])
    if finish:
        captures.close()
    db.conn.close()
    return folder
