"""A drafted profile: what was chosen for each field, the shape of the articles' addresses, and the pages compared."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

from miacrawl.induction.addresses import Shape, article_shape
from miacrawl.induction.choice import Choice, choose
from miacrawl.induction.sampling import Sample
from miacrawl.induction.specimen import Specimen
from miacrawl.page import collapse
from miacrawl.site import FIELDS
from miacrawl.urls import root_of, site_of

_MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Draft:
    """A first profile of a site. `pages`: addresses of the articles compared; `host`: with its port where unusual."""

    key: str
    name: str
    host: str
    start: str
    shape: Shape | None
    choices: tuple[Choice, ...]
    pages: tuple[str, ...]

    @property
    def rules(self) -> int:
        """How many selectors it has."""
        return sum(len(choice.chosen) for choice in self.choices)


def draft(sample: Sample, start: str | None = None) -> Draft:
    """Compare the articles of a sample (one at least) and draft a profile of their site.

    `start`: the page to start crawls from; the home page unless given.
    """
    host = Counter(site_of(specimen.url) for specimen in sample.articles).most_common(1)[0][0]
    specimens = [specimen for specimen in sample.articles if site_of(specimen.url) == host]
    urls = tuple(specimen.url for specimen in specimens)
    return Draft(
        key=key_for(host),
        name=_name(specimens) or host,
        host=host,
        start=start if start and site_of(start) == host else root_of(urls[0]),
        shape=article_shape({*urls, *_on(host, sample.likely)}, _on(host, sample.others)),
        choices=tuple(choose(specimens, field) for field in FIELDS),
        pages=urls,
    )


def _on(host: str, urls: set[str]) -> set[str]:
    return {url for url in urls if site_of(url) == host}


def key_for(host: str) -> str:
    """A key for the profile of a host: "example" of example.org, "news-example" of news.example.co.uk."""
    name = urlsplit(f"//{host}").hostname or host
    labels = name.split(".")
    if not re.search(r"[a-z]", labels[-1]):
        labels = [host]
    elif len(labels) > 1:
        labels = labels[:-2] if len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2 else labels[:-1]
    return re.sub(r"[^a-z0-9]+", "-", "-".join(labels).lower()).strip("-")[:64].strip("-") or "site"


def _name(specimens: list[Specimen]) -> str | None:
    """The name that most pages give their site."""
    names = Counter(name for specimen in specimens if (name := collapse(specimen.article.site_name or "")))
    return names.most_common(1)[0][0][:_MAX_NAME] if names else None
