"""Captures in words: what kind of record, what was seen in it, how large it is."""

from __future__ import annotations

KINDS = {
    "response": "the answer in full",
    "revisit": "an answer whose page is that of an earlier one",
    "conversion": "the page as a browser rendered it",
}

OUTCOMES = {
    "article": "an article",
    "listing": "a list of links",
    "sitemap": "a sitemap",
    "feed": "a feed",
    "robots": "robots.txt",
    "resource": "something else than a page",
    "redirect": "a redirect",
    "not-modified": "not modified since",
    "error": "an error",
    "no-article": "no article",
    "not-article": "no article",
    "consent-wall": "a consent wall",
    "soft-404": "“not found”, with a status that says otherwise",
    "paywall": "a paywall",
    "cut-off": "an article that is cut off",
    "emptied": "a page that was emptied",
    "empty-shell": "a page that needs scripts to have any text",
    "empty-body": "an article without a text",
}
"""What `captures.outcome` says, for readers."""


def shown_size(count: object) -> str:
    """`1.2 MB` for a number of bytes, in steps of 1,000."""
    if not isinstance(count, int):
        return ""
    if count < 1_000:
        return f"{count:,} bytes"
    return f"{count / 1_000:,.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:,.1f} MB"
