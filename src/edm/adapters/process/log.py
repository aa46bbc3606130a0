"""An instance's log, read from its end and followed."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

from edm.adapters.system.files import tail

LARGEST = 4 * 1024 * 1024
"""Bytes after which a start begins a new log; the one before is kept beside it."""

_PAUSE = 0.2
"""Seconds between two looks at a log that is followed."""

_CHUNK = 256 * 1024


def rotate(log: Path) -> None:
    """Begin a new log if this one is large."""
    if log.exists() and log.stat().st_size > LARGEST:
        log.replace(log.with_name(log.name + ".1"))


def shorten(log: Path) -> None:
    """Put the end of a log that has become very large aside, while its server goes on writing.

    The server appends, so its next line goes to the beginning of what was emptied.
    """
    if log.stat().st_size > 4 * LARGEST:
        with log.open("rb") as file:
            file.seek(-LARGEST, os.SEEK_END)
            log.with_name(log.name + ".1").write_bytes(file.read())
        os.truncate(log, 0)


async def read(log: Path, lines: int, *, follow: bool) -> AsyncIterator[str]:
    """Yield the last lines; then, if followed, new ones until the log's directory is gone."""
    position, number = await asyncio.to_thread(_end, log)
    for line in await asyncio.to_thread(tail, log, lines):
        yield line
    rest = b""
    while follow and await asyncio.to_thread(log.parent.exists):
        number, position, new = await asyncio.to_thread(_new, log, number, position)
        *whole, rest = (rest + new).split(b"\n")
        for text in whole:
            yield text.decode(errors="replace")
        if not new:
            await asyncio.sleep(_PAUSE)


def _end(log: Path) -> tuple[int, int]:
    try:
        found = log.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_size, found.st_ino


def _new(log: Path, number: int, position: int) -> tuple[int, int, bytes]:
    """Return what was written since; from the beginning where a new log has begun."""
    try:
        with log.open("rb") as file:
            found = os.fstat(file.fileno())
            if found.st_ino != number or found.st_size < position:
                position = 0
            file.seek(position)
            new = file.read(_CHUNK)
            return found.st_ino, position + len(new), new
    except FileNotFoundError:
        return number, position, b""
