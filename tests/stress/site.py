"""The site itself: `python -m tests.stress.site --articles 5000 --port 0 --seed 1 --log FILE [--faults all|none|LIST]`.

Prints its address and its other port when it is ready. Serves until it is told to stop. Each request becomes a line of
JSON in the log (`logbook.Asked`). Only on loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import itertools
import json
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from pathlib import Path
from typing import IO
from urllib.parse import parse_qs

from tests.stress.answer import HTML, Answer, send
from tests.stress.faults import Strays, ailing
from tests.stress.pages import Pages
from tests.stress.plan import FAULTS, SECTIONS, Plan, Story, plan_of, truth

__all__ = ["truth"]
XML = {"Content-Type": "application/xml; charset=utf-8"}
_FILES_THAT_FAIL_ONCE = ("/sitemaps/1.xml.gz", "/feed.xml", "/craft/?page=2", "/sitemap.xml")


@dataclass(slots=True)
class Site:
    """One site, listening. `crawl_delay`: seconds that robots.txt asks for; `drip`: seconds that each story takes."""

    plan: Plan
    log: IO[str]
    crawl_delay: float = 0.0
    drip: float = 0.0
    host: str = "127.0.0.1"
    asked: Counter[str] = field(default_factory=Counter)
    connections: itertools.count[int] = field(default_factory=itertools.count)
    pages: Pages = field(init=False)
    strays: Strays = field(init=False)

    async def serve(self, port: int) -> None:
        """Listen on `port` and on another one, until cancelled."""
        main = await asyncio.start_server(self._connected, self.host, port)
        other = await asyncio.start_server(self._trespassed, self.host, 0)
        ports = [str(server.sockets[0].getsockname()[1]) for server in (main, other)]
        base = f"http://{self.host}:{ports[0]}"
        self.pages = Pages(self.plan, base, ports[1])
        self.strays = Strays(base, ports[1], lambda number: self.plan.stories[number].path)
        print(json.dumps({"base": base, "other": int(ports[1]), "seed": self.plan.seed}), flush=True)
        await asyncio.gather(main.serve_forever(), other.serve_forever())

    async def _trespassed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._write({"t": time.monotonic(), "path": "(a connection to the other port)", "host": "other port"})
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
        with contextlib.suppress(OSError):
            await writer.drain()
        writer.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = next(self.connections)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while await self._exchange(number, reader, writer):
                pass
        writer.close()

    async def _exchange(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        began = time.monotonic()
        method, target, _ = lines[0].split(" ", 2)
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        if target.startswith("/_control/"):
            answer = self._control(target)
            return await send(reader, writer, answer)
        status, ended = 0, False
        self.asked[target] += 1
        try:
            answer = self._conditional(self.answer(target), headers)
            status = answer.status
            ended = await send(reader, writer, answer)
        finally:
            told = {"t": began, "end": time.monotonic(), "method": method, "path": target, "host": headers.get("host"),
                    "status": status, "connection": number, "whole": ended,
                    "agent": headers.get("user-agent"), "if_none_match": headers.get("if-none-match"),
                    "if_modified_since": headers.get("if-modified-since"), "cookie": headers.get("cookie")}  # fmt: skip
            if status:
                told["retry_after"] = answer.headers.get("Retry-After") and _seconds(answer)
            self._write(told)
        return ended

    def _write(self, told: dict[str, object]) -> None:
        self.log.write(json.dumps(told) + "\n")

    def answer(self, target: str) -> Answer:
        """What the site says to `target`, faults included."""
        path, _, query = target.partition("?")
        files = "files" in self.plan.faults
        if files and target in _FILES_THAT_FAIL_ONCE and self.asked[target] == 1:
            return Answer(503, b"later")
        extra = self.strays_at(path)
        if extra is not None:
            return extra
        story = self.pages.by_path.get(path.removesuffix("/print"))
        if story is not None:
            return self._story(story, target)
        page = self._page(path, query) or self.strays.trap(path, query)
        return page or Answer(404, b"<!doctype html><title>Not found</title><h1>Not found</h1>")

    def strays_at(self, path: str) -> Answer | None:
        """What an extra says, chains of redirects and both ends of a loop included."""
        for name in (path, path.removesuffix("-b"), path.removesuffix("/second"), path.removesuffix("/third")):
            extra = self.plan.extra_at.get(name)
            if extra is not None:
                return self.strays.answer(extra, path)
        return None

    def _story(self, story: Story, target: str) -> Answer:
        version = self.pages.version(story)
        body = self.pages.article(story.number, version).encode()
        headers = {**HTML, "ETag": f'"{story.number}-{version}"',
                   "Last-Modified": format_datetime(self.pages.modified(story), usegmt=True)}  # fmt: skip
        sound = Answer(200, body, headers)
        if self.drip:
            return replace(sound, manner="slow", seconds=self.drip)
        return ailing(story.fault if target == story.path else None, self.asked[target], sound)

    def _page(self, path: str, query: str) -> Answer | None:
        pages, name = self.pages, path.strip("/")
        if path == "/robots.txt":
            return Answer(200, pages.robots(self.crawl_delay).encode(), {"Content-Type": "text/plain"})
        if path == "/":
            return _tagged(pages.home().encode(), HTML)
        if path == "/feed.xml":
            return _tagged(pages.feed().encode(), XML)
        if path == "/sitemap.xml":
            return _tagged(pages.sitemap_index().encode(), XML)
        if path.startswith("/sitemaps/"):
            found = pages.sitemap(path.rpartition("/")[2])
            kind = {"Content-Type": "application/gzip"} if path.endswith(".gz") else XML
            return None if found is None else _tagged(found, kind)
        if name in SECTIONS:
            number = parse_qs(query).get("page", ["1"])[0]
            text = pages.section(name, int(number)) if number.isdigit() else None
            return None if text is None else _tagged(text.encode(), HTML)
        if name.startswith("stock/"):
            return Answer(200, pages.stock(name.removeprefix("stock/")).encode())
        return None

    def _conditional(self, answer: Answer, headers: dict[str, str]) -> Answer:
        """304 where the client has what it would get (RFC 9110, section 13.2.2)."""
        tag, date = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
        asked = headers.get("if-none-match")
        same = asked == tag if asked else headers.get("if-modified-since") == date
        if answer.status != 200 or not (asked or headers.get("if-modified-since")) or not same or not (tag or date):
            return answer
        kept = {name: value for name, value in answer.headers.items() if name in ("ETag", "Last-Modified")}
        return Answer(304, b"", kept)

    def _control(self, target: str) -> Answer:
        path, _, query = target.partition("?")
        given = {name: values[0] for name, values in parse_qs(query).items()}
        done: object = None
        if path.endswith("/publish"):
            done = self.pages.publish(int(given["n"]))
        elif path.endswith("/edit"):
            done = self.pages.edit(int(given["n"]))
        elif path.endswith("/drip"):
            self.drip = float(given["seconds"])
        elif path.endswith("/stories"):
            done = sum(count for asked, count in self.asked.items() if asked in self.pages.by_path)
        return Answer(200, json.dumps(done).encode(), {"Content-Type": "application/json"})


def _tagged(body: bytes, headers: dict[str, str]) -> Answer:
    return Answer(200, body, {**headers, "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"'})


def _seconds(answer: Answer) -> float:
    from tests.stress.faults import RETRY_AFTER_SECONDS

    return float(RETRY_AFTER_SECONDS)


def main() -> None:
    """Serve a site until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress.site", description=__doc__)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--faults", default="all", help=f"all, none, or some of: {','.join(FAULTS)}")
    parser.add_argument("--crawl-delay", type=float, default=0.0)
    given = parser.parse_args()
    faults = {"all": FAULTS, "none": ()}.get(given.faults) or tuple(filter(None, given.faults.split(",")))
    faults = () if given.faults == "none" else faults
    if unknown := set(faults) - set(FAULTS):
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    plan = plan_of(given.seed, given.articles, faults)
    with given.log.open("a", buffering=1) as log, contextlib.suppress(KeyboardInterrupt):
        asyncio.run(Site(plan, log, given.crawl_delay).serve(given.port))


if __name__ == "__main__":
    main()
