"""The smallest HTTP client: does a server on a socket answer?"""

import asyncio
from pathlib import Path

_REQUEST = b"GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

_LARGEST = 1024 * 1024
"""Bytes of the largest page that is read."""

_NO_ANSWER = (OSError, ValueError)
"""What asking raises where nobody answers, or with a line that is longer than any status."""


async def status_of_socket(socket: Path, path: str) -> int | None:
    """Return the status a server on a unix socket answers with; None if it does not answer."""
    try:
        return await _status(*await asyncio.open_unix_connection(str(socket)), path)
    except _NO_ANSWER:
        return None


async def text_of_socket(socket: Path, path: str, key: str) -> str:
    """Return what a server on a unix socket answers to who shows a key; empty if not with 200."""
    request = b"GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
    try:
        reader, writer = await asyncio.open_unix_connection(str(socket))
    except OSError:
        return ""
    try:
        writer.write(request % (path.encode("ascii"), key.encode("ascii")))
        writer.write(b"Connection: close\r\n\r\n")
        head, _, body = (await _all(reader)).partition(b"\r\n\r\n")
        return body.decode(errors="replace") if head[9:12] == b"200" else ""
    except OSError:
        return ""
    finally:
        writer.close()


async def status_of_port(host: str, port: int, path: str) -> int | None:
    """Return the status a server on a port answers with; None if it does not answer."""
    try:
        return await _status(*await asyncio.open_connection(host, port), path)
    except _NO_ANSWER:
        return None


async def _all(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the other side ends, as far as it is read at all."""
    page = bytearray()
    while len(page) < _LARGEST and (more := await reader.read(_LARGEST - len(page))):
        page += more
    return bytes(page)


async def _status(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str
) -> int | None:
    try:
        writer.write(_REQUEST % path.encode("ascii"))
        words = (await reader.readline()).split()
        return int(words[1]) if len(words) > 1 and words[1].isdigit() else None
    finally:
        writer.close()
