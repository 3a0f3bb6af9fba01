"""Which profile serves an address: an archive's own before those that come along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from miacrawl.errors import ConfigError
from miacrawl.sites import known_sites, profile_for, profile_named, use_profiles, use_profiles_of


@pytest.fixture(autouse=True)
def none_afterwards() -> Iterator[None]:
    yield
    use_profiles(())


def archive(folder: Path, **profiles: str) -> Path:
    (folder / "sites").mkdir()
    for name, text in profiles.items():
        (folder / "sites" / f"{name}.yaml").write_text(text)
    return folder


def test_own_profiles_are_used_and_forgotten_with_their_archive(tmp_path: Path) -> None:
    use_profiles_of(archive(tmp_path, a="key: a\nhosts: a.org"))
    assert profile_for("https://www.a.org/x") is profile_named("a") is not None
    assert [site.key for site in known_sites()] == ["a", "miafeed"]
    assert use_profiles_of(tmp_path / "elsewhere") == () and profile_named("a") is None


def test_own_profile_replaces_the_one_that_comes_along(tmp_path: Path) -> None:
    use_profiles_of(archive(tmp_path, mine="key: miafeed\nname: Mine\nhosts: miafeed.com"))
    found = profile_for("https://miafeed.com/")
    assert found and found.name == "Mine" and len(known_sites()) == 1


def test_own_profile_of_the_same_host_wins(tmp_path: Path) -> None:
    use_profiles_of(archive(tmp_path, mine="key: other\nhosts: miafeed.com"))
    found = profile_for("https://miafeed.com/")
    assert found and found.key == "other"


def test_host_with_port_is_told_from_the_host_alone(tmp_path: Path) -> None:
    use_profiles_of(archive(tmp_path, a="key: a\nhosts: '127.0.0.1:8000'", b="key: b\nhosts: 127.0.0.1"))
    keys = [site.key if (site := profile_for(f"http://127.0.0.1{port}/x")) else None for port in (":8000", ":9000", "")]
    assert keys == ["a", "b", "b"]


@pytest.mark.parametrize("other", ["key: a\nhosts: b.org", "key: b\nhosts: a.org"])
def test_two_profiles_for_one_key_or_host_are_an_error_that_names_both(tmp_path: Path, other: str) -> None:
    with pytest.raises(ConfigError, match=r"two\.yaml.*one\.yaml too"):
        use_profiles_of(archive(tmp_path, one="key: a\nhosts: a.org", two=other))


def test_addresses_that_cannot_be_read_have_no_profile() -> None:
    for url in ("", "http://[bad", "https://a.org:port/", "about:blank"):
        assert profile_for(url) is None
