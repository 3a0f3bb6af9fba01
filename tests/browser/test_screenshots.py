"""Pictures of every kind of page, in docs/screenshots and shown by docs/pages.md.

They are made anew only when asked for: `make screenshots`, or MIACRAWL_SCREENSHOTS=1.
"""

from __future__ import annotations

import base64
import os
import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from miacrawl.store.tables import TABLES
from tests.browser import sample
from tests.browser.conftest import Serve
from tests.browser.kinds import KINDS, Kind

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = DOCS / "screenshots"
PORT = 47391
SIZES = {"wide": (1280, 840), "phone": (390, 780)}
MOST_BYTES = {"wide": 34_000, "phone": 20_000}
ALL_BYTES = 2_000_000
SHOWN = [kind for kind in KINDS if kind.picture]

OPENING = """# The pages of an archive

Every kind of page, of the archive of the bundled sample site (`make demo`), on a wide screen and on a telephone; dark
where the reader's screen is. The pictures are made by the tests: `make screenshots`.
"""


@pytest.mark.browser
@pytest.mark.skipif(not os.environ.get("MIACRAWL_SCREENSHOTS"), reason="make screenshots makes them")
def test_pictures_are_made(browser: Browser, serve: Serve, tmp_path: Path) -> None:
    folder = sample.build(tmp_path / "archive", PORT)
    _at_fixed_times(folder)
    facts = sample.facts(folder)
    address = serve(folder)
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.glob("*.webp"):
        old.unlink()
    for size, (width, height) in SIZES.items():
        page = browser.new_context(viewport={"width": width, "height": height}).new_page()
        for kind in SHOWN:
            page.goto(address + kind.at(facts))
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                (PICTURES / _name(kind, size, scheme)).write_bytes(_picture(page, MOST_BYTES[size]))
        page.context.close()
    (DOCS / "pages.md").write_text("\n".join([OPENING, *map(_section, SHOWN)]), encoding="utf-8")


@pytest.mark.parametrize("kind", SHOWN, ids=lambda kind: kind.name)
def test_every_kind_of_page_has_its_pictures_in_the_documentation(kind: Kind) -> None:
    text = (DOCS / "pages.md").read_text(encoding="utf-8")
    assert _section(kind).strip() in text, "make screenshots writes it"
    for size in SIZES:
        for scheme in ("light", "dark"):
            picture = PICTURES / _name(kind, size, scheme)
            assert picture.is_file() and picture.stat().st_size <= 100_000, "make screenshots makes it"


def test_every_kind_has_a_name_of_its_own() -> None:
    names = [kind.name for kind in KINDS]
    assert len(names) == len(set(names))


def test_no_picture_is_left_over_and_all_are_small() -> None:
    text = (DOCS / "pages.md").read_text(encoding="utf-8")
    named = set(re.findall(r"screenshots/([\w.-]+)", text))
    assert {path.name for path in PICTURES.iterdir()} == named
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) <= ALL_BYTES


def _name(kind: Kind, size: str, scheme: str) -> str:
    return f"{kind.name}-{size}-{scheme}.webp"


def _section(kind: Kind) -> str:
    """The kind's part of docs/pages.md."""
    title = kind.name.replace("-", " ").capitalize()
    pictures = "\n".join(_markup(kind, size) for size in SIZES)
    return f"## {title}\n\n{kind.line} `{kind.address}`\n\n{pictures}\n"


def _markup(kind: Kind, size: str) -> str:
    dark, light = (f"screenshots/{_name(kind, size, scheme)}" for scheme in ("dark", "light"))
    width = {"wide": 560, "phone": 172}[size]
    label = kind.line.rstrip(".") + (" (on a telephone)" if size == "phone" else "")
    return (
        f'<picture><source media="(prefers-color-scheme: dark)" srcset="{dark}">'
        f'<img src="{light}" alt="{label}" width="{width}"></picture>'
    )


def _picture(page: Page, most_bytes: int) -> bytes:
    """What is in the window, as WebP, as good as fits."""
    page.evaluate("document.fonts.ready")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    session = page.context.new_cdp_session(page)
    try:
        for quality in (70, 55, 40, 30, 20):
            taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
            made = base64.b64decode(taken["data"])
            if len(made) <= most_bytes:
                break
        return made
    finally:
        session.detach()


def _at_fixed_times(folder: Path) -> None:
    """Each of the two crawls at a time that is the same whenever the pictures are made."""
    db = sqlite3.connect(folder / "archive.db")
    with db:
        begun, second = db.execute("SELECT min(started), max(started) FROM runs").fetchone()
        for name, table in TABLES.items():
            for column in table.columns:
                db.execute(
                    f"UPDATE {name} SET {column} = CASE WHEN {column} < ? THEN '2026-03-02T08:00:05Z'"
                    f" ELSE '2026-03-09T08:00:05Z' END WHERE {column} GLOB '20??-??-??T??:??:*' AND {column} >= ?",
                    [second, begun],
                )
        db.execute("UPDATE runs SET started = replace(started, ':05Z', ':00Z')")
    db.close()
