"""The store, the leash, and what a worker makes of its settings: all that needs no database."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from pathlib import Path

import pytest

from miacrawl.cluster.database import Database, check_skew, check_version
from miacrawl.cluster.errors import StoreError
from miacrawl.cluster.lease import lease_of
from miacrawl.cluster.manifest import File, Manifest
from miacrawl.cluster.place import place_of
from miacrawl.cluster.rules import Rules, rules_in
from miacrawl.cluster.site import folder_of, site_named, together
from miacrawl.cluster.store import Store, store_at
from miacrawl.config.masking import masked
from miacrawl.errors import ConfigError
from miacrawl.sites import Profiles, built_in
from miacrawl.store.archive import open_archive
from miacrawl.store.rest import Rest, rest_of

pytest.importorskip("fsspec")
pytest.importorskip("psycopg")


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    made = store_at(str(tmp_path / "store") if request.param == "folder" else f"memory://{tmp_path.name}")
    made.mark("mine")
    return made


@pytest.mark.parametrize("pack", [False, True])
def test_file_comes_back_as_it_was_put(store: Store, tmp_path: Path, pack: bool) -> None:
    data = b"words and more words " * 300_000
    file = store.put(io.BytesIO(data), "warc/a.warc.gz", "shards/a/1/warc/a.warc.gz", pack=pack)
    assert (file.size < len(data) / 10) is pack
    store.get(file, tmp_path / "back", unpack=pack)
    assert (tmp_path / "back").read_bytes() == data


def test_damaged_file_is_told_and_not_left_behind(store: Store, tmp_path: Path) -> None:
    file = store.put(io.BytesIO(b"as it was"), "warc/a.gz", "shards/a/1/warc/a.gz")
    store.files.pipe_file(f"{store.root}/{file.key}", b"as it is!")
    with pytest.raises(StoreError, match="not what was put there"):
        store.get(file, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_missing_file_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="can't be read"):
        store.get(File("warc/a.gz", "shards/a/1/warc/a.gz", 3, ""), tmp_path / "back")


def test_share_that_is_not_mounted_is_no_empty_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is it mounted"):
        store_at(str(tmp_path)).check("mine")


def test_store_of_another_cluster_is_refused(store: Store) -> None:
    with pytest.raises(ConfigError, match="another cluster"):
        store.check("theirs")
    with pytest.raises(ConfigError, match="another cluster"):
        store.mark("theirs")


def test_store_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be used"):
        store_at("nosuch://bucket/x")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="can't be written"):
        store_at(str(tmp_path / "file")).mark("mine")


def test_sweep_takes_what_older_tokens_left_and_nobody_needs(store: Store) -> None:
    for token in (1, 2, 3, 9):
        for name in ("a", "b"):
            store.put(io.BytesIO(b"x"), name, f"shards/s/{token}/warc/{name}")
    assert store.sweep("shards/s", 3, {"shards/s/1/warc/a"}) == 3
    left = sorted(str(path).rpartition("/shards/")[2] for path in store.files.find(f"{store.root}/shards"))
    assert left == ["s/1/warc/a", "s/3/warc/a", "s/3/warc/b", "s/9/warc/a", "s/9/warc/b"]


@pytest.mark.parametrize("name", ["../x", "warc/../../x", "/etc/passwd", "archive.db"])
def test_manifest_leads_nowhere_else(name: str) -> None:
    with pytest.raises(StoreError, match="nothing was fetched"):
        Manifest.of([{"name": name, "key": "k", "size": 1, "sha256": ""}], (), 0)


def test_crawl_stops_before_its_lease_ends_and_short_leases_are_refused() -> None:
    lease = lease_of(16)
    assert lease.beat * 2 < lease.stop < lease.kill < lease.ends
    with pytest.raises(ConfigError, match="4 or more"):
        lease_of(1)


def test_old_server_and_wrong_clock_are_told() -> None:
    check_version(150_018)
    with pytest.raises(ConfigError, match=r"PostgreSQL is 13.9; the cluster needs 14"):
        check_version(130_009)
    check_skew(59.0, 0.1)
    check_skew(-61.0, 2.0)
    with pytest.raises(ConfigError, match="clock is 300 s behind"):
        check_skew(-300.0, 0.1)


def test_password_is_in_no_message() -> None:
    for dsn in ("postgresql://u:hunter2@h/db", "host=h password=hunter2", "host=h password = 'hunter2 x'"):
        assert "hunter2" not in str(masked("MIACRAWL_CLUSTER_DSN", dsn))
    with pytest.raises(ConfigError) as told:
        Database("hunter2").parameters()
    assert "hunter2" not in str(told.value)


def test_missing_settings_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="MIACRAWL_CLUSTER_DSN"):
        place_of(tmp_path)
    monkeypatch.setenv("MIACRAWL_CLUSTER_DSN", "postgresql://h/db")
    with pytest.raises(ConfigError, match="MIACRAWL_CLUSTER_STORE"):
        place_of(tmp_path)


def test_site_is_its_host_and_starts_go_together() -> None:
    profiles = Profiles(built_in())
    sites = together(
        site_named(url, profiles) for url in ("https://www.a.org/", "https://a.org/x", "https://b.org:81/")
    )
    assert [(site.name, len(site.starts)) for site in sites] == [("a.org", 2), ("b.org:81", 1)]
    assert folder_of("b.org:81") == "b.org%3A81"
    with pytest.raises(ConfigError):
        folder_of("../x")
    with pytest.raises(ConfigError, match="neither an http"):
        site_named("no such site", profiles)


def test_rules_leave_out_where_the_cluster_is(tmp_path: Path) -> None:
    (tmp_path / "miacrawl.yaml").write_text(
        "settings: {MIACRAWL_CLUSTER_DSN: 'postgresql://u:secret@h/db', DOWNLOAD_DELAY: 3, MIACRAWL_HONOUR: [tdm]}"
    )
    rules = rules_in(tmp_path)
    assert "secret" not in str(rules.noted())
    Rules.of(rules.noted()).write(tmp_path / "shard")
    assert rules_in(tmp_path / "shard").settings == {"DOWNLOAD_DELAY": 3, "MIACRAWL_HONOUR": ["tdm"]}
    assert (rules.delay({}), rules.delay({"DOWNLOAD_DELAY": "7"}), Rules().delay({})) == (3.0, 7.0, 0.25)


def test_rest_is_what_hosts_asked_for(tmp_path: Path) -> None:
    assert rest_of(tmp_path) == Rest()
    db = open_archive(tmp_path)
    db.execute(
        "INSERT INTO hosts (origin, crawl_delay, hold_until) VALUES ('http://a.org', 30, '2099-01-01T00:00:00Z')"
    )
    db.conn.commit()
    db.conn.close()
    found = rest_of(tmp_path)
    assert found.delay == 30
    assert found.held > 1e9


_LEASHED = """
import os, signal, sys, time
from miacrawl.cluster.leash import Leash
from miacrawl.cluster.lease import steady
told = []
signal.signal(signal.SIGTERM, lambda *_: (told.append(1), print("told", flush=True)))
os.setpgid(0, 0)
leash = Leash(os.dup(0), *map(float, sys.argv[1:3]), steady())
leash.begin()
print(steady(), flush=True)
if sys.argv[3:] == ["deaf"]:  # Python can't run any thread: a pattern that never ends holds the lock of all
    import re
    re.match(r"(a+)+$", "a" * 60 + "b")
while True:
    time.sleep(0.1)
"""


def _leashed(*arguments: str, told: float = 0.6, killed: float = 1.2) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", _LEASHED, str(told), str(killed), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_crawl_without_word_of_its_lease_is_told_then_killed() -> None:
    process = _leashed()
    assert process.stdout is not None
    out = process.stdout.read()
    process.wait(120)
    assert b"told" in out
    assert process.returncode < 0


def test_crawl_lives_as_long_as_its_lease_is_renewed() -> None:
    from miacrawl.cluster.lease import steady

    process = _leashed(told=3.0, killed=4.0)
    assert process.stdin is not None
    for _ in range(25):
        process.stdin.write(f"{steady()!r}\n".encode())
        process.stdin.flush()
        time.sleep(0.2)
    assert process.poll() is None
    process.stdin.close()  # its worker is gone
    assert process.wait(120) < 0


def test_crawl_that_can_not_look_at_its_leash_is_ended_by_the_kernel() -> None:
    process = _leashed("deaf")
    assert process.wait(120) < 0
