"""Several processes that answer readers at one address: Python puts pages together on one processor at a time.

Uvicorn, Datasette's server, begins them, begins another in place of one that ends, and shares the address out.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import socket
import threading
import webbrowser
from collections.abc import Sequence
from contextlib import closing
from multiprocessing import parent_process
from typing import Any

from miacrawl.serve.headers import App

VARIABLE = "MIACRAWL_SERVED"
"""Environment variable that tells each process what to serve: a JSON list of arguments of `datasette serve`."""
_SECRET = "DATASETTE_SECRET"  # noqa: S105 - a variable's name


def run(arguments: Sequence[str], host: str, port: int, processes: int, opened: str = "") -> None:
    """Serve what `datasette serve` with these arguments would, until told to end; `opened` is opened in a browser.

    Raises click.ClickException or StartupError for what Datasette refuses.
    """
    from uvicorn import Config
    from uvicorn.supervisors import Multiprocess

    asyncio.run(_datasette(arguments).invoke_startup())  # what is wrong is said once, and here
    os.environ[VARIABLE] = json.dumps(list(arguments))
    # What one of them signs, as a log-in, the others believe.
    os.environ.setdefault(_SECRET, secrets.token_hex(32))
    if opened:
        webbrowser.open(opened)
    served = f"{__name__}:app"
    config = Config(served, factory=True, host=host, port=port, log_level="info", lifespan="on", workers=processes)
    with closing(config.bind_socket()) as listening:
        # As asyncio does where it makes the socket itself: else the end of an answer waits 40 ms for the reader's word
        # that its beginning has come. What a listening socket has been told holds for its connections.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        Multiprocess(config, [listening]).run()


def app() -> App:
    """What one of the processes answers with."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    application: App = _datasette(json.loads(os.environ[VARIABLE])).app()
    return application


def _datasette(arguments: Sequence[str]) -> Any:
    """The Datasette that `datasette serve` with these arguments would run. Raises click.ClickException."""
    from datasette.cli import serve

    context = serve.make_context("datasette", list(arguments))
    return context.invoke(serve.callback, **context.params, return_instance=True)


def _end_with_parent() -> None:
    """Nobody would end a process whose parent was killed, and it would keep the address."""
    if parent := parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
