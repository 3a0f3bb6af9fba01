"""An answer of the site and the manner in which it is put on the wire: whole, slow, torn, or with a wrong length."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal

Manner = Literal["whole", "slow", "reset", "too-long", "too-short", "broken-chunks", "hang", "endless"]
HTML = {"Content-Type": "text/html; charset=utf-8"}
INTRUDER = "An answer that nobody asked for"
"""Headline of what lies behind the end of an answer whose length is told too short."""
_PIECES = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers, body, manner. `seconds`: how long a slow body takes."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: HTML)
    manner: Manner = "whole"
    seconds: float = 0.0


def head_of(answer: Answer, length: int | None) -> bytes:
    """Status line and headers; without a length the body comes in chunks."""
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "Unknown"
    framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    told = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
    return f"HTTP/1.1 {answer.status} {phrase}\r\n{told}{framing}\r\n\r\n".encode("latin-1")


async def send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> bool:
    """Put `answer` on the wire; whether the connection can be used again. `reader` tells when nobody waits any more."""
    body, manner = answer.body, answer.manner
    half = len(body) // 2
    if manner == "slow":
        await _send_slowly(reader, writer, answer)
        return True
    if manner in ("hang", "endless"):
        await _keep_waiting(reader, writer, answer)
        return False
    if manner == "reset":
        writer.write(head_of(answer, len(body)) + body[:half])
        await writer.drain()
        await asyncio.sleep(0.02)
        _reset(writer)
        return False
    if manner == "too-long":
        writer.write(head_of(answer, len(body) + 20_000) + body)
    elif manner == "too-short":
        page = f"<!doctype html><title>{INTRUDER}</title><h1>{INTRUDER}</h1>".encode()
        writer.write(head_of(answer, half) + body + head_of(Answer(200), len(page)) + page)
    elif manner == "broken-chunks":
        writer.write(head_of(answer, None) + f"{half:x}\r\n".encode() + body[:half] + b"\r\nnot a number\r\n")
    else:
        writer.write(head_of(answer, len(body)) + body)
    await writer.drain()
    return manner == "whole"


async def _send_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> None:
    writer.write(head_of(answer, len(answer.body)))
    step = -(-len(answer.body) // _PIECES)
    for start in range(0, len(answer.body), step or 1):
        await _rest(reader, answer.seconds / _PIECES)
        writer.write(answer.body[start : start + step])
        await writer.drain()


async def _keep_waiting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> None:
    """Nothing at all, or a body that goes on and on, until the other side has had enough."""
    if answer.manner == "endless":
        writer.write(head_of(answer, None))
    while True:
        await _rest(reader, 0.2)
        if answer.manner == "endless":
            writer.write(b"5\r\nmore \r\n")
            await writer.drain()


async def _rest(reader: asyncio.StreamReader, seconds: float) -> None:
    """Sleep. Raises ConnectionResetError as soon as the other side has gone."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if reader.at_eof() or reader.exception() is not None:
            raise ConnectionResetError
        await asyncio.sleep(min(0.01, seconds))


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the other side gets a reset, not an end."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
