"""What two texts have in common."""

from __future__ import annotations

import random
import sys

import pytest

from miacrawl import wording
from miacrawl.wording import Wording, bands_of, estimate, likeness, method, pack, unpack, words_of
from tests.benchmark.edited_texts import edited, text_of


def ideographs(count: int, seed: int) -> str:
    chance = random.Random(seed)
    return "".join(chr(0x4E00 + chance.randrange(600)) for _ in range(count))


def thai(count: int, seed: int) -> str:
    chance = random.Random(seed)
    return "".join(chr(0x0E01 + chance.randrange(46)) for _ in range(count))


def body(text: str) -> Wording:
    return Wording.of(None, None, text)


def test_words_are_without_case_punctuation_and_invisible_characters() -> None:
    assert words_of("“Soft\u00adly,” SHE said — it’s\u200b 3.5 %!") == ["softly", "she", "said", "it", "s", "3", "5"]


def test_words_are_the_same_however_their_letters_are_composed() -> None:
    assert words_of("Cafe\u0301 ﬁne １２") == words_of("café fine 12")


def test_vowel_signs_stay_with_their_letters() -> None:
    assert words_of("हिन्दी भाषा") == ["हिन्दी", "भाषा"]


def test_characters_are_words_where_no_blanks_are_written() -> None:
    assert words_of("東京です、OK。") == ["東", "京", "で", "す", "ok"]
    assert words_of("한국어 문장") == ["한국어", "문장"]


def test_same_words_are_exact_whatever_their_dress() -> None:
    one = Wording.of("Why worms?", "A heap", "One. Two, three")
    other = Wording.of("WHY WORMS", "“A heap”", "one two\n\nthree")
    assert likeness(one, other) == ("exact", 1.0)


@pytest.mark.parametrize("field", [0, 1, 2])
def test_another_title_blurb_or_body_is_not_exact(field: int) -> None:
    texts = ["Why worms", "A heap", "One two three"]
    changed = [*texts]
    changed[field] += " more"
    assert likeness(Wording.of(*texts), Wording.of(*changed)) is None


def test_words_do_not_move_between_title_and_blurb_unseen() -> None:
    assert Wording.of("a b", "c", "text").key != Wording.of("a", "b c", "text").key


def test_articles_without_a_body_are_nobodys_duplicates() -> None:
    assert likeness(Wording.of("Video", None, ""), Wording.of("Video", None, " … ")) is None


def test_same_body_under_another_title_is_near() -> None:
    text = text_of(1)
    assert likeness(Wording.of("One", None, text), Wording.of("Other", None, text)) == ("near", 1.0)


def test_short_texts_are_near_to_none() -> None:
    text = " ".join(f"word{number}" for number in range(39))
    assert likeness(Wording.of("One", None, text), Wording.of("Other", None, text)) is None
    text += " more"
    assert likeness(Wording.of("One", None, text), Wording.of("Other", None, text)) == ("near", 1.0)


@pytest.mark.parametrize("share", [0.01, 0.05])
def test_edited_copy_is_near(share: float) -> None:
    for number in range(30):
        like = likeness(body(text_of(number)), body(edited(text_of(number), share, number)))
        assert like is not None and like[0] == "near"


def test_copy_with_a_fifth_of_its_words_changed_is_not_near() -> None:
    assert not any(likeness(body(text_of(at)), body(edited(text_of(at), 0.2, at))) for at in range(30))


def test_texts_of_one_small_vocabulary_are_not_near() -> None:
    texts = [body(text_of(number)) for number in range(30)]
    assert not any(likeness(one, other) for at, one in enumerate(texts) for other in texts[:at])


@pytest.mark.parametrize("written", [ideographs, thai])
def test_scripts_without_blanks_are_compared_by_characters(written: object) -> None:
    text, other = (written(600, seed) for seed in (1, 2))  # type: ignore[operator]
    changed = text[:100] + other[:12] + text[110:]
    like = likeness(body(text), body(changed))
    assert like is not None and like[0] == "near"
    assert likeness(body(text), body(other)) is None
    assert likeness(Wording.of("a", "", text[:60]), Wording.of("b", "", text[:60])) is None


def test_estimate_is_within_its_error() -> None:
    for number in range(40):
        one, other = body(text_of(number)), body(edited(text_of(number), 0.05, number))
        like = likeness(one, other)
        first, second = one.signature(), other.signature()
        assert like and first and second
        assert estimate(first, second) == pytest.approx(like[1], abs=0.2)


def test_signature_does_not_depend_on_the_order_of_a_set() -> None:
    one = body(text_of(3)).signature()
    assert one is not None
    assert one == body(text_of(3)).signature() == unpack(pack(one))


def test_same_values_at_another_place_are_another_band() -> None:
    bands = bands_of((7,) * 128)
    assert len(set(bands)) == 32
    assert max(bands) < 2**48


def test_without_rensa_there_are_no_signatures_and_the_method_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = method()
    monkeypatch.setitem(sys.modules, "rensa", None)
    method.cache_clear()
    try:
        assert not wording.can_sign()
        assert body(text_of(1)).signature() is None
        assert method() != usual
    finally:
        method.cache_clear()


def test_method_follows_what_the_library_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = method()
    monkeypatch.setattr(wording, "_SEED", 6)
    method.cache_clear()
    try:
        assert method() != usual
    finally:
        method.cache_clear()


def test_overlong_text_is_compared_by_its_beginning() -> None:
    start = " ".join(f"w{number}" for number in range(10_000))
    one, other = body(f"{start} {'end ' * 50_000}"), body(f"{start} {'other ' * 90_000}")
    assert likeness(one, other) == ("near", 1.0)
