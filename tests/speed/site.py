"""Serves the pages from memory, packed as servers pack them: `python -m tests.speed.site --articles 5000`.

Prints its address when all pages are made. One process, keep-alive, no parsing beyond the request line: as little of
the machine as a server can take.
"""

from __future__ import annotations

import gzip

from tests.speed.pages import Paper
from tests.speed.standing import MISSING, Answering, run


class Site(Answering):
    """Answers what is in `answers`, ready-made by path."""

    answers: dict[bytes, bytes]

    def answer(self, path: bytes) -> bytes:
        return self.answers.get(path, MISSING)


def packed_up(body: bytes, kind: str, *, packed: bool) -> bytes:
    """A whole answer."""
    if packed:
        body = gzip.compress(body, 6, mtime=0)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n" if packed else ""
    return f"{head}Server: paper\r\nCache-Control: max-age=60\r\n\r\n".encode() + body


def made(base: str, articles: int) -> type[Site]:
    """The site of so many articles."""
    paper = Paper(base, articles)
    html = "text/html; charset=utf-8"
    Site.answers = {
        paper.path(number).encode(): packed_up(paper.page(number), html, packed=True) for number in range(articles)
    }
    paths = "\n".join(paper.path(number) for number in range(articles))
    Site.answers |= {
        b"/": packed_up(b"<!doctype html><title>The Long Paper</title><h1>The Long Paper</h1>", html, packed=False),
        b"/robots.txt": packed_up(f"User-agent: *\nSitemap: {base}/map.xml\n".encode(), "text/plain", packed=False),
        b"/map.xml": packed_up(paper.sitemap(), "application/xml", packed=True),
        b"/paths": packed_up(paths.encode(), "text/plain", packed=False),
    }
    return Site


if __name__ == "__main__":
    run(__doc__, made)
