"""A webhook of the operator's: the run's JSON by POST, when it has ended."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from miacrawl import __version__
from miacrawl.notify.ending import Ending
from miacrawl.printing import json_text


class _NoRedirects(HTTPRedirectHandler):
    """What is told is for the address that the operator gave, and for no other."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def post(url: str, ending: Ending, limit_seconds: float) -> None:
    """POST what is told of the run to `url`, as application/json.

    The operator names the address, so a private one is as good as any. Raises ValueError where it is no http(s)
    address, OSError saying what went wrong without the address: hooks' addresses are secrets.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it is no http(s) address")
    headers = {"Content-Type": "application/json", "User-Agent": f"miacrawl/{__version__}"}
    request = Request(url, json_text(dict(ending.told)).encode(), headers, method="POST")  # noqa: S310  checked above
    try:
        with build_opener(_NoRedirects).open(request, timeout=limit_seconds) as answer:
            answer.read(1024)
    except HTTPError as error:
        raise OSError(f"{parts.hostname} answered HTTP {error.code}") from None
    except URLError as error:
        raise OSError(f"{parts.hostname} could not be reached: {type(error.reason).__name__}") from None
    except (http.client.HTTPException, OSError, ValueError) as error:
        raise OSError(f"{parts.hostname}: {type(error).__name__}") from None
