"""Answers kept for a while: asked once, bounded, never a failure."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from miacrawl.serve.kept import Kept
from tests import loop


class Asked:
    """Counts how often it is asked."""

    def __init__(self, *, fails: bool = False) -> None:
        self.times, self.fails = 0, fails

    async def __call__(self) -> int:
        self.times += 1
        await asyncio.sleep(0.01)
        if self.fails:
            raise ValueError("no")
        return self.times


def test_asked_once_by_many_at_once_and_again_when_old(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("miacrawl.serve.kept.time", SimpleNamespace(monotonic=lambda: now[0]))

    async def all_of_it() -> None:
        kept, ask = Kept[int](10, 4), Asked()
        assert await asyncio.gather(*(kept.get("a", ask) for _ in range(5))) == [1] * 5
        assert await kept.get("a", ask) == 1
        assert await kept.get("b", ask) == 2
        now[0] += 9.9
        assert await kept.get("a", ask) == 1
        now[0] += 0.2
        assert await kept.get("a", ask) == 3

    loop.run(all_of_it())


def test_failures_are_told_to_all_who_wait_and_not_kept() -> None:
    async def all_of_it() -> None:
        kept, ask = Kept[int](10, 4), Asked(fails=True)
        told = await asyncio.gather(*(kept.get("a", ask) for _ in range(3)), return_exceptions=True)
        assert all(isinstance(one, ValueError) for one in told) and ask.times == 1
        ask.fails = False
        assert await kept.get("a", ask) == 2

    loop.run(all_of_it())


def test_no_more_than_its_size_is_kept() -> None:
    async def all_of_it() -> None:
        kept, ask = Kept[int](10, 2), Asked()
        for key in ("a", "b", "c"):
            await kept.get(key, ask)
        assert await kept.get("c", ask) == 3
        assert await kept.get("a", ask) == 4

    loop.run(all_of_it())


def test_whoever_waits_is_not_cancelled_with_the_one_who_asked() -> None:
    async def all_of_it() -> None:
        kept, ask = Kept[int](10, 2), Asked()
        first = asyncio.create_task(kept.get("a", ask))
        await asyncio.sleep(0)
        second = asyncio.create_task(kept.get("a", ask))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert await second == 2

    loop.run(all_of_it())
