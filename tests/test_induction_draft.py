"""A profile drafted from several pages of a site, and the profile replayed on them."""

from __future__ import annotations

from datetime import date

import pytest

from miacrawl.fetch.several import Fetched
from miacrawl.induction.choice import Choice, choose
from miacrawl.induction.draft import Draft, draft
from miacrawl.induction.fit import fits
from miacrawl.induction.profile_text import profile_text
from miacrawl.induction.sampling import SamplePlan
from miacrawl.induction.specimen import Specimen
from miacrawl.site import Site
from miacrawl.sites.profile_file import profile_from

SITE = "https://garden.example/"
TITLES = (
    "Why worms work",
    "Sowing beans in March",
    "Sharpening an old spade",
    "Onions kept until spring",
    "Clay is not your enemy",
)
NAMES = ("Ida Holm", "Wen Li", "Tomás Rey", "Ada Berg", "Noor Vos")
SECTIONS = ("Soil", "Seeds", "Tools", "Kitchen", "Soil")
DAY = date(2026, 3, 1)


def page(number: int, *, title_class: str = "story-headline", dek: bool = True, section: str | None = None) -> bytes:
    """Article `number` of a made-up site: names that mean something, and some that do not."""
    title = TITLES[number]
    paragraphs = "".join(
        f"<p>{title}, part {part}: we wrote down what we did each day, how long it took, and what we would do otherwise "
        f"in year {number + 3}, and the notebook is now the most useful thing on the shelf.</p>" for part in range(5)
    )  # fmt: skip
    others = "".join(
        f'<li><a href="/{SECTIONS[n].lower()}/{TITLES[n].lower().replace(" ", "-")}">{TITLES[n]}</a></li>' for n in range(5) if n % 4 != number % 4
    )  # fmt: skip
    return f"""<!doctype html><html lang=en><head><title>{title} | Garden Notes</title>
<meta property="og:site_name" content="Garden Notes"><meta property="og:type" content="article"></head><body>
<nav><a href="/">Home</a> <a href="/soil">Soil</a> <a href="/about">About us</a></nav><p class="slogan">Notes from one garden</p>
<article class="css-{number}x9y hentry"><a class="kicker" href="/{number}">{section or SECTIONS[number]}</a>
<h1 class="{title_class} mt-4">{title}</h1>{f'<p class="standfirst">A line that says what {title.lower()} is about.</p>' if dek else ""}
<p class="byline">By <a rel="author" href="/by/{number}">{NAMES[number]}</a></p>
<p class="meta"><time class="posted" datetime="2024-0{number + 1}-11T08:00:00Z">11.{number + 1}.2024</time> <span class="read-time">{number + 2} min read</span></p>
<div class="story-text">{paragraphs}</div></article>
<section class="read-next"><h2>Related articles</h2><ul>{others}</ul></section></body></html>""".encode()  # fmt: skip


def address(number: int) -> str:
    return f"{SITE}{SECTIONS[number].lower()}/{TITLES[number].lower().replace(' ', '-')}"


def specimens(**options: object) -> list[Specimen]:
    return [Specimen(page(number, **options), address(number)) for number in range(5)]  # type: ignore[arg-type]


def drafted() -> Draft:
    plan = SamplePlan([], 5, [SITE])
    for number in range(5):
        plan.add(page(number), address(number))
    return draft(plan.finish())


def rules(choice: Choice) -> list[tuple[str, str | None]]:
    return [(chosen.rule.css, chosen.rule.attribute) for chosen in choice.chosen]


def test_each_field_has_the_selector_that_a_person_would_write() -> None:
    found = {choice.field: rules(choice) for choice in drafted().choices}
    assert found["title"] == [("h1.story-headline", None)]
    assert found["blurb"] == [("p.standfirst", None)]
    assert found["section"] == [("a.kicker", None)]
    assert found["read_time"] == [("span.read-time", None)]
    assert found["published"] == [("time.posted", "datetime")]
    assert found["authors"] in ([('a[rel~="author"]', None)], [("p.byline", None)])
    assert found["body"] == [("div.story-text", None)]
    assert found["related"] == [("section.read-next", None)]


def test_draft_reads_back_and_finds_on_every_page_what_was_found_without_it() -> None:
    site = profile_from(profile_text(drafted(), DAY), "garden.yaml")
    for fit in fits(site, specimens(), DAY):
        assert fit.served == fit.generic == 5 and not fit.has_drifted, fit
        assert [rule.agreed for rule in fit.rules] == [5]


def test_text_says_where_it_is_from_and_how_sure_it_is() -> None:
    text = profile_text(drafted(), DAY)
    assert text.startswith(
        "# Garden Notes: a first profile, drafted by `miacrawl sites new` on 2026-03-01 from 5 article"
    )
    assert address(3) in text and "# confirmed on 5 of 5 pages\n    - css: h1.story-headline" in text
    assert "article: '/[^/]+/" in text and "name: Garden Notes" in text


def test_what_is_the_same_on_every_page_is_site_furniture() -> None:
    choice = choose(specimens(section="Compost"), "section")
    assert not choice.chosen and "same on every page" in (choice.reason or "")


