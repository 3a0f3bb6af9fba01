"""The site's pages and files as markup."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from html import escape

from tests.stress.plan import SECTIONS, Extra, Plan, Story, fresh
from tests.stress.prose import ballast, blurb_of, paragraphs_of

_MAPPED = ("sitemap", "listing+sitemap")
_WORDS_A_MINUTE = 220


class Pages:
    """Makes every page of a plan. `base`: address of the site without the last slash; `published`: new stories."""

    def __init__(self, plan: Plan, base: str, other: str) -> None:
        self.plan = plan
        self.base = base
        self.other = other
        self.published: list[tuple[Story, datetime]] = []
        self.edits: dict[int, tuple[int, datetime]] = {}
        self.by_path = dict(plan.by_path)
        self.per_page, self.per_sitemap = (25, 200) if len(plan.stories) > 1000 else (10, 40)
        self.rows = [self._rows(number) for number in range(len(SECTIONS))]
        self.article = lru_cache(maxsize=256)(self._article)

    # --- what changes while the site is watched ---

    def publish(self, count: int) -> list[str]:
        """Add stories; their paths."""
        first = len(self.plan.stories) + len(self.published)
        new = [fresh(first + number) for number in range(count)]
        self.published += [(story, datetime.now(UTC)) for story in new]
        self.by_path |= {story.path: story for story in new}
        return [story.path for story in new]

    def edit(self, count: int) -> list[str]:
        """Change the text of some stories that stand in sitemaps; their paths."""
        chosen = list(self.plan.on_road("sitemap"))[:count]
        for story in chosen:
            self.edits[story.number] = (self.edits.get(story.number, (0,))[0] + 1, datetime.now(UTC))
        return [story.path for story in chosen]

    def modified(self, story: Story) -> datetime:
        """When a story was last edited, or else published."""
        times = {one.number: at for one, at in self.published}
        return self.edits.get(story.number, (0, times.get(story.number, story.published)))[1]

    def version(self, story: Story) -> int:
        """How often a story was edited."""
        return self.edits.get(story.number, (0,))[0]

    # --- pages ---

    def home(self) -> str:
        """The home page: sections, some stories, every third new one."""
        latest = [story for story, _ in self.published if _fresh_road(story) == 2]
        latest += [story for story in self.plan.stories if story.road == "listing"][:12]
        head = f'<link rel="alternate" type="application/rss+xml" href="{self.base}/feed.xml">'
        return self._frame("The Weir Gazette", head, "<h1>The Weir Gazette</h1>" + self._cards(latest))

    def section(self, name: str, page: int) -> str | None:
        """A page of a section's listing, from 1; None behind the last."""
        rows = self.rows[SECTIONS.index(name)]
        last = max(1, -(-len(rows) // self.per_page))
        if not 1 <= page <= last:
            return None
        shown = rows[(page - 1) * self.per_page : page * self.per_page]
        near = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
        pager = "".join(f'<a href="/{name}/?page={number}">{number}</a> ' for number in near)
        forward = f'<link rel="next" href="/{name}/?page={page + 1}">' if page < last else ""
        body = f"<h1>{name.capitalize()}</h1>{self._cards(shown)}<nav class=pager>{pager}</nav>"
        return self._frame(f"{name.capitalize()}, page {page}", forward, body)

    def _article(self, number: int, version: int) -> str:
        story = self._story(number)
        text = paragraphs_of(self.plan.seed, number, version)
        blurb = blurb_of(self.plan.seed, number)
        minutes = max(1, round(sum(len(part.split()) for part in text) / _WORDS_A_MINUTE))
        body = "".join(f"<p>{escape(part)}</p>" for part in text)
        related = self._related([*story.leads_to, *story.beside])
        when = story.published.isoformat()
        head = (
            f'<link rel="canonical" href="{self.base}{story.path}"><meta property="og:type" content="article">'
            f'<meta property="og:title" content="{escape(story.title)}"><script type="application/ld+json">'
            + json.dumps({"@context": "https://schema.org", "@type": "Article", "headline": story.title,
                          "datePublished": when, "author": {"@type": "Person", "name": "Ada Weir"}})
            + "</script>"
        )  # fmt: skip
        top = f'<h1>{escape(story.title)}</h1><p class="standfirst">{escape(blurb)}</p>'
        meta = f'<p class="meta"><time datetime="{when}">{when[:10]}</time> · <span>{minutes} min read</span></p>'
        main = f"<article>{top}{meta}<div class=article-body>{body}</div></article>{related}"
        return self._frame(story.title, head, main, ballast(6_000 + number * 997 % 36_000))

    def stock(self, name: str) -> str:
        """A story of the endless stock, for ledgers of any size."""
        number = zlib.crc32(name.encode())
        body = "".join(f"<p>{escape(part)}</p>" for part in paragraphs_of(self.plan.seed, number, 0))
        return self._frame(name, "", f"<article><h1>A story of {escape(name)}</h1>{body}</article>")

    def _related(self, numbers: Sequence[int]) -> str:
        if not numbers:
            return ""
        return (
            f"<section class=related><h2>Related Articles</h2>{self._cards(self._story(n) for n in numbers)}</section>"
        )

    def _story(self, number: int) -> Story:
        stories = self.plan.stories
        return stories[number] if number < len(stories) else fresh(number)

    def _rows(self, section: int) -> list[Story | Extra]:
        stories = [one for one in self.plan.on_road("listing", "listing+sitemap") if one.number % 8 == section]
        extras = [one for place, one in enumerate(self.plan.extras) if place % 8 == section]
        every = max(1, len(stories) // (len(extras) or 1))
        mixed: list[Story | Extra] = []
        for place, story in enumerate(stories):
            mixed.append(story)
            if place % every == 0 and extras:
                mixed.append(extras.pop())
        return [*mixed, *extras]

    def _cards(self, items: Iterable[Story | Extra]) -> str:
        return "<ul>" + "".join(f"<li>{self._card(item)}</li>" for item in items) + "</ul>"

    def _card(self, item: Story | Extra) -> str:
        if isinstance(item, Story):
            blurb = escape(blurb_of(self.plan.seed, item.number))
            return f'<div class=card><h3><a href="{item.path}">{escape(item.title)}</a></h3><p>{blurb}</p></div>'
        direct = {
            "link-to-port": f"http://127.0.0.1:{self.other}/story-of-the-other-port",
            "link-to-localhost": f"{self.base.replace('127.0.0.1', 'localhost')}/story-of-localhost",
            "link-to-metadata": "http://169.254.169.254/latest/meta-data/",
        }
        return f'<div class=card><h3><a href="{escape(direct.get(item.kind, item.path))}">More on this</a></h3></div>'

    def _frame(self, title: str, head: str, main: str, before: str = "") -> str:
        sections = "".join(f'<li><a href="/{name}/">{name.capitalize()}</a></li>' for name in SECTIONS)
        return (
            f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{escape(title)}</title>{head}</head><body>"
            f"{before}<header><nav><ul><li><a href=/>Home</a></li>{sections}</ul></nav></header><main>{main}</main>"
            "<footer><p>The Weir Gazette is made of nothing.</p></footer></body></html>"
        )

    # --- files ---

    def robots(self, crawl_delay: float) -> str:
        """robots.txt."""
        delay = f"Crawl-delay: {crawl_delay:g}\n" if crawl_delay else ""
        return f"User-agent: *\nDisallow: /private/\n{delay}\nSitemap: {self.base}/sitemap.xml\n"

    def feed(self) -> str:
        """The newest stories, and those that only a feed leads to."""
        stories = [story for story, _ in reversed(self.published) if _fresh_road(story) == 0]
        stories += self.plan.on_road("feed")
        items = "".join(
            f"<item><title>{escape(story.title)}</title><link>{self.base}{story.path}</link>"
            f"<pubDate>{format_datetime(self.modified(story))}</pubDate></item>"
            for story in stories
        )
        return (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Weir Gazette</title>{items}</channel></rss>'
        )

    def sitemap_index(self) -> str:
        """The sitemaps, each with the date of what changed last in it; every second is compressed."""
        names = [f"{place}.xml{'.gz' if place % 2 else ''}" for place in range(self._sitemaps())]
        maps = "".join(
            f"<sitemap><loc>{self.base}/sitemaps/{name}</loc>{self._lastmod(self._mapped(name) or [])}</sitemap>"
            for name in [*names, "new.xml"]
        )
        return f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{maps}</sitemapindex>'

    def sitemap(self, name: str) -> bytes | None:
        """One of them."""
        stories = self._mapped(name)
        if stories is None:
            return None
        text = self._urlset(stories)
        return gzip.compress(text, mtime=0) if name.endswith(".gz") else text

    def _mapped(self, name: str) -> list[Story] | None:
        """The stories that a sitemap holds; None where there is no such sitemap."""
        if name == "new.xml":
            return [story for story, _ in self.published if _fresh_road(story) == 1]
        place = int(name.partition(".")[0]) if name.partition(".")[0].isdigit() else -1
        if not 0 <= place < self._sitemaps():
            return None
        return list(self.plan.on_road(*_MAPPED))[place * self.per_sitemap : (place + 1) * self.per_sitemap]

    def _lastmod(self, stories: Collection[Story]) -> str:
        latest = max((self.modified(story) for story in stories), default=None)
        return f"<lastmod>{latest:%Y-%m-%dT%H:%M:%S+00:00}</lastmod>" if latest else ""

    def _sitemaps(self) -> int:
        return max(2, -(-sum(1 for _ in self.plan.on_road(*_MAPPED)) // self.per_sitemap))

    def _urlset(self, stories: Iterable[Story]) -> bytes:
        found = "".join(f"<url><loc>{self.base}{story.path}</loc>{self._lastmod([story])}</url>" for story in stories)
        return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{found}</urlset>'.encode()


def _fresh_road(story: Story) -> int:
    """How a new story is found: 0 by the feed, 1 by a sitemap, 2 by the home page."""
    return story.number % 3
