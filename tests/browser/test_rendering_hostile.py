"""What a page that is rendered can't do: reach anything but by the crawl's own downloader, stay for ever, grow."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.shells import APP, build, reason, rows, settings
from tests.conftest import Run, hurried
from tests.raw_server import RawServer
from tests.site import FakeSite

pytestmark = pytest.mark.browser
SHELL = "/news/a-shell-story-of-the-day"
ATTEMPTS = """
const to = "127.0.0.1:PORT", say = () => {};
const tries = [
  () => fetch(`http://${to}/fetch`), () => fetch(`http://${to}/no-cors`, {mode: "no-cors"}),
  () => fetch(`http://localhost:PORT/`), () => fetch("http://[::1]:PORT/"), () => fetch("http://0.0.0.0:PORT/"),
  () => fetch("http://2130706433:PORT/"), () => fetch("http://169.254.169.254/latest/meta-data/"),
  () => fetch("http://10.0.0.1/"), () => fetch("http://metadata.google.internal/"),
  () => fetch("file:///etc/passwd"), () => fetch("ftp://127.0.0.1:PORT/"), () => fetch("chrome://version"),
  () => fetch("/to-private"), () => fetch("/to-file"),
  () => { const r = new XMLHttpRequest(); r.open("GET", `http://${to}/xhr`); r.send(); },
  () => { const r = new XMLHttpRequest(); r.open("GET", `http://${to}/sync`, false); r.send(); },
  () => new WebSocket(`ws://${to}/socket`), () => new WebSocket(location.origin.replace("http", "ws") + "/socket"),
  () => new EventSource(`http://${to}/events`),
  () => navigator.sendBeacon(`http://${to}/beacon`, "x"),
  () => fetch(`http://${to}/keepalive`, {keepalive: true, method: "POST", mode: "no-cors", body: "x"}),
  () => window.open(`http://${to}/window`), () => window.open("about:blank").location = `http://${to}/window`,
  () => { const a = document.createElement("a"); a.href = `http://${to}/link`; a.target = "_blank"; a.rel = "opener";
          document.body.append(a); a.click(); },
  () => { const a = document.createElement("a"); a.href = `http://${to}/saved`; a.download = "x";
          document.body.append(a); a.click(); },
  () => { const a = document.createElement("a"); a.href = "/"; a.ping = `http://${to}/ping`; a.target = "_blank";
          document.body.append(a); a.click(); },
  () => { new Image().src = `http://${to}/image`; },
  () => new Audio(`http://${to}/audio`).play(),
  () => new FontFace("x", `url(http://${to}/font)`).load(),
  ...["prefetch", "preload", "preconnect", "dns-prefetch", "modulepreload", "prerender", "stylesheet", "icon",
      "manifest"].map(rel => () => {
    const link = document.createElement("link"); link.rel = rel; link.href = `http://${to}/${rel}`; link.as = "script";
    document.head.append(link); }),
  () => { const s = document.createElement("script"); s.src = `http://${to}/script`; document.head.append(s); },
  () => { const s = document.createElement("script"); s.type = "speculationrules";
          s.textContent = JSON.stringify({prerender: [{source: "list", urls: [`http://${to}/rules`]}],
                                          prefetch: [{source: "list", urls: [`http://${to}/rules`]}]});
          document.head.append(s); },
  () => import(`http://${to}/module`),
  ...["iframe", "embed", "object", "frame"].map(tag => () => {
    const frame = document.createElement(tag); frame.src = frame.data = `http://${to}/${tag}`;
    document.body.append(frame); }),
  () => { const f = document.createElement("iframe"); f.srcdoc = `<img src=http://${to}/srcdoc>
          <script>fetch("http://${to}/srcdoc-fetch"); new RTCPeerConnection()<\\/script>`; document.body.append(f); },
  () => { const f = document.createElement("form"); f.action = `http://${to}/form`; f.method = "POST";
          f.target = "_blank"; document.body.append(f); f.submit(); },
  () => new Worker(URL.createObjectURL(new Blob([`
      fetch("http://${to}/worker"); new WebSocket("ws://${to}/worker"); importScripts("http://${to}/imported");
      try { new WebTransport("https://${to}/worker") } catch (e) {}`]))),
  () => new SharedWorker(URL.createObjectURL(new Blob([`fetch("http://${to}/shared"); new WebSocket("ws://${to}/s")`]))),
  () => navigator.serviceWorker.register("/worker.js"),
  () => { const c = new RTCPeerConnection({iceServers: [{urls: "stun:127.0.0.1:UDP"},
            {urls: "turn:127.0.0.1:UDP?transport=udp", username: "x", credential: "y"},
            {urls: `turn:${to}?transport=tcp`, username: "x", credential: "y"}]});
          c.createDataChannel("x"); c.createOffer().then(o => c.setLocalDescription(o)); },
  () => new WebTransport("https://127.0.0.1:UDP/"),
  () => new WebSocketStream(`ws://${to}/stream`),
  () => { alert("stop"); confirm("stop"); prompt("stop"); },
  () => navigator.geolocation.getCurrentPosition(say),
  () => navigator.credentials.get({password: true}),
  () => document.cookie = "secret=1",
  () => print(),
];
for (const one of tries) { try { Promise.resolve(one()).catch(say); } catch (error) { say(error); } }
"""


@pytest.fixture
def closed() -> Iterator[RawServer]:
    """A server that nothing may reach."""
    with RawServer() as raw:
        yield raw


@contextlib.contextmanager
def datagrams() -> Iterator[tuple[int, list[bytes]]]:
    """A UDP port on loopback, and what came to it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.setblocking(False)
        came: list[bytes] = []
        yield listener.getsockname()[1], came
        with contextlib.suppress(BlockingIOError):
            while True:
                came.append(listener.recv(2000))


