"""A capture: the page as it came, in a frame in which nothing runs, with what its record says, and that record."""

from __future__ import annotations

import re
from typing import Any

from miacrawl.serve import access, archive
from miacrawl.serve.dates import shown_date
from miacrawl.serve.download import Download, places
from miacrawl.serve.headers import REPLAY_HEADERS
from miacrawl.serve.link import outside
from miacrawl.serve.look import Look, document, look_at
from miacrawl.serve.queries import captures as queries
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.record import aside, body_of, no_capture, warcs_of
from miacrawl.serve.reply import page as answer
from miacrawl.serve.seen import KINDS, OUTCOMES, shown_size
from miacrawl.serve.trouble import PageError
from miacrawl.store.capture import FOLDER
from miacrawl.urls import site_of

_FACTS = "id url kind fetched_at status content_type digest size refers_to outcome ip run_id file offset length".split()
_ENDINGS = {"text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf"}


async def show(datasette: Any, request: Any) -> Any:
    """`/capture/<id>`, and the same as JSON at `/capture/<id>.json`. Raises PageError (404) where there is none."""
    database = archive.find(datasette)
    chain = await _chain(database, request)
    row, look, trouble = chain[0], None, None
    try:
        look = await aside(look_at, warcs_of(database), chain)
    except PageError as error:
        trouble = error
    article = await _article(datasette, request, row)
    beside = await queries.beside(database, row["url_key"], row["fetched_at"], row["id"])
    status = trouble.status if trouble else 200
    if request.url_vars.get("json"):
        return _json(datasette, _told(datasette, row, look, trouble, article, beside), status)
    context = {
        "q": "",
        "capture": row,
        "title": (article and article["title"]) or row["url"],
        "article": article,
        "captured": shown_date(row["fetched_at"], with_time=True),
        "outside": outside(row["url"]),
        "what": KINDS.get(row["kind"], row["kind"]),
        "outcome": OUTCOMES.get(row["outcome"], row["outcome"]),
        "size": shown_size(row["size"]),
        "place": f"{FOLDER}/{row['file']}",
        "refers_to": chain[1] if len(chain) > 1 else None,
        "referred": shown_date(chain[1]["fetched_at"], with_time=True) if len(chain) > 1 else None,
        "may_see_run": await access.may_view(datasette, request.actor, "runs"),
        "previous": _dated(beside["previous"]),
        "next": _dated(beside["next"]),
        "downloads": bool(datasette.setting("allow_download")),
        "trouble": trouble,
        "look": look,
    }
    response = await answer(datasette, request, "capture", context, status)
    response.headers["X-Robots-Tag"] = REPLAY_HEADERS["X-Robots-Tag"]
    return response


async def frame(datasette: Any, request: Any) -> Any:
    """`/capture/<id>/frame`: the page itself, for the frame on the page around it. Raises PageError."""
    from datasette import Response

    database = archive.find(datasette)
    chain = await _chain(database, request)
    if request.headers.get("sec-fetch-dest") == "document":
        # Alone in a window it would pass for what it is a copy of.
        where = datasette.urls.path(f"/capture/{chain[0]['id']}")
        return Response.redirect(str(where), headers={"Vary": REPLAY_HEADERS["Vary"]})
    written = await aside(document, warcs_of(database), chain)
    return Response.html(written, headers=dict(REPLAY_HEADERS))


async def record(datasette: Any, request: Any) -> Any:
    """`/capture/<id>/record`: the record, and what it needs to stand alone, as a WARC file. Raises PageError."""
    _may_download(datasette)
    database = archive.find(datasette)
    chain = await _chain(database, request)
    folder = warcs_of(database)
    return Download(folder, await aside(places, folder, chain), f"{_name(chain[0])}.warc.gz")


async def body(datasette: Any, request: Any) -> Any:
    """`/capture/<id>/body`: the body alone, unpacked, scripts and all, to be saved. Raises PageError."""
    from datasette import Response

    _may_download(datasette)
    database = archive.find(datasette)
    chain = await _chain(database, request)
    found = await aside(body_of, warcs_of(database), chain)
    ending = _ENDINGS.get(found.content_type.partition(";")[0].strip().lower(), ".bin")
    told = {**REPLAY_HEADERS, "Content-Disposition": f'attachment; filename="{_name(chain[0])}{ending}"'}
    return Response(found.body, headers=told, content_type="application/octet-stream")


def _may_download(datasette: Any) -> None:
    if not datasette.setting("allow_download"):
        raise PageError(
            "Records can't be downloaded here",
            "Whoever publishes this archive has switched downloads off. The page as captured can be read; for the "
            "record, ask them, or run a copy of the archive yourself.",
            403,
        )


async def _chain(database: Any, request: Any) -> list[Row]:
    written = request.url_vars["id"]
    is_number = written.isascii() and written.isdigit() and len(written) <= 18
    chain = await queries.chain(database, int(written)) if is_number else []
    if not chain:
        raise no_capture()
    return chain


async def _article(datasette: Any, request: Any, row: Row) -> Row | None:
    """The article that the address leads to, and the version that was first read from this capture."""
    if not await access.may_view(datasette, request.actor, "articles"):
        return None
    database = archive.find(datasette)
    found = await queries.article_of(database, row["url_key"])
    if found is None:
        return None
    may_see = await access.may_view(datasette, request.actor, "article_versions")
    version = await queries.version_from(database, found["id"], row["id"]) if may_see else None
    return {**found, "version": version}


def _told(
    datasette: Any, row: Row, look: Look | None, trouble: PageError | None, article: Row | None, beside: dict[str, Any]
) -> dict[str, Any]:
    def address(path: str) -> str:
        return str(datasette.urls.path(path))

    here = f"/capture/{row['id']}"
    return {
        **{name: row[name] for name in _FACTS},
        "article": article,
        "previous": beside["previous"] and beside["previous"]["id"],
        "next": beside["next"] and beside["next"]["id"],
        "shown_as": look and look.kind,
        "left_out": list(look.left_out) if look else [],
        "request": look.request if look else None,
        "response": look.response if look else None,
        "error": f"{trouble.title}. {trouble.advice}" if trouble else (look.missing or None if look else None),
        "page": address(here),
        "frame": address(f"{here}/frame"),
        "record": address(f"{here}/record"),
    }


def _json(datasette: Any, value: Any, status: int = 200) -> Any:
    from datasette import Response

    return Response.json(value, status=status, default=str, headers={"X-Robots-Tag": REPLAY_HEADERS["X-Robots-Tag"]})


def _dated(row: Row | None) -> Row | None:
    return row and {**row, "date": shown_date(row["fetched_at"], with_time=True)}


def _name(row: Row) -> str:
    """Name of a file made of a capture: its number and the host, as far as that is fit for one."""
    try:
        host = re.sub(r"[^a-z0-9.-]+", "-", site_of(row["url"]).lower())[:80].strip("-.")
    except ValueError:
        host = ""
    return f"capture-{row['id']}{f'-{host}' if host else ''}"
