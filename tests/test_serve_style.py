"""Colours that can be read: WCAG's 4.5 to 1 for every pair of text and ground, in light and in dark."""

from __future__ import annotations

import re

import pytest

from miacrawl.serve.reply import STATIC

PAIRS = [(text, ground) for text in ("ink", "soft", "accent") for ground in ("paper", "card", "wash")]
OURS = [*PAIRS, ("lacking", "paper"), ("held", "paper"), ("accent-ink", "accent"), ("mark-ink", "mark")]


def palettes(name: str) -> dict[str, dict[str, str]]:
    """Colours by name, of light and dark screens; print is black on white."""
    sheet = (STATIC / name).read_text("utf-8").partition("@media print")[0]
    light, dark, *_ = re.findall(r":root \{(.*?)\}", sheet, re.S)
    read = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in (light, dark)]
    return {"light": read[0], "dark": {**read[0], **read[1]}}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("screen", ["light", "dark"])
@pytest.mark.parametrize(("sheet", "pairs"), [("reading.css", OURS), ("tables.css", PAIRS)])
def test_text_stands_out_from_its_ground(sheet: str, pairs: list[tuple[str, str]], screen: str) -> None:
    colours = palettes(sheet)[screen]
    for text, ground in pairs:
        lighter, darker = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, f"{text} on {ground}"


@pytest.mark.parametrize("sheet", ["reading.css", "tables.css"])
def test_styles_load_nothing(sheet: str) -> None:
    text = (STATIC / sheet).read_text("utf-8")
    assert "url(" not in text and "@import" not in text
