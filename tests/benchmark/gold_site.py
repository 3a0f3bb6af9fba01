"""Serves saved pages on loopback, each under its own host and path, with an index page that links to all.

    python -m tests.benchmark.gold_site ../shared/gold --port 8765

The folder has gold/*.json (with "id" and "url") and pages/<id>.html. The address of
https://example.org/a/b?c=d is http://127.0.0.1:8765/example.org/a/b?c=d.
"""

from __future__ import annotations

import argparse
import html
import json
import time
from pathlib import Path
from urllib.parse import urlsplit

from tests.site import FakeSite, listing

_PAGE = {"Content-Type": "text/html"}


def paths(folder: Path) -> dict[str, Path]:
    """Path on the site → file, for every page of `folder`."""
    found = {}
    for truth in sorted((folder / "gold").glob("*.json")):
        known = json.loads(truth.read_text("utf-8"))
        parts = urlsplit(known["url"])
        query = f"?{parts.query}" if parts.query else ""
        found[f"/{parts.netloc}{parts.path or '/'}{query}"] = folder / "pages" / f"{known['id']}.html"
    return found


def gold_site(folder: Path, port: int = 0) -> FakeSite:
    """A site (not yet started) that serves the pages of `folder`."""
    site = FakeSite(port)
    pages = paths(folder)
    site.pages |= {path: (200, _PAGE, file.read_bytes()) for path, file in pages.items()}
    site.pages["/"] = listing(*(html.escape(path) for path in pages))
    return site


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=8765)
    arguments = parser.parse_args()
    with gold_site(arguments.folder, arguments.port) as site:
        print(f"{len(site.pages) - 1} pages at {site.url}", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
