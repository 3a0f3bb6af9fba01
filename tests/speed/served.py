"""Serves sites whose answers are made when they are asked for: `python -m tests.speed.served --articles 9`.

Nothing is kept for a page, so that a server's memory says nothing of its size. One process, keep-alive.
"""

from __future__ import annotations

import gzip

from tests.speed.leaflets import Leaflets
from tests.speed.standing import MISSING, Answering, run


class Serving(Answering):
    """Answers from `leaflets`."""

    leaflets: Leaflets

    def answer(self, path: bytes) -> bytes:
        made = self.leaflets.made(path.decode("ascii", "replace"))
        if made is None:
            return MISSING
        body = gzip.compress(made[0], 1, mtime=0)
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: {made[1]}\r\nContent-Length: {len(body)}\r\nContent-Encoding: gzip\r\n"
            "Vary: Accept-Encoding\r\nServer: leaflets\r\nCache-Control: max-age=60\r\n\r\n"
        )
        return head.encode() + body


def made(base: str, articles: int) -> type[Serving]:
    """The site of so many articles."""
    Serving.leaflets = Leaflets(base, articles)
    return Serving


if __name__ == "__main__":
    run(__doc__, made)
