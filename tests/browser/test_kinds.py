"""Every kind of page keeps every promise; a kind is a line in kinds.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.kinds import KINDS, OUTSIDE_OUR_HANDS, named
from tests.browser.look import Eye, Wrong
from tests.browser.sample import Facts

pytestmark = pytest.mark.browser

Look = Callable[[str], Wrong]
every_kind = pytest.mark.parametrize(
    "kind",
    # One visit of a page serves all its promises, so all of them are one process's.
    [pytest.param(kind.name, marks=pytest.mark.xdist_group(kind.name)) for kind in KINDS],
)


@pytest.fixture(scope="module")
def look(browser: Browser, sample_address: str, sample_facts: Facts) -> Iterator[Look]:
    """`look(kind)`: what is wrong with such a page; each is loaded once, whichever promise asks first."""
    eye = Eye(browser)
    seen: dict[str, Wrong] = {}

    def once(name: str) -> Wrong:
        if name not in seen:
            kind = named(name)
            seen[name] = eye.look(sample_address + kind.at(sample_facts), ours=kind.ours, status=kind.status)
        return seen[name]

    yield once
    eye.close()


def nothing(wrong: list[str]) -> None:
    assert not wrong, "\n" + "\n".join(wrong)


@every_kind
def test_it_answers_under_the_right_headers(look: Look, kind: str) -> None:
    nothing(look(kind)["status"] + look(kind)["headers"])


@every_kind
def test_nothing_is_asked_of_another_host(look: Look, kind: str) -> None:
    nothing(look(kind)["unasked"])


@every_kind
def test_no_policy_is_broken_and_no_script_fails(look: Look, kind: str) -> None:
    nothing(look(kind)["quiet"])


@every_kind
def test_axe_finds_nothing_in_any_width_or_scheme(look: Look, kind: str) -> None:
    nothing([line for line in look(kind)["axe"] if not _excused(kind, line)])


@every_kind
def test_nothing_sticks_out_and_no_text_is_cut(look: Look, kind: str) -> None:
    nothing(look(kind)["overflow"] + look(kind)["cut"])


@every_kind
def test_dark_where_the_readers_screen_is(look: Look, kind: str) -> None:
    nothing(look(kind)["dark"])


@every_kind
def test_text_of_twice_the_size_and_wider_spacing_fits(look: Look, kind: str) -> None:
    nothing(look(kind)["large text"])


@every_kind
def test_tab_reaches_everything_and_is_not_trapped(look: Look, kind: str) -> None:
    nothing(look(kind)["keyboard"])


@every_kind
def test_focus_is_seen_wherever_it_is(look: Look, kind: str) -> None:
    nothing(look(kind)["focus"])


@every_kind
def test_nothing_moves_for_who_wants_no_motion(look: Look, kind: str) -> None:
    nothing(look(kind)["motion"])


@every_kind
def test_readers_own_colours_leave_nothing_unreadable(look: Look, kind: str) -> None:
    nothing(look(kind)["forced colours"])


@every_kind
def test_paper_is_light_and_cuts_nothing(look: Look, kind: str) -> None:
    nothing(look(kind)["print"])


@every_kind
def test_without_scripts_it_says_the_same(look: Look, kind: str) -> None:
    nothing(look(kind)["scripts"])


def test_no_excuse_is_left_that_nobody_needs(look: Look) -> None:
    unneeded = [
        excuse
        for excuse in OUTSIDE_OUR_HANDS
        if not any(_is(excuse, excuse[0], line) for line in look(excuse[0])["axe"])
    ]
    assert not unneeded


def _excused(kind: str, line: str) -> bool:
    return any(_is(excuse, kind, line) for excuse in OUTSIDE_OUR_HANDS)


def _is(excuse: tuple[str, str, str], kind: str, line: str) -> bool:
    of, rule, selector = excuse
    _, _, found = line.partition(": ")
    return of == kind and found.startswith(f"{rule} | {selector}")
