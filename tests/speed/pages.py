"""Pages of the size and make of real ones: the same for the same number.

Their measures are the medians of 75 saved article pages of as many sites, scaled from 148 KB to 112 KB: some 800
elements, 155 links, 33 paragraphs, 960 words, a third of the bytes in scripts and styles.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape

from tests.stress.large import Press

SIZE = 112_000
"""Bytes of a page, nearly."""
_BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
_CARDS = 12


class Paper:
    """Makes the pages of a site of `articles` articles at `base`, its address without a slash at its end."""

    def __init__(self, base: str, articles: int) -> None:
        self.base, self.articles = base, articles
        self.press = Press(9_999)
        self.scripts, self.menus, self.foot = self._scripts(), self._menus(), self._foot()

    def path(self, number: int) -> str:
        """The path of article `number`, counted from 0."""
        return f"/{2024 + number % 3}/{number % 12 + 1:02}/{self._slug(number)}-{number}"

    def title(self, number: int) -> str:
        """Its headline."""
        return " ".join(self.press.some(random.Random(number), 9)).capitalize()

    def page(self, number: int) -> bytes:
        """Its page."""
        chance = random.Random(number * 3 + 1)
        title, url = self.title(number), self.base + self.path(number)
        blurb = self._sentence(chance, 22)
        author = chance.choice(self.press.authors[:60])
        at = _BEGAN + timedelta(minutes=number * 97)
        section = self.press.sections[number % 9]
        told = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": title,
            "url": url,
            "datePublished": at.isoformat(),
            "author": [{"@type": "Person", "name": author}],
            "articleSection": section,
            "publisher": {"@type": "Organization", "name": "The Long Paper"},
        }
        head = (
            f'<title>{title} | The Long Paper</title><link rel="canonical" href="{url}">'
            f'<meta property="og:title" content="{title}"><meta property="og:type" content="article">'
            f'<meta name="description" content="{blurb}"><meta property="og:description" content="{blurb}">'
            f'<meta property="og:site_name" content="The Long Paper"><meta property="og:url" content="{url}">'
            f'<meta property="article:published_time" content="{at.isoformat()}">'
            f'<script type="application/ld+json">{json.dumps(told)}</script>'
        )
        article = (
            f'<nav class="breadcrumb" aria-label="Breadcrumb"><a href="/">Home</a> › <a href="/{section.lower()}/">'
            f"{section}</a></nav><header class=article-header><h1 class=headline>{title}</h1>"
            f'<p class="standfirst">{blurb}</p><div class="byline">By <a rel="author" href="/authors/'
            f'{author.lower().replace(" ", "-")}">{author}</a></div><time datetime="{at.isoformat()}">'
            f"{at:%d %B %Y}</time><span class=read-time>{number % 9 + 2} min read</span>{_SHARE}</header>"
            f'<div class="article-body" itemprop="articleBody">{self._body(chance)}</div>'
        )
        page = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}{self.scripts}</head><body class="post">'
            f'{self.menus}<main id="main"><article class="article">{article}</article>'
            f'<aside class="related"><h2>Related Articles</h2>{self._cards(number)}</aside></main>{self.foot}'
            "</body></html>"
        )
        return page.encode()

    def sitemap(self) -> bytes:
        """The addresses of all articles."""
        rows = "".join(f"<url><loc>{self.base}{self.path(number)}</loc></url>" for number in range(self.articles))
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}'
            "</urlset>"
        ).encode()

    @cache  # noqa: B019 one paper a process
    def _slug(self, number: int) -> str:
        return "-".join(self.title(number).lower().split()[:6])

    def _sentence(self, chance: random.Random, words: int) -> str:
        return " ".join(self.press.some(chance, words)).capitalize() + "."

    def _body(self, chance: random.Random) -> str:
        parts = []
        for number in range(33):
            words = " ".join(self._sentence(chance, 14) for _ in range(2))
            if number % 8 == 5:
                parts.append(f"<h2>{self._sentence(chance, 5)}</h2>")
            if number % 6 == 3:
                words += (
                    f' <a href="https://elsewhere.example/{number}">{self._sentence(chance, 3)}</a> and <em>so</em>.'
                )
            parts.append(f'<p class="paragraph" data-component="text-block">{words}</p>')
            if number in (4, 15):
                parts.append(
                    '<figure class="image"><picture><source srcset="/i/large.webp"><img src="/i/small.jpg" alt="">'
                    f"</picture><figcaption>{self._sentence(chance, 8)}</figcaption></figure>"
                )
        return "".join(parts)

    def _cards(self, number: int) -> str:
        near = [(number * 31 + step * 17 + 1) % self.articles for step in range(_CARDS)]
        return "".join(
            f'<div class="card"><a class="card-link" href="{self.path(other)}"><h3 class="card-title">'
            f'{self.title(other)}</h3></a><p class="card-blurb">{self.title(other)} in short.</p></div>'
            for other in near
        )

    def _scripts(self) -> str:
        chance = random.Random(5)
        words = self.press.words
        styles = "".join(
            f".{chance.choice(words)}-{number}{{margin:{number % 40}px;color:#{number % 4096:03x}}}"
            for number in range(600)
        )
        state = json.dumps({f"{chance.choice(words)}{number}": chance.random() for number in range(700)})
        return f"<style>{styles}</style><script>window.settings={state};</script>" + "".join(
            f'<link rel="preload" as="script" href="/static/chunk-{number}.js">' for number in range(30)
        )

    def _menus(self) -> str:
        chance = random.Random(6)
        items = "".join(
            f'<li class="menu-item menu-item-type-custom menu-item-{number}"><a class="menu-link" data-track="nav:'
            f'{number}" href="/{chance.choice(self.press.words)}/"><span>{chance.choice(self.press.words).title()}'
            "</span></a></li>"
            for number in range(90)
        )
        icons = "".join(
            f'<svg class="icon icon-{number}" viewBox="0 0 24 24"><path d="M{"12 3.4l-1.2 2.2 " * 40}"/></svg>'
            for number in range(24)
        )
        return (
            f'<header class="site-header"><div class="inner"><a class="logo" href="/">The Long Paper</a>{icons}'
            f'<nav class="site-nav" aria-label="Main"><ul>{items}</ul></nav></div></header>'
        )

    def _foot(self) -> str:
        chance = random.Random(7)
        links = "".join(
            f'<li class="footer-item"><a href="/{chance.choice(self.press.words)}/">'
            f"{escape(chance.choice(self.press.words).title())}</a></li>"
            for _ in range(36)
        )
        boxes = "".join(
            f'<div class="widget widget-{number}" data-ad-slot="{number}" data-sizes="300x250,728x90,970x250,320x50">'
            '<div class="inner"><div class="slot"></div></div></div>'
            for number in range(60)
        )
        return (
            '<div class="newsletter"><h2>Sign up for our newsletter</h2><form><label>Address <input type="email">'
            f'</label><button>Sign up</button></form></div>{boxes}<footer class="site-footer"><ul>{links}</ul>'
            f"<p>© The Long Paper. All rights reserved.</p></footer><script>{'window.q=window.q||[];' * 420}</script>"
        )


_SHARE = (
    '<div class="share"><span>Share</span>'
    + "".join(
        f'<a class="share-link share-{name}" href="https://{name}.example/share">{name.title()}</a>'
        for name in ("one", "two", "three", "four")
    )
    + "</div>"
)
