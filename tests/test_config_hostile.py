"""A hostile or broken miacrawl.yaml is an error in a line, soon, and never a traceback."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from miacrawl.config import read_config
from miacrawl.errors import ConfigError

BOMB = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}]\n"
    for old, new in zip("abcdefghij", "bcdefghijk", strict=False)
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOMB, "line 1: anchors (&) and aliases (*) are not read here; write the value out, or quote it"),
        ("sites: &a [*a]", "anchors (&) and aliases (*) are not read here"),
        ("settings: &a\n  DOWNLOAD_SLOTS: *a", "anchors (&)"),
        ("sites: *nowhere", "aliases (*)"),
        ("settings: !!python/object/apply:os.system [id]", "tags (!) are not read here"),
        ("settings: !!map {}", "tags (!) are not read here"),
        ("settings: {USER_AGENT: !x y}", "tags (!) are not read here"),
        ("settings: {<<: {DOWNLOAD_DELAY: 1}}", "unknown setting '<<'"),
        ("[" * 100_000, "is nested more than 20 deep"),
        ("settings: {DOWNLOAD_SLOTS: " + "{a: " * 5_000, "is nested more than 20 deep"),
        ("sites: [" + "a," * 200_000 + "a]", "has more than 50,000 values"),
        ("sites: [", "not YAML"),
        ("a: b: c", "not YAML"),
        ("settings: {DOWNLOAD_DELAY:\t'", "not YAML"),
        ("---\n---\n", "not YAML: but found another document"),
        ("settings: {USER_AGENT: '\x00'}", "not YAML"),
        ("settings: {'USER_AGENT\x1b[31m': x}", "not YAML"),
        ("settings:\n ? " + "A" * 100_000 + "\n : 1", "unknown setting"),
        ("settings: {RETRY_TIMES: " + "1" * 100_000 + "}", "is no whole number"),
        ('settings: {USER_AGENT: "\\ud800"}', "has the character '\\ud800' in it"),
        ("#" * 1_000_001, "has more than 1,000,000 bytes, so it is no configuration"),
    ],
)  # fmt: skip
def test_hostile_text_is_an_error_soon(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "miacrawl.yaml"
    path.write_text(text, "utf-8")
    began = time.process_time()
    with pytest.raises(ConfigError) as error:
        read_config(tmp_path)
    assert time.process_time() - began < 10
    assert told in str(error.value) and str(error.value).startswith(str(path)) and len(str(error.value)) < 1_000


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1"])
def test_other_encoding_is_an_error(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "miacrawl.yaml").write_bytes("settings: {USER_AGENT: Käse}".encode(encoding))
    with pytest.raises(ConfigError, match=r"is not UTF-8 \(byte \d+\); save it as UTF-8|not YAML"):
        read_config(tmp_path)


def test_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "miacrawl.yaml").write_text("settings: {DEPTH_LIMIT: 3}", "utf-8-sig")
    assert read_config(tmp_path).settings["DEPTH_LIMIT"].value == 3


@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "dangling"])
def test_what_is_no_file_is_an_error_and_not_waited_for(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "miacrawl.yaml"
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "dangling":
            path.symlink_to(tmp_path / "gone")
    with pytest.raises(ConfigError, match=r"miacrawl\.yaml (is no file|can't be read)"):
        read_config(tmp_path)
