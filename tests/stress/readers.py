"""Readers of an archive while it is written: Datasette, and people who ask it for pages over and over."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from types import TracebackType

from tests.ports import free_port

_PAGES = (
    "/", "/archive/articles?_size=20", "/archive/urls?_facet=state&_size=50", "/archive/articles.json?_sort_desc=id",
    "/archive/runs", "/archive/related_links?_size=20", "/archive/articles?_search=harbour", "/archive/articles/1",
)  # fmt: skip
_PAUSE_SECONDS = 0.1
_LOCKED = "database is locked"


class Readers:
    """`count` readers of the archive in `folder`, from when it exists to the end of a `with`.

    `answers`: how often each status came; `troubles`: what readers were told that they must never be told.
    """

    def __init__(self, folder: Path, count: int = 4) -> None:
        self.folder, self.count = folder, count
        self.answers: Counter[int] = Counter()
        self.troubles: list[str] = []
        self._ending = threading.Event()
        self._threads: list[threading.Thread] = []
        self._server: subprocess.Popen[bytes] | None = None
        self._log = folder.with_name(f"{folder.name}-datasette.log")
        self.port = free_port()

    def __enter__(self) -> Readers:
        self._threads = [threading.Thread(target=self._begin, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join(30)
        if self._server is not None:
            self._server.terminate()
            self._server.wait(30)
            told = self._log.read_text("utf-8", "replace")
            self.troubles += [line for line in told.splitlines() if _LOCKED in line or "Traceback" in line]

    def _begin(self) -> None:
        while not (self.folder / "datasette.yaml").exists() or not (self.folder / "archive.db").exists():
            if self._ending.wait(0.1):
                return
        command = [sys.executable, "-m", "miacrawl", "serve", "--archive", str(self.folder), "--port", str(self.port)]
        # Not into a pipe: nobody would read it, and a full one stops the server.
        with self._log.open("w") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log)
        while not self._ending.wait(0.1):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
        for place in range(self.count):
            thread = threading.Thread(target=self._read, args=(place,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _read(self, place: int) -> None:
        while not self._ending.is_set():
            page = _PAGES[place % len(_PAGES)]
            place += 1
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{page}", timeout=30) as answer:
                    self._note(page, answer.status, answer.read())
            except urllib.error.HTTPError as error:
                self._note(page, error.code, error.read())
            except (OSError, http.client.HTTPException) as error:
                self.troubles.append(f"{page}: {error!r}")
            time.sleep(_PAUSE_SECONDS)

    def _note(self, page: str, status: int, body: bytes) -> None:
        self.answers[status] += 1
        if status >= 500 or _LOCKED.encode() in body:
            self.troubles.append(f"{page}: {status} {body[:200]!r}")
