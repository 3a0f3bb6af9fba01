"""The reading order of the first site that a profile was written for, in several markups, none with telling names."""

from datetime import date

import pytest

import miacrawl

URL = "https://miafeed.com/category/nutrition/why-beans-keep-you-full"
TITLE = "Why beans keep you full for longer"
BLURB = "A bowl of lentils at noon can still be felt at six. Three reasons lie in the plant itself."
BODY = (
    "Beans hold two kinds of fibre, and both take their time. One swells with water and slows the stomach down, the "
    "other passes through nearly whole and feeds the bacteria of the large bowel on its way out.",
    "Protein is the second reason. It makes the gut release hormones that tell the brain to stop eating, and beans "
    "hold about as much of it as the same weight of cheese, at a fraction of the fat.",
    "The third is the shape of the starch. Cooked and cooled, part of it can no longer be split by the enzymes of the "
    "small bowel, so that the sugar of a bean salad arrives late and slowly in the blood.",
)
SIGN_UP = "Stay Updated with Mia's Feed"
CARDS = (
    ("How much fibre is enough?", "Most people eat half of what they need, and it takes little to change that."),
    ("Walking after dinner", "Ten minutes on foot flatten the curve of the blood sugar."),
)

PLAIN = f"""<html lang=en><head><title>{TITLE} | Mia's Feed</title></head><body>
<div><a href="/">Mia's Feed</a> <a href="/category/nutrition">Nutrition</a></div>
<h1>{TITLE}</h1><div>Share this article</div><div>{BLURB}</div><div>2 min read</div>
{"".join(f"<p>{text}</p>" for text in BODY)}
<div><h3>{SIGN_UP}</h3><div>How often would you like to hear from us?</div><form><input type=email></form>
<div>You can unsubscribe at any time.</div></div>
<h2>Related Articles</h2>
{"".join(f'<div><a href="/category/x/{n}"><h3>{t}</h3></a><p>{b}</p></div>' for n, (t, b) in enumerate(CARDS))}
</body></html>"""

TAILWIND = f"""<!doctype html><html lang="en-GB"><head><title>{TITLE}</title></head><body class="bg-white antialiased">
<header class="sticky top-0 flex"><a href="/" class="font-bold">Mia's Feed</a></header>
<main class="mx-auto max-w-3xl px-4"><nav aria-label="Breadcrumb" class="flex gap-2 text-sm">
<a href="/">Mia's Feed</a><span>/</span><a href="/category/nutrition">Nutrition</a></nav>
<h1 class="text-4xl font-bold">{TITLE}</h1>
<button class="rounded px-3"><span>Share this article</span></button>
<p class="mt-4 text-xl text-gray-600">{BLURB}</p>
<div class="mt-2 flex items-center text-sm"><svg><title>clock</title></svg><span>2</span> <span>min read</span></div>
<div class="relative mt-8 space-y-4">{"".join(f'<p class="leading-7">{text}</p>' for text in BODY)}</div>
<section class="rounded bg-gray-50 p-6"><h2>{SIGN_UP}</h2><p>How often should we write?</p><p>Unsubscribe whenever you
like.</p></section>
<section class="mt-12"><h2>Related Articles</h2><div class="grid grid-cols-2">
{"".join(f'<a href="/category/x/{n}" class="block"><h3>{t}</h3><p>{b}</p></a>' for n, (t, b) in enumerate(CARDS))}
</div></section></main><footer class="py-8">© Mia's Feed</footer></body></html>"""

SEMANTIC = f"""<!doctype html><html lang=en><head><title>{TITLE} - Mia's Feed</title>
<meta property="og:site_name" content="Mia's Feed"><meta property="og:description" content="{BODY[0][:120]}…">
<meta property="article:published_time" content="2024-03-05"></head><body>
<nav><ol><li><a href="/">Mia's Feed</a></li><li><a href="/category/nutrition">Nutrition</a></li></ol></nav>
<article><header><h1>{TITLE}</h1><p>Share this article</p><p>{BLURB}</p><p>2 min read</p></header>
{"".join(f"<p>{text}</p>" for text in BODY)}</article>
<aside><h2>{SIGN_UP}</h2><p>How often?</p></aside>
<section><h2>Related Articles</h2><ul>
{"".join(f'<li><h3><a href="/category/x/{n}">{t}</a></h3><p>{b}</p></li>' for n, (t, b) in enumerate(CARDS))}
</ul></section></body></html>"""

FLAT = f"""<html><body><p><a href="/">Mia's Feed</a> &gt; <a href="/category/nutrition">Nutrition</a></p>
<h1>{TITLE}</h1><p>Share this article</p><p>{BLURB}</p><p>2 min read</p>
{"".join(f"<p>{text}</p>" for text in BODY)}<p>{SIGN_UP}</p><p>Unsubscribe at any time.</p><h2>Related Articles</h2>
{"".join(f'<p><a href="/category/x/{n}">{t}</a></p><p>{b}</p>' for n, (t, b) in enumerate(CARDS))}</body></html>"""

MARKUPS = pytest.mark.parametrize(
    "page", [PLAIN, TAILWIND, SEMANTIC, FLAT], ids=["plain", "tailwind", "semantic", "flat"]
)


@MARKUPS
def test_title_blurb_and_read_time_are_told_by_their_order(page: str) -> None:
    article = miacrawl.extract(page.encode(), URL)
    assert (article.title, article.blurb, article.read_minutes) == (TITLE, BLURB, 2)
    assert article.read_time_text == "2 min read"


@MARKUPS
def test_section_is_the_category_of_the_breadcrumb(page: str) -> None:
    assert miacrawl.extract(page.encode(), URL).section == "Nutrition"


@MARKUPS
def test_each_field_found_names_its_rule(page: str) -> None:
    article = miacrawl.extract(page.encode(), URL)
    assert {"title", "blurb", "read_minutes", "read_time_text", "section"} <= article.provenance.keys()
    assert all(article.provenance.values())


@MARKUPS
def test_nothing_is_made_up(page: str) -> None:
    article = miacrawl.extract(page.encode(), URL)
    assert article.authors == ()
    assert article.summary is None
    assert article.published in (None, date(2024, 3, 5))
