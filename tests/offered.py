"""An archive as `miacrawl serve` with options offers it, asked without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.cli import serve as command

from miacrawl.serve.offer import Offer
from miacrawl.serve.public import VARIABLE
from miacrawl.serve.run import arguments
from tests.reader import Reader


class Offered(Reader):
    """Asks the Datasette that the offer's command line makes; `patch` takes the word of its being public back."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, **offer: Any) -> None:
        super().__init__(folder)
        self.offer, self.patch = Offer(**offer), patch

    def datasette(self) -> Datasette:
        """A Datasette as its own command makes it."""
        self.patch.setenv(VARIABLE, "1" if self.offer.public else "")
        context = command.make_context("datasette", arguments(self.folder, self.offer))
        return command.callback(**{**context.params, "return_instance": True})
