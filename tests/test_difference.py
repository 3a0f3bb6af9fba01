"""In what two texts differ: told word by word, true to both, and in bounded time whatever they are."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miacrawl.difference.difference import Difference, difference, line_difference
from miacrawl.difference.matching import Budget, matches
from miacrawl.difference.tokens import folded, paragraphs_of, tokens_of, words_in

LETTERS = st.text(alphabet="ab .,’é\u0301\u00ad\n庭土กำ\u0e34😀x1-", max_size=60)
ANY = st.one_of(LETTERS, st.text(max_size=80), st.lists(LETTERS, max_size=6).map("\n\n".join))
WORDS = st.lists(st.sampled_from("abcde"), max_size=40)


def told(found: Difference) -> str:
    """The difference as one line: what was removed in [], what was added in {}, paragraphs divided by |."""
    brackets = {"same": "{}", "removed": "[{}]", "added": "{{{}}}"}
    return "|".join("".join(brackets[piece.kind].format(piece.text) for piece in row.pieces) for row in found.rows)


@given(ANY, ANY)
@settings(max_examples=60)
def test_difference_gives_both_texts_back(before: str, after: str) -> None:
    found = difference(before, after)
    assert found.before == "\n\n".join(paragraphs_of(before))
    assert found.after == "\n\n".join(paragraphs_of(after))
    line = line_difference(before, after)
    assert (line.before, line.after) == (folded(before), folded(after))


@given(ANY, ANY, st.integers(0, 200))
def test_difference_stays_true_where_its_time_ends(before: str, after: str, steps: int) -> None:
    found = difference(before, after, Budget(steps))
    assert found.before == "\n\n".join(paragraphs_of(before)) and found.after == "\n\n".join(paragraphs_of(after))


@given(ANY)
def test_text_does_not_differ_from_itself(text: str) -> None:
    assert difference(text, text).is_same and difference(text, f" {text}\n").is_same
    assert difference(text, text).added == difference(text, text).removed == 0


@given(ANY)
def test_tokens_are_the_text(text: str) -> None:
    assert "".join(map("".join, tokens_of(folded(text)))) == folded(text)


@given(WORDS, WORDS)
def test_matches_are_equal_and_in_order(before: list[str], after: list[str]) -> None:
    pairs = matches(before, after, Budget(100_000))
    assert all(before[i] == after[j] for i, j in pairs)
    assert all(i < m and j < n for (i, j), (m, n) in pairwise(pairs))


@given(WORDS, WORDS)
@settings(max_examples=60)
def test_no_two_items_that_could_be_matched_are_left_beside_each_other(before: list[str], after: list[str]) -> None:
    pairs = [(-1, -1), *matches(before, after, Budget(100_000)), (len(before), len(after))]
    for (i, j), (m, n) in pairwise(pairs):
        assert not set(before[i + 1 : m]) & set(after[j + 1 : n])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("A quick fox ran home.", "A slow fox ran home.", "A [quick]{slow} fox ran home."),
        ("It costs 1,200 euros.", "It costs 1,300 euros.", "It costs [1,200]{1,300} euros."),
        ("A story.", "A story. More of it.", "A story.{ More of it.}"),
        ("One, two and three.", "One and three.", "One[, two] and three."),
        ("covid-19 rules don’t hold", "covid-20 rules do hold", "[covid-19]{covid-20} rules [don’t]{do} hold"),
        ("庭の土は良い土です。", "庭の土は悪い土です。", "庭の土は[良]{悪}い土です。"),
        ("ดินในสวนนี้ดี", "ดินในสวนนั้นดี", "ดินในสวน[นี้]{นั้น}ดี"),
        ("Cafe\u0301 ope\u00adned", "Café opened", "Café opened"),
        ("white   space\n folded", "white space folded", "white space folded"),
        ("", "New.", "{New.}"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_words_are_what_differs(before: str, after: str, expected: str) -> None:
    assert told(line_difference(before, after)) == expected


def test_paragraphs_are_aligned_before_their_words() -> None:
    before = "First one, which stays.\n\nWe waited nine days for the seeds.\n\nThis one goes away at last.\n\nEnd."
    after = "First one, which stays.\n\nWholly other words here now.\n\nWe waited ten days for the seeds.\n\nEnd."
    assert told(difference(before, after)) == (
        "First one, which stays.|{Wholly other words here now.}|We waited [nine]{ten} days for the seeds.|"
        "[This one goes away at last.]|End."
    )


def test_paragraph_put_in_another_place_is_removed_there_and_added_here() -> None:
    found = difference("One is first.\n\nTwo follows.\n\nThree ends.", "Two follows.\n\nThree ends.\n\nOne is first.")
    assert told(found) == "[One is first.]|Two follows.|Three ends.|{One is first.}"


def test_unlike_paragraphs_are_not_cut_to_pieces() -> None:
    found = difference("Compost wants air and a little water.", "Our baker sold the last rye loaf on Monday.")
    assert [piece.kind for piece in found.rows[0].pieces] == ["removed", "added"]


def test_words_removed_and_added_are_counted_without_punctuation() -> None:
    found = line_difference("It rained, and rained.", "It rained for nine days!")
    assert (found.removed, found.added) == (2, 3)
    assert words_in("庭の土。") == 3


HOSTILE = {
    "one word": ("word " * 200_000, "other " + "word " * 199_999),
    "two words": ("a b b a b a a " * 28_000, "b a b a a " * 40_000),
    "one way and back": (" ".join(map(str, range(200_000))), " ".join(map(str, range(200_000, 0, -1)))),
    "many paragraphs": ("a\n\nb\n\n" * 100_000, "b\n\nb\n\na\n\n" * 66_000),
    "many unlike paragraphs": (("a b c d e f g h " * 12 + "\n\n") * 1_900, ("h g f a b " * 20 + "\n\n") * 1_900),
    "no blanks": ("x" * 1_000_000, "y" * 1_000_000),
    "marks": ("." * 90_000, ".!" * 45_000),
    "characters": ("庭の土" * 30_000, "土の庭" * 30_000),
}  # fmt: skip


@pytest.mark.parametrize("texts", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_is_bounded_whatever_the_texts(texts: tuple[str, str]) -> None:
    started = time.process_time()
    found = difference(*texts)
    assert found.coarse and found.removed >= 0
    assert time.process_time() - started < 1.5, "about 0.3 s here"
    assert found.before.split() == texts[0].split() and found.after.split() == texts[1].split()
