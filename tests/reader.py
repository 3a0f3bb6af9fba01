"""Reading an archive as Datasette serves it, without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datasette.app import Datasette
from lxml import html

from tests import loop


class Reader:
    """Asks a Datasette that serves `folder` for pages."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.folder, self.options = folder, options

    def get(self, path: str, *, signed_in: bool = False) -> Any:
        """The response to `path`."""
        return loop.run(self._get(path, signed_in))

    def each(self, paths: list[str]) -> dict[str, Any]:
        """The responses to `paths`, from one Datasette: quicker than one for each."""

        async def answers() -> dict[str, Any]:
            datasette = self.datasette()
            try:
                await datasette.invoke_startup()
                return {path: await datasette.client.get(path) for path in paths}
            finally:
                close(datasette)

        return loop.run(answers())

    def page(self, path: str, status: int = 200) -> html.HtmlElement:
        """The parsed page at `path`, which must answer with `status`."""
        response = self.get(path)
        assert response.status_code == status, f"{path}: {response.status_code} {response.text[:2000]}"
        return html.fromstring(response.text)

    def text(self, path: str, status: int = 200) -> str:
        """What the page's main part says, white space folded."""
        return " ".join(" ".join(self.page(path, status).xpath("//main")[0].itertext()).split())

    def datasette(self) -> Datasette:
        """A Datasette that serves the folder, made anew for each request."""
        return Datasette(config_dir=self.folder, **self.options)

    async def _get(self, path: str, signed_in: bool) -> Any:
        datasette = self.datasette()
        try:
            await datasette.invoke_startup()
            cookies = {"ds_actor": datasette.sign({"a": {"id": "ida"}}, "actor")} if signed_in else {}
            return await datasette.client.get(path, cookies=cookies)
        finally:
            close(datasette)


def close(datasette: Datasette) -> None:
    """Let its threads and files go; Datasette 0.65 has no word for it."""
    if hasattr(datasette, "close"):
        datasette.close()
