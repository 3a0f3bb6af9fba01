"""A capture: the page as it came, in a frame in which nothing runs, with what its record says, and that record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
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
from miacrawl.serve.twin import answer as in_json
from miacrawl.serve.ways_out import Way, ways_out
from miacrawl.store.capture import FOLDER
from miacrawl.urls import site_of

_FACTS = "id url kind fetched_at status content_type digest size refers_to outcome ip run_id file offset length".split()
_ENDINGS = {"text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf"}


@dataclass(frozen=True, slots=True)
class Found:
    """A capture, what it refers to, what is to be seen of it (else the trouble), and what stands around it."""

    chain: list[Row]
    look: Look | None
    trouble: PageError | None
    article: Row | None
    beside: Mapping[str, Row | None]

    @property
    def row(self) -> Row:
        """The capture itself."""
        return self.chain[0]

    @property
    def status(self) -> int:
        """Of the response."""
        return self.trouble.status if self.trouble else 200


async def show(datasette: Any, request: Any) -> Any:
    """`/capture/<id>`, with `?links=1` where its links led. Raises PageError (404) where there is none.

    Where its record is lost, what is known is shown.
    """
    found = await _found(datasette, request)
    row, article, trouble = found.row, found.article, found.trouble
    refers_to = found.chain[1] if len(found.chain) > 1 else None
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
        "refers_to": refers_to,
        "referred": refers_to and shown_date(refers_to["fetched_at"], with_time=True),
        "may_see_run": await access.may_view(datasette, request.actor, "runs"),
        "previous": _dated(found.beside["previous"]),
        "next": _dated(found.beside["next"]),
        "downloads": bool(datasette.setting("allow_download")),
        "trouble": trouble,
        "look": found.look,
        "ways": await _ways_out(datasette, request, found) if request.args.get("links") == "1" else None,
    }
    response = await answer(datasette, request, "capture", context, found.status)
    response.headers["X-Robots-Tag"] = REPLAY_HEADERS["X-Robots-Tag"]
    return response


async def _ways_out(datasette: Any, request: Any, found: Found) -> list[tuple[Way, int | None]]:
    """The links of the page, each with the archived article that it leads to."""
    if found.look is None or found.look.kind != "page":
        return []
    database = archive.find(datasette)
    ways = await aside(ways_out, warcs_of(database), found.chain)
    if not await access.may_view(datasette, request.actor, "articles"):
        return [(way, None) for way in ways]
    articles = await queries.articles_at(database, [way.key for way in ways])
    return [(way, articles.get(way.key)) for way in ways]


async def show_json(datasette: Any, request: Any) -> Any:
    """The same as JSON, at `/capture/<id>.json`. Raises PageError, likewise."""
    found = await _found(datasette, request)
    response = in_json(_told(datasette, found), found.status)
    response.headers["X-Robots-Tag"] = REPLAY_HEADERS["X-Robots-Tag"]
    return response


async def _found(datasette: Any, request: Any) -> Found:
    database = archive.find(datasette)
    chain = await _chain(database, request)
    row, look, trouble = chain[0], None, None
    try:
        look = await aside(look_at, warcs_of(database), chain)
    except PageError as error:
        trouble = error
    may_see = await access.may_view(datasette, request.actor, "articles")
    may_see_versions = await access.may_view(datasette, request.actor, "article_versions")

    async def ask(here: Any) -> Found:
        article = await _article(here, row, versions=may_see_versions) if may_see else None
        beside = await queries.beside(here, row["url_key"], row["fetched_at"], row["id"])
        return Found(chain, look, trouble, article, beside)

    return await archive.in_one_go(database, ask)


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


async def _article(database: Any, row: Row, *, versions: bool) -> Row | None:
    """The article that the address leads to, and (`versions`) the version that was first read from this capture."""
    found = await queries.article_of(database, row["url_key"])
    if found is None:
        return None
    return {**found, "version": await queries.version_from(database, found["id"], row["id"]) if versions else None}


def _told(datasette: Any, found: Found) -> dict[str, Any]:
    row, look, trouble = found.row, found.look, found.trouble
    here = f"/capture/{row['id']}"
    error = f"{trouble.title}. {trouble.advice}" if trouble else (look.missing if look else "")
    return {
        **{name: value if isinstance(value := row[name], int | None) else str(value) for name in _FACTS},
        "article": found.article,
        **{side: one and one["id"] for side, one in found.beside.items()},
        "shown_as": look and look.kind,
        "left_out": list(look.left_out) if look else [],
        "request": look.request if look else None,
        "response": look.response if look else None,
        "error": error or None,
        "page": str(datasette.urls.path(here)),
        **{part: str(datasette.urls.path(f"{here}/{part}")) for part in ("frame", "record", "body")},
    }


def _dated(row: Row | None) -> Row | None:
    return row and {**row, "date": shown_date(row["fetched_at"], with_time=True)}


def _name(row: Row) -> str:
    """Name of a file made of a capture: its number and the host, as far as that is fit for one."""
    try:
        host = re.sub(r"[^a-z0-9.-]+", "-", site_of(row["url"]).lower())[:80].strip("-.")
    except ValueError:
        host = ""
    return f"capture-{row['id']}{f'-{host}' if host else ''}"
