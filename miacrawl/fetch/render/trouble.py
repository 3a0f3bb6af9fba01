"""How rendering a page can fail."""

from __future__ import annotations


class RenderingFailed(Exception):  # noqa: N818  reads as what happened
    """A page could not be rendered; the message says why, in words for the ledger.

    `may_pass`: whether another try can help.
    """

    def __init__(self, reason: str, *, may_pass: bool = False) -> None:
        super().__init__(reason)
        self.may_pass = may_pass


class RenderingStopped(Exception):  # noqa: N818  reads as what happened
    """The run ends: the page stays due."""
