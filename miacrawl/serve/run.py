"""Running Datasette on an archive, exactly as `datasette DIR` does."""

from __future__ import annotations

import socket
from pathlib import Path

import click

from miacrawl.errors import ConfigError
from miacrawl.store.archive import open_existing


def serve(folder: Path, host: str, port: int, *, open_browser: bool = False) -> int:
    """Serve the archive in `folder` until interrupted; port 0 takes any free one. Returns the exit code.

    Raises StorageError where there is no archive, ConfigError where the address can't be listened on.
    """
    open_existing(folder).conn.close()
    port = usable_port(host, port)
    click.echo(f"Open {address(host, port)} to read the archive; Ctrl-C ends.")
    from datasette.cli import serve as command

    arguments = [str(folder), "--host", host, "--port", str(port), *(["--open"] if open_browser else [])]
    try:
        command.main(args=arguments, prog_name="datasette", standalone_mode=False)
    except click.ClickException as error:
        raise ConfigError(f"Datasette can't serve {folder}: {error.format_message()}") from error
    except (KeyboardInterrupt, click.Abort):
        return 0
    return 0


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
