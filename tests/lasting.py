"""A reader whose Datasette stays up from page to page, as a server's does: starting one takes longer than a page."""

from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Thread
from typing import Any

from datasette.app import Datasette

from tests.reader import Reader


class LastingReader(Reader):
    """As `Reader`, for an archive that stays as it is."""

    def __init__(self, folder: Path, **options: Any) -> None:
        super().__init__(folder, **options)
        self._loop = asyncio.new_event_loop()
        Thread(target=self._loop.run_forever, daemon=True).start()
        self._datasette: Datasette | None = None

    def get(self, path: str, *, signed_in: bool = False) -> Any:
        """The response to `path`."""
        return asyncio.run_coroutine_threadsafe(self._asked(path, signed_in), self._loop).result(60)

    async def _asked(self, path: str, signed_in: bool) -> Any:
        if self._datasette is None:
            self._datasette = Datasette(config_dir=self.folder, **self.options)
            await self._datasette.invoke_startup()
        cookies = {"ds_actor": self._datasette.sign({"a": {"id": "ida"}}, "actor")} if signed_in else {}
        return await self._datasette.client.get(path, cookies=cookies)
