"""Links that lead out of the archive: addresses were written by strangers, and only the web's own are followed."""

from __future__ import annotations

from urllib.parse import urlsplit

REL = "noreferrer noopener nofollow"


def outside(address: object) -> str | None:
    """`address` if a browser may be sent there (http or https, with a host), else None: shown as text then."""
    text = str(address or "").strip()
    if text[:4].lower() != "http":  # most of what is asked about is no address at all
        return None
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return text if usable and not any(ord(letter) <= 32 for letter in text) else None
