"""What goes wrong: the first answers to a story with a fault, redirects that lead astray, weights, endless traps."""

from __future__ import annotations

import gzip
import secrets
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from urllib.parse import parse_qs

from tests.stress.answer import HTML, Answer, Manner
from tests.stress.plan import Extra

RETRY_AFTER_SECONDS = 2
SLOW_SECONDS = 2.0
TRAP_FUSE = 600
"""After so many requests a trap has no more doors, so that a crawl that falls for it ends all the same."""
_WRONG_CLOCK = timedelta(hours=1)
"""A Retry-After date is to be read by the clock of the server that sent it, and this one is slow."""
_MANNERS: Mapping[str, Manner] = {
    "reset": "reset", "too-long": "too-long", "too-short": "too-short", "broken-chunks": "broken-chunks", "hang": "hang"
}  # fmt: skip


def ailing(fault: str | None, asked: int, sound: Answer) -> Answer:
    """The answer to a story's page that is asked for the `asked`th time, from 1."""
    if fault == "slow":
        return replace(sound, manner="slow", seconds=SLOW_SECONDS)
    if fault is None or asked > (2 if fault == "502-twice" else 1):
        return sound
    if fault in _MANNERS:
        return replace(sound, manner=_MANNERS[fault])
    status = int(fault[:3])
    return Answer(status, b"<title>Sorry</title><h1>Sorry</h1>", {**HTML, **_asks_to_wait(fault)})


def _asks_to_wait(fault: str) -> dict[str, str]:
    if fault.endswith("-seconds"):
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    if fault.endswith("-date"):
        here = datetime.now(UTC) - _WRONG_CLOCK
        until = here + timedelta(seconds=RETRY_AFTER_SECONDS)
        return {"Date": format_datetime(here, usegmt=True), "Retry-After": format_datetime(until, usegmt=True)}
    return {}


def redirect(to: str, status: int = 301) -> Answer:
    """A redirect."""
    return Answer(status, b"", {"Location": to})


@dataclass(slots=True)
class Strays:
    """Answers of the site's extras. `base` and `other`: as in `Pages`; `path_of`: where the story of a number is."""

    base: str
    other: str
    path_of: Callable[[int], str]
    entered: Counter[str] = field(default_factory=Counter)

    def answer(self, extra: Extra, path: str) -> Answer | None:
        """What `extra` answers at `path` (some have more addresses than one); None where the story itself answers."""
        if extra.kind == "moved":
            return redirect(self.path_of(extra.to or 0))
        if extra.kind == "chain-3":
            return self._chain(extra, path)
        if extra.kind == "loop":
            return redirect(f"{extra.path}-b" if path == extra.path else extra.path, 302)
        if extra.kind.startswith("to-"):
            return redirect(self._away(extra), 302)
        if extra.path.startswith("/heavy/"):
            return heavy(extra.kind)
        return None

    def _chain(self, extra: Extra, path: str) -> Answer:
        step = path.removeprefix(extra.path).strip("/")
        following = {"": f"{extra.path}/second", "second": f"{extra.path}/third"}.get(step)
        return redirect(following or self.path_of(extra.to or 0), 302)

    def _away(self, extra: Extra) -> str:
        host = self.base.partition("//")[2]
        port = host.partition(":")[2]
        name = extra.path.rpartition("/")[2]
        return {
            "to-private": f"/private/{name}",
            "to-port": f"http://127.0.0.1:{self.other}/{name}",
            "to-metadata": "http://169.254.169.254/latest/meta-data/",
            "to-localhost": f"http://localhost:{port}/{name}",
            "to-file": "file:///etc/passwd",
            "to-script": "javascript:alert(1)",
            "to-host": f"http://other-site.invalid/{name}",
            "to-decimal": f"http://2130706433:{port}/{name}",
            "to-zero": f"http://0.0.0.0:{port}/{name}",
        }[extra.kind]

    def trap(self, path: str, query: str) -> Answer | None:
        """A page of a trap, if `path` is in one."""
        name = path.split("/")[1]
        doors = {"calendar": _months, "shop": _offers, "notes": _notes}.get(name)
        if doors is None:
            return None
        self.entered[name] += 1
        links = doors(path, query) if self.entered[name] <= TRAP_FUSE else []
        offered = "".join(f'<li><a href="{link}">{number}. entry</a></li>' for number, link in enumerate(links))
        return Answer(200, f"<!doctype html><title>{name}</title><h1>{name}</h1><ul>{offered}</ul>".encode())


def _months(path: str, query: str) -> list[str]:
    year, month = (int(part) for part in path.strip("/").split("/")[1:3])
    following, before = year * 12 + month, year * 12 + month - 2
    return [f"/calendar/{count // 12:04d}/{count % 12 + 1:02d}/" for count in (following, before, following + 11)]


def _offers(path: str, query: str) -> list[str]:
    return [
        f"/shop/{name}?sid={secrets.token_hex(16)}" for name in ("", "offer-of-the-week", "all-our-offers", "basket")
    ]


def _notes(path: str, query: str) -> list[str]:
    page = int(parse_qs(query).get("page", ["1"])[0])
    return [f"/notes/?page={page + 1}", *(f"/notes/?page={number}" for number in range(1, 4))]


@cache
def heavy(kind: str) -> Answer:
    """An answer that is small on the wire and large behind it, or large in its headers, or large altogether."""
    page = b"<!doctype html><title>Zeros</title><h1>Zeros</h1><p>"
    if kind == "endless":
        return Answer(200, manner="endless")
    name, _, megabytes = kind.partition("-")
    if name == "gzip":
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        body = packer.compress(page) + b"".join(packer.compress(bytes(2**20)) for _ in range(int(megabytes)))
        return Answer(200, body + packer.flush(), {**HTML, "Content-Encoding": "gzip"})
    if name == "br":
        return _brotli(page + bytes(int(megabytes) * 2**20))
    if name == "plain":
        return Answer(200, page + b"0" * int(megabytes) * 2**20)
    headers = (
        {f"X-Filler-{number}": "f" * 1000 for number in range(400)} if name == "many" else {"X-Long": "l" * 400_000}
    )
    return Answer(200, page, {**HTML, **headers})


def _brotli(body: bytes) -> Answer:
    try:
        import brotli
    except ImportError:
        return Answer(200, gzip.compress(body), {**HTML, "Content-Encoding": "gzip"})
    return Answer(200, brotli.compress(body, quality=4), {**HTML, "Content-Encoding": "br"})
