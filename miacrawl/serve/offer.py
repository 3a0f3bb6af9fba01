"""How an archive is offered to readers: where, to whom, and within which limits."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

from miacrawl.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Offer:
    """What `miacrawl serve` was asked for.

    `processes` answer readers at once; 0: one, or, for the public, one for each processor.
    `base_url` is the path under which a proxy has the archive; `proxies` are addresses of machines whose
    X-Forwarded-For and X-Forwarded-Proto are believed (empty: this machine's); `settings` are Datasette's, by name.
    """

    host: str = "127.0.0.1"
    port: int = 8001
    public: bool = False
    allow_sql: bool = False
    base_url: str = "/"
    proxies: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    open_browser: bool = False
    processes: int = 0


def check(offer: Offer) -> None:
    """Raises ConfigError, with what to do, for an offer that its maker can't have meant."""
    if offer.allow_sql and not offer.public:
        raise ConfigError("--allow-sql goes with --public; without it SQL is allowed as it is")
    if not offer.public and is_open(offer.host):
        raise ConfigError(
            f"--host {offer.host} lets others than you read this archive, run SQL on it and download it; "
            "say --public to set limits (and --allow-sql, if they may run SQL), or leave --host out"
        )


def is_open(host: str) -> bool:
    """Whether others than this machine can reach a server that listens on `host`. An unknown host is none."""
    if not host:
        return True  # every address of this machine
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return not all(ipaddress.ip_address(str(place[0]).partition("%")[0]).is_loopback for *_, place in found)


def base_path(given: str) -> str:
    """`given` with a slash at both ends. Raises ConfigError for what is no path."""
    if "://" in given or set(given) & set("?#\\") or not given.isprintable() or " " in given:
        raise ConfigError(f"--base-url {given}: the path alone, as in --base-url /archive/")
    return f"/{given.strip('/')}/" if given.strip("/") else "/"
