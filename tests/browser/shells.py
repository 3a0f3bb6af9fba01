"""Pages that are empty until their scripts run, on a site on loopback."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import NAMES
from tests.site import FakeSite, article, listing

TEXT = [
    f"Paragraph {number} on walking: people who keep at it, week after week, tell of better days, and of nights in"
    f" which they sleep {number} hours more than they did before, as far as anybody can tell."
    for number in range(1, 9)
]
STORY = json.dumps({"title": "A story that scripts tell", "paragraphs": TEXT}).encode()
SHOW = """
function show(story) {
  document.title = story.title;
  const add = (tag, text) => {
    const node = document.createElement(tag); node.textContent = text; document.getElementById("app").append(node); };
  add("h1", story.title);
  story.paragraphs.forEach(text => add("p", text));
}
"""
APP = SHOW + 'fetch("/api/article.json").then(answer => answer.json()).then(show);'


def shell(script: str = "/app.js", inline: str = "") -> bytes:
    """A page whose text is the work of a script."""
    own = f"<script>{inline}</script>" if inline else ""
    return (
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>One moment</title></head><body>"
        f"<div id=app></div>{own}<script src='{script}'></script></body></html>"
    ).encode()


def script(text: str) -> tuple[int, dict[str, str], bytes]:
    """An answer that is a script."""
    return 200, {"Content-Type": "text/javascript; charset=utf-8"}, text.encode()


def build(site: FakeSite, app: str = APP) -> FakeSite:
    """A home page with a link to a shell, whose script is `app`, and one to a page that needs none."""
    site.pages |= {
        "/": listing("/news/a-shell-story-of-the-day", "/news/a-plain-story-of-the-day"),
        "/news/a-shell-story-of-the-day": shell(),
        "/news/a-plain-story-of-the-day": article("A plain story of the day"),
        "/app.js": script(app),
        "/api/article.json": (200, {"Content-Type": "application/json"}, STORY),
    }
    return site


def settings(*more: str) -> list[str]:
    """Options that have shells rendered, as root too."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        message = "no Chromium here: install the package chromium"
        if os.environ.get("MIACRAWL_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    names = ("MIACRAWL_RENDER=true", "MIACRAWL_RENDER_SANDBOX=false", f"MIACRAWL_RENDER_BROWSER={path}", *more)
    return [part for name in names for part in ("-s", name)]


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of the archive in `folder`."""
    db = sqlite3.connect(folder / "archive" / "archive.db")
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def reason(folder: Path, path: str) -> tuple[str, str]:
    """State and reason of the page at `path`."""
    (found,) = rows(folder, f"SELECT state, coalesce(reason, '') FROM urls WHERE url LIKE '%{path}'")
    return found