def test_a_page_reaches_nothing_but_its_own_site(site: FakeSite, closed: RawServer, crawl: Run, tmp_path: Path) -> None:
    with datagrams() as (port, came):
        build(site, ATTEMPTS.replace("PORT", str(closed.port)).replace("UDP", str(port)) + APP)
        site.pages["/to-private"] = (302, {"Location": f"http://127.0.0.1:{closed.port}/redirected"}, b"")
        site.pages["/to-file"] = (302, {"Location": "file:///etc/passwd"}, b"")
        done = crawl(*settings("MIACRAWL_RENDER_REQUESTS=200"), site.url)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    assert closed.connections == 0 and came == []
    # The page itself is none the worse for it.
    assert reason(tmp_path, SHELL) == ("archived", "")
    own = {"/robots.txt", "/sitemap.xml", "/", SHELL, "/news/a-plain-story-of-the-day"}
    assert set(site.asked) - own == {"/app.js", "/api/article.json", "/to-private", "/to-file"}
    assert "root:" not in str(rows(tmp_path, "SELECT body FROM articles"))


def test_the_browser_by_itself_can_not_connect(site: FakeSite, closed: RawServer, tmp_path: Path) -> None:
    """Should a request come past the interception, there is still no way out."""
    options = settings()
    code = """
import asyncio, sys
from miacrawl.fetch.render.browser import Browser, close_context
from miacrawl.fetch.render.terms import Terms
async def main():
    browser = await Browser.start(Terms(browser=sys.argv[1], sandbox=False))
    context = await browser.new_context()
    page = await context.new_page()
    for url in sys.argv[2:]:
        try:
            await page.goto(url, timeout=8000)
        except Exception as error:
            print(str(error).splitlines()[0])
        else:
            print("REACHED", url)
    print(await page.evaluate("typeof RTCPeerConnection + typeof WebTransport"))
    await close_context(context)
    await browser.close()
asyncio.run(main())
"""
    path = options[-1].partition("=")[2]
    hosts = ["127.0.0.1", "localhost", "[::1]", "x.localhost"]
    urls = [f"http://{host}:{closed.port}/" for host in hosts]
    command = [sys.executable, "-c", code, path, *urls]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "REACHED" not in done.stdout and closed.connections == 0
    assert "undefinedundefined" in done.stdout


