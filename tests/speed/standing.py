"""Servers of the benchmarks, each in a process of its own that prints its address when it is ready: what they share."""

from __future__ import annotations

import argparse
import asyncio
import socket
import subprocess
import sys
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager

MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Answering(asyncio.Protocol):
    """Answers GET, one request after the other on a connection that stays."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.unread = transport, b""

    def data_received(self, data: bytes) -> None:
        self.unread += data
        while b"\r\n\r\n" in self.unread:
            request, _, self.unread = self.unread.partition(b"\r\n\r\n")
            self.transport.write(self.answer(request.split(b" ", 2)[1]))

    @abstractmethod
    def answer(self, path: bytes) -> bytes:
        """The whole answer, or MISSING."""


@contextmanager
def serving(module: str, articles: int) -> Iterator[str]:
    """The server that `module` is, begun with so many articles; its address."""
    command = [sys.executable, "-m", module, "--articles", str(articles)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def run(told: str | None, made: Callable[[str, int], Callable[[], Answering]]) -> None:
    """Serve until ended what `made`, called with the server's address and the number of articles, makes."""
    parser = argparse.ArgumentParser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    asyncio.run(_serve(given.port, lambda base: made(base, given.articles)))


async def _serve(port: int, made: Callable[[str], Callable[[], Answering]]) -> None:
    with socket.create_server(("127.0.0.1", port)) as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        answering = made(base)
        listening.setblocking(False)
        server = await asyncio.get_running_loop().create_server(answering, sock=listening)
        print(base, flush=True)
        await server.serve_forever()
