"""What the site holds: which story is reached by which road and has which fault, and what else lies about.

All of it follows from a seed and the number of articles, so that the judge knows it without asking the site.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from tests.stress.prose import paragraphs_of, title_of

Road = Literal["listing", "sitemap", "listing+sitemap", "feed", "related", "moved", "fresh"]

SECTIONS = ("craft", "food", "travel", "homes", "nature", "work", "letters", "history")
ONCE_FAULTS = (
    "500",
    "502-twice",
    "503",
    "503-seconds",
    "429-date",
    "reset",
    "too-long",
    "too-short",
    "broken-chunks",
    "hang",
)
"""What happens to a story's page the first time or the first two times that it is asked for."""
STORY_FAULTS = (*ONCE_FAULTS, "slow")
OTHER_FAULTS = (
    "files", "duplicates", "redirects", "forbidden", "bombs", "endless", "headers", "calendar", "sessions", "pagination"
)  # fmt: skip
FAULTS = (*STORY_FAULTS, *OTHER_FAULTS)
_SHARE = 0.01
_AT_MOST = {"503-seconds": 10, "429-date": 10, "slow": 20, "hang": 3}
"""Faults that hold up the whole site are rare, however large it is."""
_CHAIN = 6
_FEED_ITEMS = 20
_FIRST_DAY = datetime(2022, 1, 3, 8, tzinfo=UTC)
_SLUG = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class Story:
    """An article of the site. `leads_to`: stories that only its related links lead to."""

    number: int
    title: str
    section: str
    road: Road
    fault: str | None = None
    leads_to: tuple[int, ...] = ()
    beside: tuple[int, ...] = ()

    @property
    def path(self) -> str:
        """Where it is."""
        return f"/{self.section}/{_SLUG.sub('-', self.title.lower()).strip('-')}"

    @property
    def published(self) -> datetime:
        """Some hour of 2022 to 2024."""
        return _FIRST_DAY + timedelta(hours=self.number * 131 % 25_000, minutes=self.number % 60)


@dataclass(frozen=True, slots=True)
class Extra:
    """An address of the site that is no article of its own. `to`: the story that it leads to, if any."""

    path: str
    kind: str
    to: int | None = None


@dataclass(frozen=True)
class Plan:
    """A site: its stories, and the extras that its listing pages link to between them."""

    seed: int
    stories: tuple[Story, ...]
    extras: tuple[Extra, ...]
    faults: frozenset[str]
    by_path: Mapping[str, Story] = field(default_factory=dict, compare=False)
    extra_at: Mapping[str, Extra] = field(default_factory=dict, compare=False)

    def on_road(self, *roads: str) -> Iterator[Story]:
        """The stories of these roads."""
        return (story for story in self.stories if story.road in roads)


@dataclass(frozen=True, slots=True)
class Truth:
    """What a crawl must and must not do: `articles` must be archived (title by path), `forbidden` never be asked for.

    `endings`: words with which each article's text ends, its edits left out. `roads` and `faults` tell of each path
    how it is found and what is wrong with it, so that a loss can be explained.
    """

    articles: Mapping[str, str]
    endings: Mapping[str, str]
    roads: Mapping[str, str]
    faults: Mapping[str, str]
    forbidden: tuple[str, ...] = ("/private/",)


def truth(seed: int, articles: int, faults: Collection[str] = FAULTS, published: int = 0) -> Truth:
    """What must become of the site of `articles` stories, and of `published` new ones."""
    plan = plan_of(seed, articles, faults)
    stories = [*plan.stories, *(fresh(articles + number) for number in range(published))]
    return Truth(
        {story.path: story.title for story in stories},
        {story.path: paragraphs_of(seed, story.number, 0)[-1][-60:] for story in stories},
        {story.path: story.road for story in stories},
        {story.path: story.fault for story in stories if story.fault},
    )


def fresh(number: int) -> Story:
    """A story that appears while the site is watched: in the feed, in a sitemap, or on the home page."""
    return Story(number, title_of(number), SECTIONS[number % len(SECTIONS)], "fresh")


