"""An archive in which every column that holds text holds markup, and every address is a script."""

from __future__ import annotations

import json
from pathlib import Path

from sqlite_utils import Database

from miacrawl.store.tables import TABLES

RUN = "window.ran=1"
MARKUP = (
    f"</title></style></textarea></script>\"'><img src=http://outside.example/x.png onerror={RUN}>"
    f"<script>{RUN}</script><svg onload={RUN}><iframe srcdoc='<script>parent.ran=1</script>'></iframe>"
    f"<details open ontoggle={RUN}>x</details><a href='javascript:{RUN}'>worms</a>{{{{7*7}}}}{{%print(1)%}}\x02\x03"
    "<link rel=stylesheet href=http://outside.example/x.css><style>@import 'http://outside.example/y.css'</style>"
)
ADDRESS = f"javascript:{RUN}//"
KEPT = {
    "id",
    "article_id",
    "target_id",
    "run_id",
    "kind",
    "state",
    "location",
    "authors",
    "flags",
    "provenance",
    "url_key",
    "digest",  # without these two no capture is found in its file
    "name",
    "measure",
    "cohort",
    "facet",
}
DERIVED = {"tallies", "bylines", "ledger_counts"}
"""Kept by triggers, so that what is poisoned elsewhere comes to them by itself."""
_PLAIN = MARKUP.replace("\\", "").replace("\x02", "").replace("\x03", "")
_TEXTS = json.dumps([_PLAIN, ADDRESS])
_DOCUMENTS = {
    "articles": {
        "authors": json.dumps([_PLAIN]),
        "flags": json.dumps([_PLAIN]),
        "provenance": json.dumps({MARKUP: MARKUP, "title": MARKUP}),
    },
    "article_versions": {"changed": _TEXTS},
    "runs": {
        "start_urls": _TEXTS,
        "reasons": json.dumps([{"state": "failed", "reason": _PLAIN, "count": 3, "url": ADDRESS}]),
        "held": json.dumps({_PLAIN: _PLAIN}),
    },
    "captures": {"headers": json.dumps([["Content-Type", _PLAIN], [_PLAIN, _PLAIN]])},
    "coverage": {"counts": json.dumps({_PLAIN: 3}), "samples": json.dumps({_PLAIN: [ADDRESS]})},
    "alarms": {"samples": _TEXTS},
    "extractions": {"counts": json.dumps({_PLAIN: 3}), "samples": _TEXTS, "scope": json.dumps({"site": _PLAIN})},
}
"""Columns that hold JSON: it stays such, and says the same."""


def poison(folder: Path) -> None:
    """Poison the archive in `folder`."""
    db = Database(folder / "archive.db")
    for name in TABLES:
        if name not in DERIVED:
            _poison(db, name)
    for name, columns in _DOCUMENTS.items():
        for column, document in columns.items():
            db.execute(f"UPDATE {name} SET {column} = ?", [document])
    db.conn.commit()
    db.conn.close()


def _poison(db: Database, name: str) -> None:
    for column, kind in db.table(name).columns_dict.items():
        if kind is not str or column in KEPT:
            continue
        is_address = "url" in column or column in ("image", "referrer")
        value = ADDRESS if is_address else MARKUP
        unique = "id" if "id" in db.table(name).columns_dict else column
        db.execute(f"UPDATE {name} SET {column} = ? || {unique} WHERE {column} IS NOT NULL", [value])
