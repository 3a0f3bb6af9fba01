"""Nothing leaves for private addresses, whatever leads there: a server on loopback notes what reaches it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from scrapy.settings import Settings

from tests.raw_server import RawServer, answer, sends

ROOT = Path(__file__).parent.parent
FETCH = """
import json, sys
from miacrawl.fetch.several import _All, fetch_planned
{before}
plan = _All(json.loads(sys.argv[1]))
fetch_planned(plan, json.loads(sys.argv[2]), allow_private=bool(json.loads(sys.argv[2])))
print(json.dumps({{url: what if isinstance(what, str) else "fetched" for url, what in plan.outcomes.items()}}))
"""


@pytest.fixture
def closed() -> Iterator[RawServer]:
    """A server that nothing may reach."""
    with RawServer() as raw:
        yield raw


@pytest.fixture
def opened() -> Iterator[RawServer]:
    """The server that the user opened."""
    with RawServer() as raw:
        yield raw


def fetch(urls: list[str], opened: list[str], before: str = "", **environment: str) -> dict[str, str]:
    """What became of each address, fetched by a process of its own; `before` is run in it first."""
    code = FETCH.format(before=dedent(before))
    fast = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-c", code, json.dumps(urls), json.dumps(opened)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=fast)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_redirects_to_other_ports_and_names_of_this_machine(opened: RawServer, closed: RawServer) -> None:
    hosts = ["127.0.0.1", "localhost", "localhost.", "127.1", "0x7f.1", "0177.1", "2130706433", "127.0.0.1.", "0.0.0.0",
             "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[::1]", "x.localhost", "good.example@127.0.0.1",
             "good.example:80@127.0.0.1", "127.0.0.2", "ⓛocalhost", "127。0。0。1"]  # fmt: skip
    targets = {f"/to-{number}": f"http://{host}:{closed.port}/" for number, host in enumerate(hosts)}
    for path, target in targets.items():
        location = "Location: " + target.encode().decode("latin-1")
        opened.scripts[path] = sends(answer(b"", location, status="302 Found"))
    found = fetch([opened.url + path[1:] for path in targets], [opened.url], RESET)
    assert closed.connections == 0
    told = {targets["/" + url.rsplit("/", 1)[1]]: outcome for url, outcome in found.items()}
    assert all("refused" in outcome for outcome in told.values()), told


RESET = """
import miacrawl.settings
miacrawl.settings.DOWNLOAD_DELAY = 0
miacrawl.settings.AUTOTHROTTLE_ENABLED = False
"""


def test_names_that_lead_to_this_machine(closed: RawServer) -> None:
    before = """
    import socket
    socket.gethostbyname = lambda name: "127.0.0.1"
    """
    url = f"http://rebound.example:{closed.port}/"
    found = fetch([url], [], before)
    assert closed.connections == 0
    assert found[url].endswith("rebound.example leads to 127.0.0.1 is a loopback address")


def test_a_name_that_turns_private_between_two_requests(closed: RawServer) -> None:
    before = """
    import itertools, socket
    from scrapy.resolver import dnscache
    answers = itertools.chain(["192.0.2.1"], itertools.repeat("127.0.0.1"))
    socket.gethostbyname = lambda name: next(answers)
    import miacrawl.fetch.resolver as resolver
    resolver.why_private = lambda address, real=resolver.why_private: None if address == "192.0.2.1" else real(address)
    import miacrawl.settings
    miacrawl.settings.DNSCACHE_ENABLED = False
    miacrawl.settings.DOWNLOAD_TIMEOUT = 2
    miacrawl.settings.ROBOTSTXT_OBEY = False
    miacrawl.settings.RETRY_ENABLED = False
    """
    urls = [f"http://rebound.example:{closed.port}/{n}" for n in range(2)]
    found = fetch(urls, [], before)
    assert closed.connections == 0
    assert "loopback" in found[urls[1]]


def test_who_is_reached_past_every_check_is_not_asked(closed: RawServer) -> None:
    before = """
    from miacrawl.fetch.address import AddressPolicy
    AddressPolicy.refusal = lambda self, url: None
    """
    found = fetch([closed.url], [], before)
    assert closed.asked == []
    assert "127.0.0.1 leads to 127.0.0.1 is a loopback address" in found[closed.url]


def test_a_proxy_of_the_environment_is_not_used(closed: RawServer, opened: RawServer) -> None:
    opened.scripts["/"] = sends(answer(b"<title>x</title>"))
    found = fetch([opened.url], [opened.url], http_proxy=closed.url, HTTP_PROXY=closed.url)
    assert found == {opened.url: "fetched"}
    assert closed.connections == 0


def test_only_http_and_https_have_a_handler() -> None:
    settings = Settings()
    settings.setmodule("miacrawl.settings", priority="project")
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}
    for name in ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "HTTPPROXY_ENABLED", "COOKIES_ENABLED"):
        assert settings.getbool(name) is False


def test_cookies_and_credentials_stay_with_their_site() -> None:
    from scrapy.http import Request, Response
    from scrapy.utils.test import get_crawler

    from miacrawl.fetch.redirects import BoundedRedirects

    middleware = BoundedRedirects.from_crawler(get_crawler())
    personal = {"Cookie": "a=b", "Authorization": "Basic x", "Accept-Language": "en"}

    def sent(target: str) -> set[bytes]:
        request = Request("https://a.org:8000/", headers=personal)
        response = Response(request.url, 302, {"Location": target})
        follow = middleware.process_response(request, response)
        assert isinstance(follow, Request) and "secret" not in follow.url
        return set(follow.headers)

    assert sent("https://a.org:8000/x") == {b"Cookie", b"Authorization", b"Accept-Language"}
    for other in ("https://a.org:9000/", "https://b.org/", "http://a.org:8000/", "https://me:secret@b.org/"):
        assert b"Authorization" not in sent(other)
    for other in ("https://a.org:9000/", "https://b.org/", "https://me:secret@b.org/"):
        assert b"Cookie" not in sent(other)