def plan_of(seed: int, articles: int, faults: Collection[str] = FAULTS) -> Plan:
    """The site by its seed."""
    chance = random.Random(f"plan:{seed}:{articles}")
    numbers = list(range(articles))
    chance.shuffle(numbers)
    roads = _roads(numbers)
    ails = _ailments(chance, numbers, faults)
    leads = _chains(chance, roads)
    known = [number for number, road in roads.items() if road in ("listing", "listing+sitemap", "sitemap")]
    stories = tuple(
        Story(
            number,
            title_of(number),
            SECTIONS[number % len(SECTIONS)],
            roads[number],
            ails.get(number),
            tuple(leads.get(number, ())),
            tuple(chance.sample(known, min(2, len(known)))),
        )
        for number in range(articles)
    )
    extras = tuple(_extras(chance, stories, frozenset(faults)))
    return Plan(
        seed,
        stories,
        extras,
        frozenset(faults),
        {story.path: story for story in stories},
        {extra.path: extra for extra in extras},
    )


def _roads(numbers: list[int]) -> dict[int, Road]:
    total = len(numbers)
    feed = min(_FEED_ITEMS, max(1, total // 20))
    shares: tuple[tuple[Road, int], ...] = (
        ("feed", feed), ("moved", max(1, total // 25)), ("related", max(2, total // 7)),
        ("sitemap", total // 4), ("listing+sitemap", total // 10),
    )  # fmt: skip
    roads: dict[int, Road] = {}
    rest = iter(numbers)
    for road, count in shares:
        roads |= {number: road for number, _ in zip(rest, range(count), strict=False)}
    return roads | {number: "listing" for number in numbers if number not in roads}


def _ailments(chance: random.Random, numbers: list[int], faults: Collection[str]) -> dict[int, str]:
    sick = iter(chance.sample(numbers, len(numbers)))
    ails: dict[int, str] = {}
    for fault in STORY_FAULTS:
        if fault in faults:
            count = min(max(1, round(len(numbers) * _SHARE)), _AT_MOST.get(fault, len(numbers)))
            ails |= {next(sick): fault for _ in range(min(count, len(numbers) // 20 or 1))}
    return ails


def _chains(chance: random.Random, roads: Mapping[int, Road]) -> dict[int, list[int]]:
    """Stories of the road "related", strung in chains from stories that other roads lead to."""
    hidden = [number for number, road in roads.items() if road == "related"]
    heads = [number for number, road in roads.items() if road not in ("related", "moved")]
    leads: dict[int, list[int]] = {}
    for start in range(0, len(hidden), _CHAIN):
        chain = [chance.choice(heads), *hidden[start : start + _CHAIN]]
        for one, following in itertools.pairwise(chain):
            leads.setdefault(one, []).append(following)
    return leads


def _extras(chance: random.Random, stories: tuple[Story, ...], faults: frozenset[str]) -> Iterator[Extra]:
    for story in stories:
        if story.road == "moved":
            kind = ("moved", "chain-3")[story.number % 2]
            yield Extra(f"/{kind}/{story.number}", kind, story.number)
    count = max(1, len(stories) // 100)
    sound = [story for story in stories if story.fault is None and story.road == "listing"]
    if "duplicates" in faults:
        for kind in ("print", "tracking", "odd-tracking", "session"):
            for story in chance.sample(sound, min(count, len(sound))):
                yield Extra(_double(kind, story, chance), kind, story.number)
    if "redirects" in faults:
        for kind in ("loop", "to-private", "to-port", "to-metadata", "to-localhost", "to-file", "to-host", "to-decimal",
                     "to-zero", "to-script"):  # fmt: skip
            yield from (Extra(f"/{kind}/story-of-the-day-{number}", kind) for number in range(min(count, 5)))
    if "forbidden" in faults:
        yield from (Extra(f"/private/letter-to-the-editor-{number}", "private") for number in range(min(count, 20)))
        yield from (Extra(f"/{kind}", kind) for kind in ("link-to-port", "link-to-localhost", "link-to-metadata"))
    if "bombs" in faults:
        yield from (
            Extra(f"/heavy/{kind}-story-of-zeros", kind) for kind in ("gzip-10", "gzip-200", "br-10", "plain-40")
        )
    if "headers" in faults:
        yield from (Extra(f"/heavy/{kind}-story-of-heads", kind) for kind in ("many-headers", "long-header"))
    if "endless" in faults:
        yield Extra("/heavy/endless-story-of-the-day", "endless")
    traps = (("calendar", "/calendar/2020/01/"), ("sessions", "/shop/?sid="), ("pagination", "/notes/?page=1"))
    yield from (Extra(path, f"trap-{name}") for name, path in traps if name in faults)


def _double(kind: str, story: Story, chance: random.Random) -> str:
    tail = {
        "print": "/print",
        "tracking": "?utm_source=home&utm_medium=box",
        "odd-tracking": f"?from=box-{story.number}",
        "session": f"?sid={chance.getrandbits(128):032x}",
    }
    return story.path + tail[kind]
