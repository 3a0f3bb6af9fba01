"""A cluster whose store is S3's protocol, where MIACRAWL_INTEROP names the folder of moto's `bin/moto_server`."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from miacrawl.cluster.errors import StoreError
from miacrawl.cluster.store import store_at
from tests.outside import running
from tests.stress.cluster import measure_kills
from tests.stress.mark import table

TOOLS = Path(os.environ.get("MIACRAWL_INTEROP", ""))
pytestmark = pytest.mark.skipif(
    not os.environ.get("MIACRAWL_INTEROP"), reason="MIACRAWL_INTEROP names no folder with bin/moto_server"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an S3 on this machine."""
    with running(TOOLS / "bin" / "moto_server", tmp_path_factory.mktemp("s3"), "-H") as at:
        yield at


@pytest.fixture
def s3(served: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of somebody who has access to it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", served)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")


def test_what_is_put_is_got_whole_and_swept_when_nobody_needs_it(s3: None, tmp_path: Path) -> None:
    store = store_at("s3://shards/files")
    store.mark("one")
    large = os.urandom(60 * 2**20)  # more than s3fs sends at once
    kept = store.put(io.BytesIO(large), "one.warc.gz", "shards/a.org/00000002/one.warc.gz")
    old = store.put(io.BytesIO(b"old" * 1_000), "archive.db", "shards/a.org/00000001/archive.db.gz", pack=True)
    store.get(old, tmp_path / "old", unpack=True)
    assert (tmp_path / "old").read_bytes() == b"old" * 1_000
    assert store.sweep("shards/a.org", 2, set()) == 1
    with pytest.raises(StoreError, match="can't be read"):
        store.get(old, tmp_path / "old", unpack=True)
    store.get(kept, tmp_path / "new")
    assert (tmp_path / "new").read_bytes() == large


def test_a_bucket_that_nobody_marked_is_not_taken_for_an_empty_store(s3: None) -> None:
    with pytest.raises(StoreError, match="cluster init"):
        store_at("s3://nobody-made-this/files").check("one")


def test_a_cluster_whose_worker_is_killed_loses_nothing_on_s3(s3: None, tmp_path: Path) -> None:
    small = {"sites": 2, "articles": 15, "workers": 2, "kills": 1, "restarts": 0}
    marks = list(measure_kills(tmp_path, **small, lease=8.0, limit=180.0, pace=0.3, store="s3://shards/cluster"))
    assert all(mark.held for mark in marks), "\n" + table(marks)