def test_scripts_of_other_public_sites_are_refused_where_they_are_private(
    site: FakeSite, closed: RawServer, crawl: Run, tmp_path: Path
) -> None:
    build(site, f'const s = document.createElement("script"); s.src = "http://127.0.0.1:{closed.port}/x.js";'
                "document.head.append(s);")  # fmt: skip
    crawl(*settings(), site.url)
    state, told = reason(tmp_path, SHELL)
    assert state == "skipped" and f"refused: only port {site.url[17:-1]} of 127.0.0.1 was opened" in told
    assert closed.connections == 0


ENDLESS = {
    "a loop at once": "while (true) {}",
    "a loop later": "addEventListener('load', () => setTimeout(() => { while (true) {} }, 300));",
    "a loop in small steps": "const again = () => { document.title = Math.random(); queueMicrotask(again) }; again();",
    "a page that loads itself anew": "location.reload();",
    "a page that goes on and on": "location.href = '?' + Math.random();",
    "windows": "setInterval(() => { for (let i = 0; i < 50; i++) window.open('/'); }, 1);",
    "dialogs": "setInterval(() => alert(1), 1); while (true) alert(1);",
    "text that grows": "setInterval(() => document.body.append('more '.repeat(1000)), 20);",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_page_without_an_end_holds_up_nothing(name: str, site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site, ENDLESS[name])
    done = crawl(*settings("MIACRAWL_RENDER_SECONDS=2", "RETRY_TIMES=0"), site.url)  # which ends
    assert "Traceback" not in done.stderr, done.stderr
    assert reason(tmp_path, "/news/a-plain-story-of-the-day") == ("archived", "")
    state, told = reason(tmp_path, SHELL)
    assert told or name == "text that grows", (state, told)
    assert len(site.asked) < 80


LARGE = {
    "markup": (
        60,
        "const all = document.createElement('div'); all.hidden = true; all.append('a'.repeat(20e6));"
        "document.body.append(all);",
        "its markup is over 16 MB then",
    ),
    "nodes": (8, "for (let i = 0; i < 3e6; i++) document.body.append(document.createElement('b'));", ""),
    "memory": (60, "const all = []; setInterval(() => all.push(new Uint8Array(50e6).fill(1)), 50);", "memory"),
    "heap": (8, "const all = []; while (true) all.push({a: Math.random()});", ""),
}
"""Seconds that it may take, script, a word of why it is given up, where that is no matter of how fast it grows."""


@pytest.mark.parametrize("name", LARGE)
def test_a_page_that_grows_is_given_up(name: str, site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    seconds, app, expected = LARGE[name]
    build(site, app)
    terms = (f"MIACRAWL_RENDER_SECONDS={seconds}", "MIACRAWL_RENDER_MEMORY_MB=700", "RETRY_TIMES=0")
    done = crawl(*settings(*terms), site.url)
    assert "Traceback" not in done.stderr, done.stderr
    state, told = reason(tmp_path, SHELL)
    assert state == "failed" and expected in told, (state, told)
    assert reason(tmp_path, "/news/a-plain-story-of-the-day") == ("archived", "")


def test_a_page_that_asks_without_end_is_cut_off(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site, "for (let i = 0; i < 10000; i++) fetch('/api/' + i);")
    done = crawl(*settings("MIACRAWL_RENDER_REQUESTS=20", "RETRY_TIMES=0"), site.url)
    assert len(site.asked) < 30
    assert "it makes requests without end" in reason(tmp_path, SHELL)[1]
    assert "destroyed" not in done.stderr


def test_a_page_that_asks_for_much_gets_some_of_it(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site, APP + "for (let i = 0; i < 300; i++) fetch('/api/' + i);")
    crawl(*settings("MIACRAWL_RENDER_REQUESTS=20"), site.url)
    assert sum(path.startswith("/api/") for path in site.asked) <= 20
    assert reason(tmp_path, SHELL) == ("archived", "")


def test_a_page_gets_only_so_many_bytes(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site, "for (let i = 0; i < 20; i++) fetch('/api/large');")
    site.pages["/api/large"] = (200, {"Content-Type": "text/plain"}, b"x" * 3_000_000)
    crawl(*settings(f"MIACRAWL_RENDER_MAXSIZE={4 * 2**20}"), site.url)
    assert site.asked.count("/api/large") <= 8
    assert "more than 4 MB in all" in reason(tmp_path, SHELL)[1]


# --- the end of a run ---


def processes(of: int) -> set[int]:
    """The process `of` and those that came from it, as the system lists them."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    found = {of}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def alive(pids: set[int]) -> set[int]:
    """Those of `pids` that still run."""
    found = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            if (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                found.add(pid)
    return found


def started(site: FakeSite, folder: Path) -> tuple[subprocess.Popen[str], set[int]]:
    """A crawl that renders a page just now, and all its processes."""
    command = [sys.executable, "-m", "miacrawl", "crawl", "--allow-private", *hurried(), *settings(), site.url]
    run = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 120
    while "/app.js" not in site.asked:
        assert time.monotonic() < until and run.poll() is None, "nothing is rendered"
        time.sleep(0.1)
    time.sleep(1)
    return run, processes(run.pid)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_browser_outlives_its_crawl(end: signal.Signals, site: FakeSite, tmp_path: Path) -> None:
    if not Path("/proc/self/stat").exists():
        pytest.skip("reads /proc")
    build(site, "setTimeout(() => { while (true) {} }, 100);")
    run, all_of_it = started(site, tmp_path)
    assert len(all_of_it) > 4, "no browser was started"
    os.kill(run.pid, end)
    _, told = run.communicate(timeout=120)
    for _ in range(600):
        if not alive(all_of_it):
            break
        time.sleep(0.1)
    assert alive(all_of_it) == set()
    assert "Traceback" not in told, told
    if end != signal.SIGKILL:
        assert run.returncode == 130
        # What was being rendered stays due.
        assert rows(tmp_path, f"SELECT due, attempts FROM urls WHERE url LIKE '%{SHELL}'") == [(1, 0)]


def test_a_browser_that_dies_costs_one_try(site: FakeSite, tmp_path: Path) -> None:
    if not Path("/proc/self/stat").exists():
        pytest.skip("reads /proc")
    build(site, "if (!window.again) setTimeout(() => fetch('/again'), 4000);" + APP.replace("fetch", "0 || fetch"))
    killed: list[int] = []
    others = set(processes(os.getpid()))

    def kill() -> object:
        if not killed:
            for pid in set(processes(os.getpid())) - others:
                with contextlib.suppress(OSError):
                    line = (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ")
                    if b"chromium" in line and b"--remote-debugging-pipe" in line and b"--type=" not in line:
                        os.kill(pid, signal.SIGKILL)
                        killed.append(pid)
        return 200, {"Content-Type": "application/json"}, site.pages["/story.json"][2]

    site.pages["/story.json"] = site.pages["/api/article.json"]
    site.pages["/api/article.json"] = kill
    command = [sys.executable, "-m", "miacrawl", "crawl", "--allow-private", *hurried(), *settings(), site.url]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert killed and "Traceback" not in done.stderr, done.stderr
    assert reason(tmp_path, SHELL) == ("archived", "")


def test_the_extra_and_the_browser_are_named_where_they_are_missing(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site)
    done = crawl("-s", "MIACRAWL_RENDER=true", "-s", "MIACRAWL_RENDER_SANDBOX=false", "-s",
                 "MIACRAWL_RENDER_BROWSER=/no/such/chromium", site.url)  # fmt: skip
    assert done.returncode == 3 and "MIACRAWL_RENDER_BROWSER: /no/such/chromium is no program" in done.stderr
    without = "import sys; sys.modules['playwright'] = None; from miacrawl.cli import main; main()"
    arguments = ["crawl", "--allow-private", *hurried(), "-s", "MIACRAWL_RENDER=true", site.url]
    command = [sys.executable, "-c", without, *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 3 and "pip install 'miacrawl[render]'" in done.stderr, done.stderr
    command[command.index("MIACRAWL_RENDER=true")] = "MIACRAWL_RENDER=false"
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0 and reason(tmp_path, SHELL)[1] == "an empty shell that needs JavaScript", done.stderr
