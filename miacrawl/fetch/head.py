"""Bounds on what may come before an answer's body: status line, headers, interim (1xx) answers.

Neither Scrapy nor Twisted has any but on the length of one line: a head without end fills the memory until the
request's time is up.
"""

from __future__ import annotations

from dataclasses import dataclass

from miacrawl.fetch.failure import BrokenAnswer, Refused

MAX_HEAD_BYTES = 65_536
"""Bytes of all that comes before the body. Browsers take 256 KB, most servers send below 8."""
MAX_HEADERS = 200
MAX_INTERIM_ANSWERS = 10
"""Answers of the kind "103 Early Hints" before the one that counts."""


@dataclass(slots=True)
class Head:
    """The head of one answer as far as it has come. Every method raises Refused or BrokenAnswer past the bounds."""

    size_bytes: int = 0
    headers: int = 0
    interim_answers: int = 0
    ended: bool = False
    """Nothing more is read: a bound was passed."""

    def line(self, length_bytes: int) -> None:
        """One more line, its end included."""
        self.size_bytes += length_bytes
        if self.size_bytes > MAX_HEAD_BYTES:
            self._refuse(f"headers over {MAX_HEAD_BYTES // 1024} KB")

    def header(self) -> None:
        """One more header."""
        self.headers += 1
        if self.headers > MAX_HEADERS:
            self._refuse(f"more than {MAX_HEADERS} headers")

    def status(self, status: int) -> None:
        """The status of an answer, interim ones included."""
        if not 100 <= status <= 999:
            self.ended = True
            raise BrokenAnswer(f"what came is no HTTP answer: its status is {str(status)[:20]}")
        if status < 200:
            self.interim_answers += 1
            if self.interim_answers > MAX_INTERIM_ANSWERS:
                self._refuse(f"more than {MAX_INTERIM_ANSWERS} interim answers")

    def _refuse(self, reason: str) -> None:
        self.ended = True
        raise Refused(reason)
