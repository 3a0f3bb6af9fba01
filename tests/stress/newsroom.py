"""A site whose editors work: `python -m tests.stress.newsroom --articles 10000`; it prints its address.

Every answer looks otherwise than the one before: adverts rotate, related links stand in another order, the read time
moves, quotes are straight or curly, white space and tokens change. `/_control/edit` edits a fifth of the articles, each
time another kind of edit; it answers with their paths and what was changed. Only on loopback.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

from tests.stress.prose import ballast, blurb_of, paragraphs_of, title_of

EDITS = ("number", "title", "blurb", "author", "paragraph added", "paragraph removed", "word")
FIELD = {"title": "title", "blurb": "blurb", "author": "authors"}
"""Which field an edit changes; the body where it is not named."""
_EVERY = 5
_SEED = 3
_ADVERTS = (
    "Boats for hire",
    "Ropes at half price",
    "A kettle that never rusts",
    "Two weeks by the weir",
    "Nets, mended",
)


class Newsroom:
    """Makes the pages. `edits`: how often each article was edited."""

    def __init__(self, articles: int) -> None:
        self.articles = articles
        self.edits: Counter[int] = Counter()
        self.answers = count()

    def edit(self) -> dict[str, str]:
        """Edit a fifth of the articles; the field that changes by path."""
        told = {}
        for number in range(0, self.articles, _EVERY):
            self.edits[number] += 1
            told[_path(number)] = FIELD.get(_edit_of(number, self.edits[number]), "body")
        return told

    def page(self, path: str) -> tuple[str, str] | None:
        """Content type and text of what is at `path`; None where nothing is."""
        if path == "/robots.txt":
            return "text/plain", "User-agent: *\nDisallow:\nSitemap: /sitemap.xml\n"
        if path == "/sitemap.xml":
            return "application/xml", self._sitemap()
        if path == "/":
            return "text/html", "<!doctype html><title>The Weir Gazette</title><h1>The Weir Gazette</h1><p>Read it.</p>"
        number = path.rpartition("-")[2]
        known = number.isdigit() and int(number) < self.articles and _path(int(number)) == path
        return ("text/html; charset=utf-8", self._article(int(number))) if known else None

    def _sitemap(self) -> str:
        urls = "".join(f"<url><loc>{self.base}{_path(number)}</loc></url>" for number in range(self.articles))
        return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'

    base = ""

    def _article(self, number: int) -> str:
        title, blurb, author, text = self._content(number)
        chance = random.Random(next(self.answers))
        body = [f"<p>{_typeset(part, chance)}</p>" for part in text]
        for _ in range(2):
            advert = f'<div class="ad-slot"><span>Advertisement</span><a href="/ad">{chance.choice(_ADVERTS)}</a></div>'
            body.insert(chance.randint(1, len(body) - 1), advert)
        near = [(number + step) % self.articles for step in (1, 7, 49)]
        chance.shuffle(near)
        cards = "".join(f'<li><h3><a href="{_path(one)}">{escape(title_of(one))}</a></h3></li>' for one in near)
        minutes = f"<span>{chance.randint(2, 9)} min read</span>"
        meta = f'<p class="byline">By <span class="author">{author}</span> · {minutes}</p>'
        return (
            f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{escape(title)}</title>"
            f'<meta name="csrf" content="{chance.random()}"><meta property="og:type" content="article"></head><body>'
            f"{ballast(6_000 + number * 997 % 36_000)}<header><a href=/>Home</a></header><main><article>"
            f'<h1>{_typeset(title, chance)}</h1><p class="standfirst">{_typeset(blurb, chance)}</p>{meta}'
            f"<div class=article-body>{''.join(body)}</div></article>"
            f"<section class=related><h2>Related Articles</h2><ul>{cards}</ul></section></main>"
            f"<aside class=advert><p>{chance.choice(_ADVERTS)}</p></aside><footer><p>Made of nothing.</p></footer>"
            "</body></html>"
        )

    def _content(self, number: int) -> tuple[str, str, str, list[str]]:
        title, blurb, author = title_of(number), blurb_of(_SEED, number), "Ada Weir"
        text = [f'{part} "So it was," they said; 1 of {number + 40} did.' for part in paragraphs_of(_SEED, number, 0)]
        for edition in range(1, self.edits[number] + 1):
            kind = _edit_of(number, edition)
            if kind == "title":
                title = f"{title}, told for the {edition + 1}. time"
            elif kind == "blurb":
                blurb = f"{blurb} This was said {edition} times since."
            elif kind == "author":
                author = f"{author} and Bo Sluice" if edition == 1 else "Cato Race"
            elif kind == "number":
                text[2] = text[2].replace(f"of {number + 40} did", f"of {number + 40 + edition} did")
            elif kind == "word":
                text[1] = text[1].replace("they said", f"{'nobody' if edition == 1 else 'everybody'} said")
            elif kind == "paragraph added":
                text.append(
                    f"In the {edition}. edition there was more to say of the river, and it was said in a few words."
                )
            else:
                del text[3]
        return title, blurb, author, text


def _edit_of(number: int, edition: int) -> str:
    return EDITS[(number // _EVERY + edition) % len(EDITS)]


def _path(number: int) -> str:
    return f"/stories/what-the-weir-said-{number}"


def _typeset(text: str, chance: random.Random) -> str:
    """The same words, otherwise set."""
    if chance.random() < 0.5:
        text = text.replace('"So it was,"', "\u201cSo it was,\u201d").replace("'", "\u2019")
    if chance.random() < 0.3:
        text = text.replace(" of ", " of\u00a0", 2)
    if chance.random() < 0.2:
        text = text.replace(". ", ".\n  ")
    return escape(text, quote=False)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def serve(articles: int, port: int = 0) -> _Server:
    """The site's server, not yet serving."""
    room = Newsroom(articles)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/_control/edit":
                found: tuple[str, str] | None = ("application/json", json.dumps(room.edit()))
            else:
                found = room.page(self.path)
            kind, text = found or ("text/html", "<h1>Not found</h1>")
            body = text.encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = _Server(("127.0.0.1", port), Handler)
    room.base = f"http://127.0.0.1:{server.server_port}"
    return server


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress.newsroom", description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    server = serve(given.articles, given.port)
    print(json.dumps({"base": f"http://127.0.0.1:{server.server_port}"}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
