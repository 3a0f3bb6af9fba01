"""Serves sites whose answers are made when they are asked for: `python -m tests.speed.served --articles 9`.

Nothing is kept for a page, so that a server's memory says nothing of its size. One process, keep-alive.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.speed.leaflets import Leaflets

_MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Serving(asyncio.Protocol):
    """Answers GET from `leaflets`."""

    leaflets: Leaflets

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.unread = transport, b""

    def data_received(self, data: bytes) -> None:
        self.unread += data
        while b"\r\n\r\n" in self.unread:
            request, _, self.unread = self.unread.partition(b"\r\n\r\n")
            self.transport.write(self._answer(request.split(b" ", 2)[1].decode("ascii", "replace")))

    def _answer(self, path: str) -> bytes:
        made = self.leaflets.made(path)
        if made is None:
            return _MISSING
        body = gzip.compress(made[0], 1, mtime=0)
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: {made[1]}\r\nContent-Length: {len(body)}\r\nContent-Encoding: gzip\r\n"
            "Vary: Accept-Encoding\r\nServer: leaflets\r\nCache-Control: max-age=60\r\n\r\n"
        )
        return head.encode() + body


@contextmanager
def serving(*arguments: str) -> Iterator[str]:
    """A server in a process of its own; its address."""
    command = [sys.executable, "-m", "tests.speed.served", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


async def serve(articles: int, port: int) -> None:
    """Serve until ended."""
    with socket.create_server(("127.0.0.1", port)) as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        Serving.leaflets = Leaflets(base, articles)
        listening.setblocking(False)
        server = await asyncio.get_running_loop().create_server(Serving, sock=listening)
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
