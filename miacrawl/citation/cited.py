"""What a citation says: one version of one article."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit, urlunsplit

from miacrawl.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Cited:
    """A version of an article, as it is cited.

    * `site`: its host; `site_name`: what the site calls itself, if it does.
    * `published`: as archived: a moment in UTC, a moment without a zone, a day, or None.
    * `retrieved`: when the page was fetched that the version was first read from; UTC, ISO 8601.
    * `content_hash`: SHA-256 over title, blurb and body.
    * `gone_since`: since when the address says that the article is no longer there; None where it is.
    * `permalink`: where this version can be read in the published archive; None where it is not known.
    """

    article_id: int
    version: int
    url: str
    site: str
    site_name: str | None
    title: str | None
    authors: tuple[str, ...]
    published: str | None
    language: str | None
    retrieved: str
    content_hash: str
    gone_since: str | None = None
    permalink: str | None = None

    def published_at(self, base: str) -> Cited:
        """The same with its permalink in the archive that is published at `base`, as `base_of` gives it."""
        return replace(self, permalink=f"{base}article/{self.article_id}?version={self.version}")

    @property
    def container(self) -> str:
        """The site by name, or by host where it has none."""
        return self.site_name or self.site


def base_of(text: str, called: str) -> str:
    """The address at which an archive is published, with a slash at its end.

    `called`: where it was given, for the message. Raises ConfigError where it is none.
    """
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or "@" in parts.netloc:
        told = "give the address at which Datasette shows the archive, as https://archive.example.edu/"
        raise ConfigError(f"{called}: {text!r} can't be the base of permalinks; {told}")
    return urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rstrip('/')}/", "", ""))
