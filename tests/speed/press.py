"""Serves many small sites, each at a loopback address of its own, as late as it is told.

`python -m tests.speed.press --sites 100` prints the sites' addresses, a line of JSON. What it reads from its standard
input it does: `late SECONDS` sets how long every answer takes, `told` prints what was asked since as a line of JSON:
[seconds of time.monotonic, site's number, path, status] for each request. Feeds, sitemaps and pages have validators.
"""

from __future__ import annotations

import argparse
import asyncio
import email.utils
import hashlib
import json
import random
import socket
import sys
import time
from typing import Any

from tests.stress.large import Press

_MODIFIED = email.utils.formatdate(1_790_000_000, usegmt=True)


class Newsstand:
    """What the sites say. Nothing of it changes."""

    def __init__(self, bases: list[str], entries: int) -> None:
        self.bases, self.entries = bases, entries
        self.press = Press(9_999)

    def made(self, number: int, path: str) -> tuple[str, str] | None:
        """Text and content type of what lies at a path of site `number`; None where nothing does."""
        base = self.bases[number]
        if path.startswith("/story/") and path[7:].isdecimal():
            return self._article(number, int(path[7:])), "text/html; charset=utf-8"
        rows = [f"{base}/story/{one}" for one in range(self.entries)]
        if path == "/":
            listed = "".join(f'<li><a href="/story/{one}">Story {one}</a></li>' for one in range(10))
            feed = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
            return f"<!doctype html><html><head><title>Paper {number}</title>{feed}</head><body><h1>Paper {number}" + (
                f"</h1><ul>{listed}</ul></body></html>"
            ), "text/html; charset=utf-8"
        if path == "/robots.txt":
            return f"User-agent: *\nDisallow: /private/\nSitemap: {base}/sitemap.xml\n", "text/plain"
        if path == "/sitemap.xml":
            urls = "".join(f"<url><loc>{row}</loc></url>" for row in rows)
            return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>', "application/xml"
        if path == "/feed.xml":
            items = "".join(f"<item><title>Story</title><link>{row}</link><guid>{row}</guid></item>" for row in rows)
            return f'<rss version="2.0"><channel><title>Paper</title>{items}</channel></rss>', "application/rss+xml"
        return None

    def _article(self, site: int, number: int) -> str:
        chance = random.Random(site * 1_000 + number)
        title = " ".join(self.press.some(chance, 8)).capitalize()
        body = "".join(f"<p>{' '.join(self.press.some(chance, 40)).capitalize()}.</p>" for _ in range(6))
        return (
            f'<!doctype html><html lang="en"><head><title>{title}</title><meta property="og:type" content="article">'
            f'<link rel="canonical" href="{self.bases[site]}/story/{number}"></head><body><article><h1>{title}</h1>'
            f'<time datetime="2026-09-{number % 28 + 1:02}T08:00:00Z">then</time>{body}</article></body></html>'
        )


class Answering(asyncio.Protocol):
    """Answers GET for one site, when its time has come."""

    stand: Newsstand
    late = 0.0
    asked: list[tuple[float, int, str, int]] = []  # noqa: RUF012 one for all

    def __init__(self, number: int) -> None:
        self.number = number

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.unread = transport, b""

    def data_received(self, data: bytes) -> None:
        self.unread += data
        while b"\r\n\r\n" in self.unread:
            request, _, self.unread = self.unread.partition(b"\r\n\r\n")
            at, path = time.monotonic(), request.split(b" ", 2)[1].decode("ascii", "replace")
            status, answer = self._answer(path, b"if-none-match:" in request.lower())
            self.asked.append((at, self.number, path, status))
            asyncio.get_running_loop().call_later(self.late, self.transport.write, answer)

    def _answer(self, path: str, conditional: bool) -> tuple[int, bytes]:
        made = self.stand.made(self.number, path)
        if made is None:
            return 404, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        text, kind = made
        body = text.encode()
        tag = f'ETag: "{hashlib.sha256(body).hexdigest()[:16]}"\r\nLast-Modified: {_MODIFIED}\r\n'
        if conditional:  # nothing here changes
            return 304, f"HTTP/1.1 304 Not Modified\r\n{tag}\r\n".encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{tag}Content-Length: {len(body)}\r\n\r\n"
        return 200, head.encode() + body


async def serve(sites: int, entries: int) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    listening = [socket.create_server((f"127.0.{1 + number // 200}.{1 + number % 200}", 0)) for number in range(sites)]
    bases = ["http://{}:{}".format(*one.getsockname()) for one in listening]
    Answering.stand = Newsstand(bases, entries)
    for number, one in enumerate(listening):
        one.setblocking(False)
        await loop.create_server(lambda number=number: Answering(number), sock=one)
    _say(bases)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        word, _, given = line.strip().partition(" ")
        if word == "late":
            Answering.late = float(given)
        _say(Answering.asked)
        Answering.asked.clear()


def _say(what: Any) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--entries", type=int, default=40)
    given = parser.parse_args()
    asyncio.run(serve(given.sites, given.entries))


if __name__ == "__main__":
    main()