def test_names_made_by_machines_give_no_selector() -> None:
    pages = [Specimen(page(n, title_class=f"css-{n}a{n}b"), address(n)) for n in range(5)]
    pages.append(Specimen(page(0).replace(b"<article", b"<h1>Garden</h1><article"), SITE + "x/another-story-here"))
    choice = choose(pages, "title")
    assert not [chosen for chosen in choice.chosen if "css-" in chosen.rule.css or chosen.rule.css == "h1"]


def test_field_of_too_few_pages_is_left_alone_and_says_why() -> None:
    pages = [Specimen(page(n, dek=n == 0), address(n)) for n in range(5)]
    assert "one page only" in (choose(pages, "blurb").reason or "")
    assert "no page" in (choose([Specimen(b"<p>x", SITE)], "blurb").reason or "")


def test_selector_that_is_wrong_on_a_page_is_not_taken() -> None:
    pages = specimens()
    wrong = page(1).replace(b'<h1 class="story-headline', b'<h1 class="story-headline">Garden</h1><h1 class="other')
    pages[1] = Specimen(wrong, address(1))
    right = {chosen.rule.css: chosen for chosen in choose(pages, "title").chosen}
    assert "h1.story-headline" not in right


def test_two_layouts_give_two_selectors() -> None:
    pages = [
        Specimen(page(n, title_class="story-headline" if n % 2 else "feature-title"), address(n)) for n in range(5)
    ]
    assert sorted(css for css, _ in rules(choose(pages, "title"))) in (
        ["h1"],
        ["h1.feature-title", "h1.story-headline"],
    )


def test_profile_of_a_changed_site_has_drifted() -> None:
    site = profile_from(profile_text(drafted(), DAY), "garden.yaml")
    changed = [Specimen(page(n, title_class="new-headline"), address(n)) for n in range(5)]
    found = {fit.field: fit for fit in fits(site, changed, DAY)}
    assert found["title"].has_drifted and found["title"].rules[0].matched == 0 and not found["blurb"].has_drifted


def test_rule_of_another_time_is_not_in_force() -> None:
    site = profile_from(
        "key: g\nhosts: garden.example\nfields:\n  title: [{css: .story-headline, until: 2025-12-31}]", "g"
    )
    assert not fits(site, specimens(), DAY)[0].rules[0].in_force
    assert fits(site, specimens(), date(2025, 12, 31))[0].rules[0].agreed == 5


# --- sampling ---

FEED = f"<rss><channel>{''.join(f'<item><link>{address(n)}</link></item>' for n in range(5))}</channel></rss>"


def served() -> dict[str, bytes]:
    home = (
        '<link rel=alternate type="application/rss+xml" href="/feed"><a href="/about">About</a><a href="/tag/x">x</a>'
    )
    home += "<a href='https://other.example/a-story-of-theirs'>y</a><a href='/file.pdf'>z</a>"
    return {
        SITE: f"<html>{home}</html>".encode(),
        SITE + "feed": FEED.encode(),
        **{address(n): page(n) for n in range(5)},
    }


def walked(plan: SamplePlan, pages: dict[str, bytes]) -> list[str]:
    asked: list[str] = []
    while (url := plan.next()) is not None:
        asked.append(url)
        plan.tell(url, Fetched(url, "text/html", pages[url]) if url in pages else "HTTP 404 Not Found")
        assert len(asked) < 100
    return asked


def test_plan_goes_from_home_page_and_feed_to_articles_of_each_part() -> None:
    plan = SamplePlan([SITE], 4)
    asked = walked(plan, served())
    assert asked[:2] == [SITE, SITE + "feed"]
    assert [specimen.url for specimen in plan.finish().articles] == asked[2:] and len(asked) == 6
    assert len({url.split("/")[3] for url in asked[2:]}) == 4


def test_plan_stays_on_its_site_and_ends() -> None:
    plan = SamplePlan([SITE], 5)
    pages = {SITE: served()[SITE]}
    asked = walked(plan, pages)
    assert asked and all(url.startswith(SITE) and not url.endswith(".pdf") for url in asked)
    assert plan.finish().articles == [] and plan.sample.failed


def test_plan_asks_for_a_bounded_number_of_pages() -> None:
    links = "".join(f"<a href='/a-listing-page-{n}'>{n}</a>" for n in range(400)).encode()
    plan = SamplePlan([SITE], 5)
    asked = 0
    while (url := plan.next()) is not None:
        asked += 1
        plan.tell(url, Fetched(url, "text/html", b"<html>" + links))
    assert asked <= 3 * 5 + 3


def test_article_at_two_addresses_counts_once() -> None:
    plan = SamplePlan([], 5, [SITE])
    plan.add(page(0), address(0))
    plan.add(page(0), address(0) + "?utm_source=feed")
    assert len(plan.finish().articles) == 1


@pytest.mark.parametrize(
    "name",
    ["Evil\x1b[2J: #name", "a: b", "'quoted'", "on", "- x", "日本語", "x" * 500, "\u202egnp", "name\nkey: other"],
)
def test_no_name_of_a_site_spoils_the_file(name: str) -> None:
    made = drafted()
    evil = Draft(made.key, name, made.host, made.start, made.shape, made.choices, (*made.pages, f"{SITE}\x1b'\""))
    text = profile_text(evil, DAY)
    site: Site = profile_from(text, "garden.yaml")
    assert site.name == name.strip() and site.key == "garden" and "\x1b" not in text and "\u202e" not in text
