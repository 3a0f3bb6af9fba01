"""A webhook of the operator's: the run's JSON by POST, when it has ended."""

from __future__ import annotations

import base64
import http.client
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from miacrawl import __version__
from miacrawl.notify.deadline import within
from miacrawl.notify.ending import Ending
from miacrawl.printing import json_text


class _NoRedirects(HTTPRedirectHandler):
    """What is told is for the address that the operator gave, and for no other."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def post(url: str, ending: Ending, limit_seconds: float) -> None:
    """POST what is told of the run to `url`, as application/json, within `limit_seconds` in all.

    The operator names the address, so a private one is as good as any; user and password in it go as Basic
    authorization. Raises ValueError where it is no http(s) address, OSError saying what went wrong without the
    address: hooks' addresses are secrets.
    """
    parts = _parts(url)
    headers = {"Content-Type": "application/json", "User-Agent": f"miacrawl/{__version__}", **_authorization(parts)}
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()
    request = Request(plain, json_text(dict(ending.told)).encode(), headers, method="POST")  # noqa: S310  checked
    within(limit_seconds, lambda: _send(request, str(parts.hostname), limit_seconds))


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # says the address
        parts = SplitResult("", "", "", "", "")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it is no http(s) address")
    return parts


def _authorization(parts: SplitResult) -> dict[str, str]:
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _send(request: Request, host: str, limit_seconds: float) -> None:
    try:
        with build_opener(_NoRedirects).open(request, timeout=limit_seconds) as answer:
            answer.read(1024)
    except HTTPError as error:
        error.close()
        raise OSError(f"{host} answered HTTP {error.code}") from None
    except URLError as error:
        raise OSError(f"{host} could not be reached: {_kind(error.reason)}") from None
    except (http.client.HTTPException, OSError, ValueError) as error:
        raise OSError(f"{host}: {_kind(error)}") from None


def _kind(error: object) -> str:
    """What kind of error it is; the text of some holds the address."""
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
