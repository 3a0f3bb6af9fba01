"""Small pages of any number, and the files by which they are found: each made when it is asked for, none kept.

An article has 9 KB: ten paragraphs, a menu, related articles, half of it scripts; a section page lists 40 articles.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.stress.large import Press

FILE = 2_000
"""Articles of one sitemap."""
_LISTED = 40
_SECTIONS = 24
_BEGAN = datetime(2020, 1, 1, tzinfo=UTC)


class Leaflets:
    """A site of `articles` articles at `base`, its address without a slash at its end."""

    def __init__(self, base: str, articles: int) -> None:
        self.base, self.articles = base, articles
        self.press = Press(9_999)
        self.menu = "".join(
            f'<li><a href="{self._section_path(number)}">{self._section(number)}</a></li>'
            for number in range(_SECTIONS)
        )

    def made(self, path: str) -> tuple[bytes, str] | None:
        """What lies at a path: bytes and content type; None where nothing does."""
        for begins, kind, make in self._makers():
            if path.startswith(begins):
                number = path[len(begins) :].partition("-")[0].rstrip("/").removesuffix(".xml")
                return (make(int(number)).encode(), kind) if number.isdecimal() else None
        if path == "/":
            return self._front().encode(), _HTML
        if path == "/robots.txt":
            return f"User-agent: *\nSitemap: {self.base}/maps.xml\n".encode(), "text/plain"
        if path == "/maps.xml":
            return self._maps().encode(), "application/xml"
        return None

    def path(self, number: int) -> str:
        """The path of article `number`, counted from 0."""
        return f"/story/{number}-{'-'.join(self._title(number).lower().split()[:5])}"

    def _makers(self) -> tuple[tuple[str, str, Callable[[int], str]], ...]:
        return (
            ("/story/", _HTML, self._article),
            ("/section/", _HTML, self._listing),
            ("/map-", "application/xml", self._map),
        )

    def _title(self, number: int) -> str:
        return " ".join(self.press.some(random.Random(number), 8)).capitalize()

    def _section(self, number: int) -> str:
        return self.press.sections[number % _SECTIONS]

    def _section_path(self, number: int) -> str:
        return f"/section/{number % _SECTIONS}-{self._section(number).lower()}/"

    def _sentence(self, chance: random.Random, words: int) -> str:
        return " ".join(self.press.some(chance, words)).capitalize() + "."

    def _page(self, title: str, head: str, main: str) -> str:
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | Leaflets</title>{head}'
            f"{_SCRIPT}</head>"
            f'<body><header><a href="/">Leaflets</a><nav><ul>{self.menu}</ul></nav></header><main>{main}</main>'
            "<footer><p>© Leaflets. All rights reserved.</p></footer></body></html>"
        )

    def _article(self, number: int) -> str:
        chance = random.Random(number * 3 + 1)
        title, at = self._title(number), _BEGAN + timedelta(minutes=number * 30)
        blurb = self._sentence(chance, 20)
        author = chance.choice(self.press.authors)
        body = "".join(f"<p>{self._sentence(chance, 16)} {self._sentence(chance, 14)}</p>" for _ in range(10))
        near = sorted({(number * 31 + step * 17 + 1) % self.articles for step in range(6)} - {number})
        cards = "".join(f'<li><a href="{self.path(one)}">{self._title(one)}</a></li>' for one in near)
        head = (
            f'<link rel="canonical" href="{self.base}{self.path(number)}"><meta property="og:type" content="article">'
            f'<meta property="og:title" content="{title}"><meta name="description" content="{blurb}">'
            f'<meta property="article:published_time" content="{at.isoformat()}">'
        )
        return self._page(
            title,
            head,
            f'<article id="post-{number}" data-post="{number}" class="post post-{number}"><p class="section">'
            f'<a href="{self._section_path(number)}">{self._section(number)}</a></p>'
            f'<h1>{title}</h1><p class="standfirst">{blurb}</p><p class="byline">By <a rel="author" href="#">{author}'
            f'</a> <time datetime="{at.isoformat()}">{at:%d %B %Y}</time></p><div class="article-body">{body}</div>'
            f'</article><aside class="related"><h2>Related articles</h2><ul>{cards}</ul></aside>',
        )

    def _listing(self, number: int) -> str:
        listed = range(number % _SECTIONS, self.articles, _SECTIONS)[:_LISTED]
        return self._page(self._section(number), "", f"<h1>{self._section(number)}</h1>{self._list(listed)}")

    def _front(self) -> str:
        return self._page("Home", "", f"<h1>Leaflets</h1>{self._list(range(min(_LISTED, self.articles)))}")

    def _list(self, numbers: range) -> str:
        return "".join(f'<h2><a href="{self.path(one)}">{self._title(one)}</a></h2>' for one in numbers)

    def _maps(self) -> str:
        rows = "".join(
            f"<sitemap><loc>{self.base}/map-{number}.xml</loc></sitemap>"
            for number in range((self.articles + FILE - 1) // FILE)
        )
        return f'<?xml version="1.0"?><sitemapindex xmlns="{_MAPS}">{rows}</sitemapindex>'

    def _map(self, number: int) -> str:
        rows = "".join(
            f"<url><loc>{self.base}{self.path(one)}</loc></url>"
            for one in range(number * FILE, min(self.articles, (number + 1) * FILE))
        )
        return f'<?xml version="1.0"?><urlset xmlns="{_MAPS}">{rows}</urlset>'


_SCRIPT = f"<script>{'window.queue=window.queue||[];' * 140}</script>"
_HTML = "text/html; charset=utf-8"
_MAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
