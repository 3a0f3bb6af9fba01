"""Why a page could not be had, in words for people."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from types import UnionType

from scrapy import exceptions
from scrapy.exceptions import IgnoreRequest
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError, ResponseNeverReceived


class Refused(IgnoreRequest):
    """What a server sends is not taken: it passes a bound. The message is for the ledger, and begins "refused: "."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"refused: {reason}")


class BrokenAnswer(Exception):  # noqa: N818  reads as what happened
    """What came is no answer that can be read, and would be none the next time; the message says why, in words."""


_WORDS: tuple[tuple[type[BaseException] | UnionType, str], ...] = (
    (exceptions.CannotResolveHostError, "unknown host"),
    (exceptions.DownloadConnectionRefusedError, "connection refused"),
    (exceptions.DownloadTimeoutError, "no answer in time"),
    (exceptions.ResponseDataLossError, "the answer broke off"),
    (exceptions.UnsupportedURLSchemeError, "not an http(s) address"),
    (exceptions.DownloadCancelledError, "too large, or cancelled"),
    (ResponseNeverReceived, "the connection was closed without an answer"),
    (ParseError, "what came is no HTTP answer"),
    (ConnectionDone | ConnectionLost | ConnectionAborted, "the answer broke off"),
)
"""The first that fits the error or one of its causes counts; causes are looked at from the outside in."""
_OF_TLS = ("OpenSSL", "service_identity", "ssl")


def in_words(error: BaseException) -> str:
    """One line that says what went wrong: "unknown host"."""
    if isinstance(error, IgnoreRequest):
        return str(error) or "not requested"
    causes = list(causes_of(error))
    for cause in causes:
        if isinstance(cause, Refused | BrokenAnswer):
            return str(cause)
    insecure = [cause for cause in causes if type(cause).__module__.startswith(_OF_TLS)]
    if insecure:
        return f"the connection is not secure: {_of_tls(insecure[-1])}"
    for kind, words in _WORDS:
        if any(isinstance(cause, kind) for cause in causes):
            return words
    if isinstance(error, exceptions.DownloadFailedError) and isinstance(causes[-1], ValueError | KeyError):
        # Twisted on a Content-Length that is no number, or a Transfer-Encoding that it does not know.
        return "what came is no HTTP answer"
    return f"the connection failed: {_on_a_line(causes[-1])}"


def _of_tls(error: BaseException) -> str:
    """ "certificate verify failed": pyOpenSSL's errors are lists of (library, function, reason)."""
    if "VerificationError" in type(error).__name__:
        return "its certificate is for another host"
    last = error.args[0][-1] if error.args and isinstance(error.args[0], list) and error.args[0] else None
    return str(last[-1])[:200] if isinstance(last, tuple) and last else _on_a_line(error)


def _on_a_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """`error`, and what caused it, the nearest first: by `raise … from`, and by Twisted's `reasons`."""
    open_ends, seen = [error], set[int]()
    while open_ends and len(seen) < 20:
        cause = open_ends.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        reasons = getattr(cause, "reasons", None)
        for reason in reasons if isinstance(reasons, list) else ():
            value = reason.value if isinstance(reason, Failure) else reason
            if isinstance(value, BaseException):
                open_ends.append(value)
        if cause.__cause__ is not None:
            open_ends.append(cause.__cause__)


def status_in_words(status: int) -> str:
    """ "HTTP 404 Not Found"."""
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def worth_another_try(error: BaseException) -> bool:
    """Whether a failure may pass: what was refused by us, is no web address or no answer at all, does not."""
    return not isinstance(
        error,
        IgnoreRequest | BrokenAnswer | exceptions.UnsupportedURLSchemeError | exceptions.DownloadCancelledError,
    )
