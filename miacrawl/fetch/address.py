"""The guard against private addresses: what may be connected to.

Names are judged by what they resolve to, at the moment of connecting (resolver.py), so DNS rebinding and redirects
are covered; addresses written as numbers are judged before (scope.py).
"""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NUMERIC = re.compile(r"[0-9a-fx.]+")
_DOTS = str.maketrans("。．｡", "...")
"""What IDNA takes for a dot (RFC 3490 section 3.1)."""


def why_private(address: str) -> str | None:
    """Reason in words why an IP address is not on the public internet, or None.

    Loopback, private, link-local (cloud metadata among them), multicast, reserved; also where such an IPv4
    address is wrapped in IPv6 (mapped, 6to4, NAT64), or written as systems read it besides ("127.1", "0x7f.1",
    "2130706433"). Raises ValueError where `address` is no IP address.
    """
    ip = _read(address)
    inner = _inner(ip)
    if inner is not None:
        return why_private(str(inner))
    for kind in ("loopback", "link_local", "multicast", "unspecified"):
        if getattr(ip, f"is_{kind}"):
            return f"{address} is a {kind.replace('_', '-')} address"
    sound = ip.is_global and not ip.is_reserved and not getattr(ip, "is_site_local", False)
    return None if sound else f"{address} is a private address"


def _read(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    bare = address.strip("[]").partition("%")[0].lower()
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        if not _NUMERIC.fullmatch(bare):
            raise
    try:
        return ipaddress.IPv4Address(socket.inet_aton(bare))
    except OSError as error:
        raise ValueError(f"{address} is no IP address") from error


def _inner(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def host_port(url: str) -> tuple[str, int]:
    """Host in lower case, look-alike letters and dots made plain, and port of `url`. Raises ValueError without one."""
    parts = urlsplit(url)
    host = unicodedata.normalize("NFKC", parts.hostname or "").translate(_DOTS).lower().rstrip(".")
    if not host:
        raise ValueError(f"no host in {url}")
    return host, _PORTS.get(parts.scheme, 0) if parts.port is None else parts.port


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Which private hosts are open: exactly the (host, port) pairs in `opened`, none by default."""

    opened: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def opening(cls, urls: Iterable[str]) -> AddressPolicy:
        """A policy that opens exactly the host and port of each of `urls`."""
        return cls(frozenset(host_port(url) for url in urls))

    def refusal(self, url: str) -> str | None:
        """Reason in words why `url` must not be asked for, judged without resolving its name, or None."""
        scheme = urlsplit(url).scheme
        if scheme not in _PORTS:
            return f"only http and https are fetched, not {scheme or 'an address without a scheme'}"
        try:
            host, port = host_port(url)
        except ValueError as error:
            return f"the address can't be read: {error}"
        if port == 0:
            return "port 0 is no port"
        if (host, port) in self.opened:
            return None
        if host == "localhost" or host.endswith(".localhost"):
            return f"{host} is this machine"
        if host in {name for name, _ in self.opened}:
            return f"only port {self._ports(host)} of {host} was opened by --allow-private"
        try:
            return why_private(host)
        except ValueError:
            return None

    def connection_refusal(self, url: str, address: str) -> str | None:
        """Reason in words why the machine at IP `address` must not be asked for `url`, now that it was reached."""
        reason = why_private(address)
        host, port = host_port(url)
        return None if reason is None or (host, port) in self.opened else f"{host} leads to {reason}"

    def _ports(self, host: str) -> str:
        return ", ".join(str(port) for name, port in sorted(self.opened) if name == host)
