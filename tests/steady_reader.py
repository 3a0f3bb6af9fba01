"""A `Reader` that keeps its Datasette: for tests that ask much of one archive."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from datasette.app import Datasette

from tests.reader import Reader


class SteadyReader(Reader):
    """Asks one Datasette that serves `folder` for pages. `headers`: of requests, given with each."""

    def __init__(self, folder: Path, **options: Any) -> None:
        super().__init__(folder, **options)
        self._thread = ThreadPoolExecutor(1)
        self._loop = asyncio.new_event_loop()
        self._datasette: Datasette | None = None

    def get(self, path: str, *, signed_in: bool = False, headers: dict[str, str] | None = None) -> Any:
        """The response to `path`."""
        asked = self._asked(path, signed_in, headers or {})
        return self._thread.submit(self._loop.run_until_complete, asked).result()

    async def _asked(self, path: str, signed_in: bool, headers: dict[str, str]) -> Any:
        if self._datasette is None:
            self._datasette = Datasette(config_dir=self.folder, **self.options)
            await self._datasette.invoke_startup()
        cookies = {"ds_actor": self._datasette.sign({"a": {"id": "ida"}}, "actor")} if signed_in else {}
        return await self._datasette.client.get(path, cookies=cookies, headers=headers)
