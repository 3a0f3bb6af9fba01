"""Who wants to know how a run ended is told, and a run does not suffer from those who can't be."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from miacrawl.errors import ExitCode
from miacrawl.notify.ending import Ending
from miacrawl.notify.prometheus import metrics
from miacrawl.notify.telling import tell
from tests.conftest import Run, hurried
from tests.site import FakeSite, article, listing

SAMPLE = re.compile(r'^miacrawl_\w+\{archive="(?:[^"\\\n]|\\["\\n])*"(?:,\w+="[^"]*")?\} -?[\d.e+]+$')


class Hook:
    """A server that notes what is posted to it."""

    def __init__(self, status: int = 204, wait_seconds: float = 0.0) -> None:
        self.posts: list[Any] = []
        self.asked: list[tuple[str, str | None]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.posts.append(json.loads(body))
                hook.asked.append((self.path, self.headers["Authorization"]))
                time.sleep(wait_seconds)
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            do_GET = do_POST  # noqa: N815  http.server's name

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks/s3cret"


@pytest.fixture
def hook() -> Iterator[Hook]:
    one = Hook()
    threading.Thread(target=one.server.serve_forever, daemon=True).start()
    yield one
    one.server.shutdown()
    one.server.server_close()


def ending(tmp_path: Path, code: ExitCode = ExitCode.OK, **told: Any) -> Ending:
    return Ending(tmp_path, code, told or {"error": "none"}, None)


def command(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def test_a_run_tells_all_three(site: FakeSite, crawl: Run, hook: Hook, tmp_path: Path) -> None:
    site.pages |= {"/": listing("/a-story-to-read"), "/a-story-to-read": article("A story")}
    notes = tmp_path / "notes.json"
    done = crawl(
        site.url,
        *("-s", f"MIACRAWL_PROMETHEUS={tmp_path / 'miacrawl.prom'}"),
        *("-s", f"MIACRAWL_WEBHOOK={hook.url}"),
        *("-s", f"MIACRAWL_ON_FINISH=sh -c 'cat > {notes}; echo status $EXIT_STATUS of $ARCHIVE'"),
        "--json",
    )
    assert done.returncode == ExitCode.OK, done.stderr
    result = json.loads(done.stdout)
    assert hook.posts == [result] and json.loads(notes.read_text()) == result
    assert f"status 0 of {tmp_path / 'archive'}" in done.stderr
    text = (tmp_path / "miacrawl.prom").read_text()
    assert f'miacrawl_run_urls{{archive="{tmp_path / "archive"}",outcome="new"}} 1' in text
    assert "miacrawl_last_success_timestamp_seconds" in text and "miacrawl_run_exit_code" in text
    assert not list(tmp_path.glob(".miacrawl-*"))


def test_metrics_are_in_the_format_whatever_the_folder_is_called() -> None:
    text = metrics(ending(Path('/srv/a "quoted"\nback\\slash')), 1_700_000_000.5)
    assert all(line.startswith("# ") or SAMPLE.match(line) for line in text.splitlines()), text
    assert text.endswith("\n") and "1700000000.5" in text
    kinds = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(kinds) == len(set(kinds))


def test_a_run_that_failed_tells_why(miacrawl: Run, hook: Hook, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "archive.db").write_bytes(b"no database" * 1000)
    done = miacrawl("crawl", "http://127.0.0.1:9/", "--allow-private", "-s", f"MIACRAWL_WEBHOOK={hook.url}")
    assert done.returncode == ExitCode.STORAGE
    assert [(post["exit_code"], bool(post["error"])) for post in hook.posts] == [(7, True)]


def test_a_run_that_breaks_unforeseen_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from miacrawl.cli.running import carry_out

    def broken(*_: object) -> Any:
        raise LookupError("s3cret")

    monkeypatch.setenv("MIACRAWL_PROMETHEUS", str(tmp_path / "miacrawl.prom"))
    given = {"limit": 0, "allow_private": False, "settings": {}, "loglevel": None, "quiet": True, "as_json": False}
    with pytest.raises(LookupError):
        carry_out(broken, (), {**given, "folder": tmp_path})
    text = (tmp_path / "miacrawl.prom").read_text()
    assert f'miacrawl_run_exit_code{{archive="{tmp_path}"}} 1\n' in text and "s3cret" not in text


def test_who_finds_the_archive_in_use_tells_nobody(tmp_path: Path) -> None:
    path = tmp_path / "miacrawl.prom"
    assert tell(ending(tmp_path, ExitCode.LOCKED), {"MIACRAWL_PROMETHEUS": str(path)}) == []
    assert not path.exists()


def test_the_metrics_of_the_run_under_way_are_left_alone(miacrawl: Run, tmp_path: Path) -> None:
    from miacrawl.store.archive import writing

    assert miacrawl("init", "archive").returncode == 0
    (tmp_path / "a.prom").write_text("of the other\n")
    with writing(tmp_path / "archive"):
        done = miacrawl("crawl", "https://example.org/", "-s", f"MIACRAWL_PROMETHEUS={tmp_path / 'a.prom'}")
    assert done.returncode == ExitCode.LOCKED and (tmp_path / "a.prom").read_text() == "of the other\n"


def test_a_run_that_is_stopped_tells_so(site: FakeSite, tmp_path: Path, hook: Hook) -> None:
    stories = {f"/story-to-read-{number}": article(f"Story {number}") for number in range(30)}
    site.pages |= {"/": listing(*stories), **stories}
    words = [sys.executable, "-m", "miacrawl", "crawl", "--allow-private", *hurried(), "-s", "DOWNLOAD_DELAY=1"]
    metrics = tmp_path / "a.prom"
    process = subprocess.Popen(
        [*words, "-q", "-s", f"MIACRAWL_WEBHOOK={hook.url}", "-s", f"MIACRAWL_PROMETHEUS={metrics}", site.url],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
    )
    while process.poll() is None and not any(path.startswith("/story") for path in site.asked):
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=120) == ExitCode.INTERRUPTED
    (told,) = hook.posts
    assert told["exit_code"] == ExitCode.INTERRUPTED and told["pending"] > 0
    assert f'miacrawl_run_exit_code{{archive="{tmp_path / "archive"}"}} 130\n' in metrics.read_text()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"MIACRAWL_ON_FINISH": "/no/such/program"}, "No such file"),
        ({"MIACRAWL_ON_FINISH": "sh -c 'exit 3'"}, "it ended with 3"),
        ({"MIACRAWL_ON_FINISH": "'unbalanced"}, "No closing quotation"),
        ({"MIACRAWL_ON_FINISH": "sleep 60", "MIACRAWL_NOTIFY_SECONDS": 0.3}, "it took longer than 0.3 seconds"),
        ({"MIACRAWL_WEBHOOK": "ftp://example.org/s3cret"}, "it is no http(s) address"),
        ({"MIACRAWL_WEBHOOK": "http://127.0.0.1:9/s3cret"}, "127.0.0.1 could not be reached"),
        ({"MIACRAWL_PROMETHEUS": "/no/such/folder/x.prom"}, "No such file"),
    ],
)
def test_what_can_not_be_told_is_said_and_keeps_secrets(tmp_path: Path, settings: dict[str, Any], told: str) -> None:
    (problem,) = tell(ending(tmp_path), {"MIACRAWL_NOTIFY_SECONDS": 60, **settings})
    assert told in problem and problem.startswith("MIACRAWL_") and "s3cret" not in problem


def test_the_others_are_told_nonetheless(tmp_path: Path, hook: Hook) -> None:
    settings = {"MIACRAWL_ON_FINISH": "/no/such/program", "MIACRAWL_WEBHOOK": hook.url, "MIACRAWL_NOTIFY_SECONDS": 60}
    assert len(tell(ending(tmp_path), settings)) == 1 and len(hook.posts) == 1


def test_webhooks_follow_no_redirects(tmp_path: Path) -> None:
    away = Hook(status=302)
    threading.Thread(target=away.server.serve_forever, daemon=True).start()
    problems = tell(ending(tmp_path), {"MIACRAWL_WEBHOOK": away.url, "MIACRAWL_NOTIFY_SECONDS": 60})
    away.server.shutdown()
    away.server.server_close()
    assert problems == ["MIACRAWL_WEBHOOK: 127.0.0.1 answered HTTP 302"] and len(away.posts) == 1


def test_a_command_that_goes_on_is_ended_with_its_children(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = f"sh -c 'sleep 600 & echo $! > {child}.new; mv {child}.new {child}; sleep 600'"
    for seconds in (0.3, 3, 30):  # until the command comes as far as to begin a child
        tell(ending(tmp_path), {"MIACRAWL_ON_FINISH": code, "MIACRAWL_NOTIFY_SECONDS": seconds})
        if child.exists():
            break
    until = time.monotonic() + 60
    while _runs(int(child.read_text())):
        assert time.monotonic() < until, "it goes on"
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_who_was_told_to_stop_does_not_wait_long_for_a_command(tmp_path: Path) -> None:
    settings = {"MIACRAWL_ON_FINISH": "sleep 600", "MIACRAWL_NOTIFY_SECONDS": 300}
    assert tell(ending(tmp_path, ExitCode.INTERRUPTED), settings) == [
        "MIACRAWL_ON_FINISH: it took longer than 3 seconds and was ended"
    ]


def test_what_a_command_does_not_read_does_no_harm(tmp_path: Path) -> None:
    big = {"error": "x" * 1_000_000}
    assert tell(ending(tmp_path, **big), {"MIACRAWL_ON_FINISH": command("pass"), "MIACRAWL_NOTIFY_SECONDS": 60}) == []


def test_user_and_password_of_a_webhook_go_as_authorization(tmp_path: Path, hook: Hook) -> None:
    url = hook.url.replace("://", "://me:p%40ss@") + "?a=b#c"
    assert tell(ending(tmp_path), {"MIACRAWL_WEBHOOK": url, "MIACRAWL_NOTIFY_SECONDS": 60}) == []
    assert hook.asked == [("/hooks/s3cret?a=b", "Basic bWU6cEBzcw==")]


@pytest.mark.parametrize(
    "url", ["http://[s3cret/", "http://s3cret@:80/", "http://127.0.0.1:s3cret/", "http://a\nb/s3cret"]
)
def test_addresses_that_are_none_are_told_without_them(tmp_path: Path, url: str) -> None:
    (problem,) = tell(ending(tmp_path), {"MIACRAWL_WEBHOOK": url, "MIACRAWL_NOTIFY_SECONDS": 2})
    assert "s3cret" not in problem


def test_a_webhook_that_answers_a_byte_at_a_time_is_not_waited_for(tmp_path: Path) -> None:
    """A socket's own limit holds for each piece that arrives."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection = server.accept()[0]
            try:
                while True:
                    connection.sendall(b"H")
                    time.sleep(0.1)
            except OSError:
                pass
            connection.close()

        threading.Thread(target=drip, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        problems = tell(ending(tmp_path), {"MIACRAWL_WEBHOOK": url, "MIACRAWL_NOTIFY_SECONDS": 0.5})
    assert problems == ["MIACRAWL_WEBHOOK: it took longer than 0.5 seconds"], "the server would go on for ever"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_telling_ends_when_it_is_told_to_stop(site: FakeSite, tmp_path: Path, number: signal.Signals) -> None:
    """Scrapy's handlers outlive its reactor: they took the signal and did nothing."""
    site.pages |= {"/": listing("/a-story-to-read"), "/a-story-to-read": article("A story")}
    script = tmp_path / "slow"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/begun\nsleep 600\n")
    script.chmod(0o755)
    words = [sys.executable, "-m", "miacrawl", "crawl", "--allow-private", *hurried(), site.url, "--quiet"]
    process = subprocess.Popen(
        [*words, "-s", f"MIACRAWL_ON_FINISH={script}"], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    while process.poll() is None and not (tmp_path / "begun").exists():
        time.sleep(0.05)
    process.send_signal(number)
    told = process.communicate(timeout=120)[1]
    assert process.returncode == ExitCode.OK, "what was archived is archived"
    assert f"MIACRAWL_ON_FINISH: cut off by {number.name}" in told


def test_metrics_are_utf_8_whatever_the_machine_is_set_to(tmp_path: Path) -> None:
    folder = tmp_path / "Zürich Ω"
    folder.mkdir()
    code = (
        "import sys; from pathlib import Path; from miacrawl.notify.telling import tell;"
        "from miacrawl.notify.ending import Ending; from miacrawl.errors import ExitCode;"
        "print(tell(Ending(Path(sys.argv[1]), ExitCode.OK), {'MIACRAWL_PROMETHEUS': sys.argv[2]}))"
    )
    words = [sys.executable, "-X", "utf8=0", "-c", code, str(folder), str(tmp_path / "a.prom")]
    environment = {**os.environ, "LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr
    assert "Zürich Ω" in (tmp_path / "a.prom").read_text("utf-8")
