import pytest

import miacrawl
from miacrawl.extract.estimate import estimated_minutes
from miacrawl.extract.word_count import count_words


def minutes(text: str, language: str | None = None) -> int | None:
    return estimated_minutes(text, count_words(text), language)


def test_english_is_read_at_238_words_a_minute() -> None:
    assert minutes("word " * 238 * 7, "en-GB") == 7


@pytest.mark.parametrize("language, speed", [("de", 179), ("es-MX", 218), ("FI", 161), ("ko", 184), (None, 184)])
def test_other_languages_have_their_own_speed_or_the_mean(language: str | None, speed: int) -> None:
    assert minutes("sana " * speed * 10, language) == 10


def test_chinese_is_counted_in_characters() -> None:
    assert minutes("字" * 255 * 6, "zh-Hant-TW") == 6


def test_japanese_is_told_by_its_tag_or_its_kana() -> None:
    assert minutes("漢字" * 357 * 2, "ja") == 4
    assert minutes("のパン" * 119 * 4) == 4


def test_thai_letters_are_quicker_than_characters_that_are_words() -> None:
    assert minutes("ก" * 863 * 3, "th") == 3


def test_mixed_scripts_are_added_up() -> None:
    assert minutes("字" * 255 * 2 + " data" * 184 * 3, "zh") == 5


def test_a_text_of_a_few_words_takes_a_minute_and_no_text_none() -> None:
    assert minutes("Three short words", "en") == 1
    assert minutes("", "en") is None
    assert minutes("… — !", "en") is None


def test_estimate_stands_beside_the_stated_time_and_never_in_its_place() -> None:
    text = (
        "<p>"
        + "Dough that rests overnight needs neither much yeast nor a strong arm, only a cool place. " * 30
        + "</p>"
    )
    page = f'<html lang="en"><h1>Slow bread</h1><div>9 min read</div>{text * 3}</html>'
    article = miacrawl.extract(page.encode(), "https://example.org/a/slow-bread")
    assert (article.read_minutes, article.read_minutes_estimated) == (9, round(article.word_count / 238))
    assert article.provenance["read_minutes_estimated"] == "computed:reading-speed"
    silent = miacrawl.extract(page.replace("9 min read", "").encode(), "https://example.org/a/slow-bread")
    assert silent.read_minutes is None
    assert silent.read_minutes_estimated == article.read_minutes_estimated
