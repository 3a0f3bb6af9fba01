"""Text for the articles of a site that does not exist: our own words, the same for the same seed."""

from __future__ import annotations

import random
from functools import cache

_KINDS = (
    "quiet early late patient careful stubborn gentle narrow open crowded borrowed forgotten painted wooden northern "
    "coastal rainy bright honest slow clever modest rusty neighbourly seasonal sturdy warm windy salted shared"
).split()
_THINGS = (
    "harbour orchard bakery ferry workshop garden lighthouse market kitchen bridge library meadow cellar chimney "
    "allotment canal greenhouse beehive mill railway quarry stairwell fountain tramway boathouse vineyard pantry "
    "courtyard hillside playground"
).split()
_DOINGS = (
    "mending keeping sharing measuring drying painting counting crossing growing baking rowing planting repairing "
    "watching sorting listening cleaning lighting storing tasting walking teaching carving weighing brewing sewing "
    "thatching pruning folding digging"
).split()
_PEOPLE = (
    "bakers ferrymen gardeners librarians neighbours pupils teachers carpenters fishers visitors cyclists beekeepers "
    "walkers millers potters weavers sailors grandparents cooks apprentices"
).split()
_VERBS = (
    "notice remember prefer describe repair carry explain measure share collect follow avoid recommend doubt welcome "
    "compare question postpone finish enjoy"
).split()
_WHEN = (
    "in the first week of spring|after the long rain|before the market opens|on most weekdays|once the tide has turned|"
    "when the light is low|during the quiet months|since the old road closed|every second morning|by the end of autumn"
).split("|")
_PLACES = (
    "beside the lower gate|at the edge of the square|along the old towpath|behind the schoolhouse|under the long roof|"
    "near the fish steps|above the weir|between the two sheds|across from the post office|at the far end of the quay"
).split("|")
_SHAPES = (
    "The {k} {t} {p} is what most {m} {v} {w}.",
    "{W}, {m} {v} the {t} and leave the {k} {t2} for another day.",
    "Nobody who has spent a year {d} {p} would call it {k} work, and few {m} would {v} it.",
    "It takes about {n} minutes, they say, though {m} {v} that it feels longer {w}.",
    "What began with {d} became a matter of {d2}, and {m} still {v} how it happened {p}.",
    "A {k} {t} costs less than people think: {n} coins, two afternoons, and somebody to {v} it {w}.",
    "Of {n} {m} whom we asked, most {v} the {t} {p}; the rest had no opinion.",
    "There is a {k} way of {d}, and there is the way that {m} {v} {w}.",
    "{W}, the {t} looks {k}, and so {m} {v} it twice before they begin {d}.",
    "Some {m} {v} a {k2} {t2}; others keep the {k} {t} and go on {d} {p}.",
)
_STEP = 7919
"""Coprime to the number of titles, so that numbers next to each other have titles that are not."""


def title_of(number: int) -> str:
    """A headline of its own for each number up to 810,000."""
    rest = number * _STEP % (len(_KINDS) * len(_THINGS) * len(_DOINGS) * len(_THINGS))
    rest, kind = divmod(rest, len(_KINDS))
    rest, thing = divmod(rest, len(_THINGS))
    rest, doing = divmod(rest, len(_DOINGS))
    first = f"{_DOINGS[doing].capitalize()} a {_KINDS[kind]} {_THINGS[thing]}"
    return f"{first}, and what the {_THINGS[rest]} had to do with it"


def blurb_of(seed: int, number: int) -> str:
    """A standfirst of one or two sentences."""
    chance = random.Random(f"blurb:{seed}:{number}")
    return " ".join(_sentence(chance) for _ in range(1 + number % 2))


def paragraphs_of(seed: int, number: int, version: int) -> list[str]:
    """The paragraphs of an article: 2,500 to 11,000 characters. An edition (`version`) differs in its last one."""
    chance = random.Random(f"body:{seed}:{number}")
    paragraphs = [
        " ".join(_sentence(chance) for _ in range(chance.randint(3, 6))) for _ in range(chance.randint(8, 24))
    ]
    if version:
        paragraphs.append(f"Edited for the {version}. time: {_sentence(random.Random(f'edit:{number}:{version}'))}")
    return paragraphs


def _sentence(chance: random.Random) -> str:
    pick = chance.choice
    when = pick(_WHEN)
    return pick(_SHAPES).format(
        k=pick(_KINDS),
        k2=pick(_KINDS),
        t=pick(_THINGS),
        t2=pick(_THINGS),
        d=pick(_DOINGS),
        d2=pick(_DOINGS),
        m=pick(_PEOPLE),
        v=pick(_VERBS),
        w=when,
        W=when[0].upper() + when[1:],
        p=pick(_PLACES),
        n=chance.randint(3, 90),
    )


@cache
def ballast(length: int) -> str:
    """Markup of about `length` characters that says nothing, as templates carry it: styles and a drawing."""
    rules = "".join(f".grid-{n}>.cell{{margin:{n % 7}px;padding:{n % 11}px;flex:{n % 3}}}" for n in range(length // 90))
    path = "".join(f"L{n * 37 % 480} {n * 53 % 320}" for n in range(length // 22))
    return f'<style>{rules}</style><svg width="480" height="320" aria-hidden="true"><path d="M0 0{path}"/></svg>'
