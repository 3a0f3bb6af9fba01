"""Why a page could not be had, in words for people."""

from __future__ import annotations

from http import HTTPStatus

from scrapy import exceptions
from scrapy.exceptions import IgnoreRequest

_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (exceptions.CannotResolveHostError, "unknown host"),
    (exceptions.DownloadConnectionRefusedError, "connection refused"),
    (exceptions.DownloadTimeoutError, "no answer in time"),
    (exceptions.ResponseDataLossError, "the answer broke off"),
    (exceptions.UnsupportedURLSchemeError, "not an http(s) address"),
    (exceptions.DownloadCancelledError, "too large, or cancelled"),
)


def in_words(error: BaseException) -> str:
    """One line that says what went wrong: "unknown host nosuch.example"."""
    if isinstance(error, IgnoreRequest):
        return str(error) or "not requested"
    deepest = error
    while deepest.__cause__ is not None:
        deepest = deepest.__cause__
    detail = " ".join(str(deepest).split())[:200]
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return words
    if "ertificate" in detail or "SSL" in detail:
        return f"the connection is not secure: {detail}"
    return f"the connection failed: {detail or type(error).__name__}"


def status_in_words(status: int) -> str:
    """ "HTTP 404 Not Found"."""
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def worth_another_try(error: BaseException) -> bool:
    """Whether a failure may pass: what was refused by us, or is no web address, does not."""
    return not isinstance(
        error, IgnoreRequest | exceptions.UnsupportedURLSchemeError | exceptions.DownloadCancelledError
    )
