"""Running Datasette on an archive, exactly as `datasette DIR` does."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import click

from miacrawl.errors import ConfigError
from miacrawl.serve import processes
from miacrawl.serve.access import is_datasette_1
from miacrawl.serve.limits import configuration_file, explained, limited, of_configuration, of_settings_file
from miacrawl.serve.offer import Offer, base_path, check, is_open
from miacrawl.serve.public import VARIABLE
from miacrawl.store.archive import open_existing

MOST_PROCESSES = 4
"""That a public server has without being asked: each holds up to 64 MB of the archive for each thread that reads."""


def serve(folder: Path, offer: Offer) -> int:
    """Serve the archive in `folder` until interrupted; port 0 takes any free one. Returns the exit code.

    Raises StorageError where there is no archive, ConfigError where the offer can't be made.
    """
    check(offer)
    open_existing(folder).conn.close()
    host, port = offer.host, usable_port(offer.host, offer.port)
    chosen = arguments(folder, offer)
    if offer.public:
        # The plugin runs in this process: this is how it hears of it.
        os.environ[VARIABLE] = "1"
    if offer.proxies:
        os.environ["FORWARDED_ALLOW_IPS"] = offer.proxies
    opened = f"{address(host, port)}{base_path(offer.base_url)[1:]}"
    click.echo(f"Open {opened} to read the archive; Ctrl-C ends.")
    from datasette.utils import StartupError

    try:
        _run(chosen, offer, port, opened)
    except click.ClickException as error:
        raise ConfigError(f"Datasette can't serve {folder}: {error.format_message()}") from error
    except StartupError as error:
        raise ConfigError(f"Datasette can't serve {folder}: {error}") from error
    except (KeyboardInterrupt, click.Abort):
        return 0
    return 0


def _run(chosen: list[str], offer: Offer, port: int, opened: str) -> None:
    """Datasette itself, or as many processes with it as the offer asks for."""
    if how_many(offer) > 1:
        processes.run(chosen, offer.host, port, how_many(offer), opened if offer.open_browser else "")
        return
    from datasette.cli import serve as command

    opening = ["--open"] if offer.open_browser else []
    command.main(args=[*chosen, "--port", str(port), *opening], prog_name="datasette", standalone_mode=False)


def how_many(offer: Offer) -> int:
    """Processes that answer readers."""
    return offer.processes or (min(len(os.sched_getaffinity(0)), MOST_PROCESSES) if offer.public else 1)


def arguments(folder: Path, offer: Offer) -> list[str]:
    """What to tell `datasette serve`, without the port; says on standard output what a public server does."""
    settings, configuration = _settings(folder, offer)
    if offer.public:
        click.echo("\n".join(explained(settings, offer.host, is_open=is_open(offer.host))))
    given = [part for name, value in settings.items() for part in ("--setting", name, _written(value))]
    return [str(folder), "--host", offer.host, *configuration, *given]


def _settings(folder: Path, offer: Offer) -> tuple[dict[str, Any], list[str]]:
    """The settings to give, all or none, and the option that names the rest of the configuration."""
    asked: dict[str, Any] = dict(offer.settings)
    if base_path(offer.base_url) != "/":
        asked["base_url"] = base_path(offer.base_url)
    if not asked and not offer.public:
        return {}, []
    path = configuration_file(folder) if is_datasette_1() else None
    present = of_configuration(path) if is_datasette_1() else of_settings_file(folder)
    limits = limited(present, allow_sql=offer.allow_sql) if offer.public else present
    return {**limits, **asked}, ["--config", str(path)] if path else []


def _written(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def address(host: str, port: int) -> str:
    """The address to open for a server that listens on `host` and `port`."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - not bound here
    return f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}/"


def usable_port(host: str, port: int) -> int:
    """`port`, or a free one for 0. Raises ConfigError, with what to do, where it can't be listened on."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            return int(probe.getsockname()[1])
    except OSError as error:
        raise ConfigError(
            f"{host}:{port} can't be listened on ({error.strerror or error}); try --port 0 for any free port"
        ) from error
