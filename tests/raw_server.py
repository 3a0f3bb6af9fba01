"""A server on loopback that sends bytes as they stand: for answers that no sound server gives."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable

Script = Callable[[socket.socket], None]


def sends(*parts: bytes) -> Script:
    """A script that sends `parts`, then closes."""

    def run(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)

    return run


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A sound answer with these headers besides."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html", f"Content-Length: {len(body)}", "Connection: close"]
    return "\r\n".join([*lines, *headers, "", ""]).encode("latin-1") + body


def resets(connection: socket.socket) -> None:
    """Have the connection end with RST instead of a proper end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class RawServer:
    """Runs a script for each path of `scripts`, one connection a request; anything else is not there."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls
        self.scripts: dict[str, Script] = {}
        self.asked: list[str] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        """The port listened on."""
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        """The server's address, with a slash at its end."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/"

    def __enter__(self) -> RawServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, IndexError):
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                data = connection.recv(65536)
                if not data:
                    return
                head += data
            path = head.split(b" ")[1].decode("latin-1")
            self.asked.append(path)
            script = self.scripts.get(path, sends(answer(b"", status="404 Not Found")))
            script(connection)
