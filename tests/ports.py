"""Ports for programs that can't be told to take any free one and say which."""

from __future__ import annotations

import random
import socket

# Below those that the system gives to connections going out: one of these may take a port before the program does, and
# a caller that tries again and again until the program listens may even be connected to itself (RFC 9293, 3.5).
_BELOW_OUTGOING = range(12_000, 32_000)


def free_port(host: str = "127.0.0.1") -> int:
    """A port on which nobody listens at this moment."""
    for port in random.sample(_BELOW_OUTGOING, 200):
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"of 200 ports of {host}, none is free")
