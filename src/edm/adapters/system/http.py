"""The smallest HTTP client: does a server on a socket answer?"""

import asyncio
from pathlib import Path

_REQUEST = b"GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


async def status_of_socket(socket: Path, path: str) -> int | None:
    """Return the status a server on a unix socket answers with; None if it does not answer."""
    try:
        return await _status(*await asyncio.open_unix_connection(str(socket)), path)
    except OSError:
        return None


async def status_of_port(host: str, port: int, path: str) -> int | None:
    """Return the status a server on a port answers with; None if it does not answer."""
    try:
        return await _status(*await asyncio.open_connection(host, port), path)
    except OSError:
        return None


async def _status(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str
) -> int | None:
    try:
        writer.write(_REQUEST % path.encode("ascii"))
        words = (await reader.readline()).split()
        return int(words[1]) if len(words) > 1 and words[1].isdigit() else None
    finally:
        writer.close()
