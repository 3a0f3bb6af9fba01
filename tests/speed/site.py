"""Serves the pages from memory, packed as servers pack them: `python -m tests.speed.site --articles 5000`.

Prints its address when all pages are made. One process, keep-alive, no parsing beyond the request line: as little of
the machine as a server can take.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import socket

from tests.speed.pages import Paper


class Site(asyncio.Protocol):
    """Answers GET for what is in `answers`, ready-made by path."""

    answers: dict[bytes, bytes]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.unread = transport, b""

    def data_received(self, data: bytes) -> None:
        self.unread += data
        while b"\r\n\r\n" in self.unread:
            request, _, self.unread = self.unread.partition(b"\r\n\r\n")
            path = request.split(b" ", 2)[1]
            self.transport.write(self.answers.get(path, _MISSING))


def answer(body: bytes, kind: str, *, packed: bool) -> bytes:
    """A whole answer."""
    if packed:
        body = gzip.compress(body, 6, mtime=0)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n" if packed else ""
    return f"{head}Server: paper\r\nCache-Control: max-age=60\r\n\r\n".encode() + body


_MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


async def serve(articles: int, port: int) -> None:
    """Serve until ended."""
    with socket.create_server(("127.0.0.1", port)) as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        paper = Paper(base, articles)
        html = "text/html; charset=utf-8"
        Site.answers = {
            paper.path(number).encode(): answer(paper.page(number), html, packed=True) for number in range(articles)
        }
        paths = "\n".join(paper.path(number) for number in range(articles))
        Site.answers |= {
            b"/": answer(b"<!doctype html><title>The Long Paper</title><h1>The Long Paper</h1>", html, packed=False),
            b"/robots.txt": answer(f"User-agent: *\nSitemap: {base}/map.xml\n".encode(), "text/plain", packed=False),
            b"/map.xml": answer(paper.sitemap(), "application/xml", packed=True),
            b"/paths": answer(paths.encode(), "text/plain", packed=False),
        }
        listening.setblocking(False)
        server = await asyncio.get_running_loop().create_server(Site, sock=listening)
        print(base, flush=True)
        await server.serve_forever()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    asyncio.run(serve(given.articles, given.port))


if __name__ == "__main__":
    main()
