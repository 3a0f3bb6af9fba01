"""Other tools replay what a crawl kept: pywb, where MIACRAWL_INTEROP names the folder of its `bin/wayback`."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.conftest import Run
from tests.kept import asked
from tests.outside import running
from tests.site import FakeSite, article, listing

TOOLS = Path(os.environ.get("MIACRAWL_INTEROP", ""))
pytestmark = pytest.mark.skipif(
    not os.environ.get("MIACRAWL_INTEROP"), reason="MIACRAWL_INTEROP names no folder with bin/wayback"
)
PAGE, TWIN, OLD = "/news/a-story-of-today", "/news/the-same-story-again", "/news/where-it-was-before"


def build(site: FakeSite) -> None:
    page = article("A story of today")

    def ask() -> object:
        if site.headers.get("If-None-Match") == '"one"':
            return 304, {"ETag": '"one"'}, b""
        return 200, {"ETag": '"one"', "Content-Type": "text/html; charset=utf-8"}, page

    site.pages |= {"/": listing(PAGE, TWIN, OLD), PAGE: ask, TWIN: page, OLD: (301, {"Location": PAGE}, b"moved")}


@contextmanager
def replayed(folder: Path, warcs: list[Path]) -> Iterator[str]:
    """The address under which pywb replays some files."""
    folder.mkdir()
    for command in (["init", "c"], ["add", "c", *map(str, warcs)]):
        subprocess.run([TOOLS / "bin" / "wb-manager", *command], cwd=folder, check=True, capture_output=True)
    with running(TOOLS / "bin" / "wayback", folder, "-b") as at:
        yield f"{at}/c"


def fetched(url: str) -> tuple[int, str, bytes]:
    try:
        with urlopen(url, timeout=120) as answer:
            return answer.status, answer.url, answer.read()
    except HTTPError as error:
        return error.code, error.url, error.read()


def test_pywb_replays_pages_twins_redirects_and_what_was_not_modified(
    site: FakeSite, crawl: Run, tmp_path: Path
) -> None:
    build(site)
    in_order = ("-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1")  # which of two twins is the first says which is a revisit
    crawl(site.url, *in_order)
    time.sleep(1.1)  # a capture's time has seconds
    crawl(site.url, *in_order)
    archive = tmp_path / "archive"
    captures = asked(archive, "SELECT url, kind, fetched_at, status FROM captures WHERE status < 400 ORDER BY id")
    kinds = [(url.removeprefix(site.url.rstrip("/")), kind, status) for url, kind, _, status in captures]
    assert (PAGE, "revisit", 304) in kinds and (TWIN, "revisit", 200) in kinds and (PAGE, "response", 200) in kinds
    with replayed(tmp_path / "pywb", sorted((archive / "warc").glob("*.warc.gz"))) as at:
        for url, kind, fetched_at, status in captures:
            moment = "".join(filter(str.isdigit, fetched_at))
            answered, _, body = fetched(f"{at}/{moment}mp_/{url}")
            # pywb answers what was said; what the page then was it has under the time of the capture before.
            assert answered == (304 if status == 304 else 200), (url, kind, status)
            if status != 304 and url.endswith((PAGE, TWIN, OLD)):
                assert b"Paragraph 6 on walking" in body, (url, kind, status)
        _, _, lines = fetched(f"{at}/cdx?url={site.at(PAGE)}&output=json")
        seen = [json.loads(line) for line in lines.splitlines()]
        assert seen[0]["mime"] == "text/html" and {line["mime"] for line in seen[1:]} == {"warc/revisit"}
        assert len({line["digest"] for line in seen}) == 1


def test_the_validator_of_wacz_files_accepts_what_is_exported(
    site: FakeSite, crawl: Run, miacrawl: Run, tmp_path: Path
) -> None:
    build(site)
    crawl(site.url)
    host = site.url.split("/")[2]
    for name, *options in (("all.wacz",), ("site.wacz", "--site", host), ("text.wacz", "--text")):
        assert miacrawl("export", "wacz", name, *options).returncode == 0
        told = subprocess.run(
            [TOOLS / "bin" / "wacz", "validate", "-f", name], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert told.returncode == 0 and "invalid" not in (told.stdout + told.stderr).lower(), told.stdout + told.stderr


def test_warcio_checks_every_digest_of_a_crawl(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    build(site)
    crawl(site.url)
    crawl(site.url)
    files = sorted((tmp_path / "archive" / "warc").glob("*.warc.gz"))
    told = subprocess.run(
        [TOOLS / "bin" / "warcio", "check", "-v", *files], capture_output=True, text=True, check=False
    )
    assert len(files) == 2 and told.returncode == 0 and "digest pass" in told.stdout, told.stdout + told.stderr
    assert "failed" not in told.stdout


def test_pywb_replays_the_record_of_one_capture(tmp_path: Path) -> None:
    from tests import replayed as shown
    from tests.reader import Reader

    ids = shown.build(tmp_path / "archive")
    record = tmp_path / "one.warc.gz"
    record.write_bytes(Reader(tmp_path / "archive").get(f"/capture/{ids['worms-same']}/record").content)
    with replayed(tmp_path / "pywb", [record]) as replay:
        for moment in ("20260330080100", "20260330080200"):
            status, _, body = fetched(f"{replay}/{moment}id_/https://gardennotes.example/worms")
            assert status == 200 and b"They eat." in body, moment
