"""An instance's log: bounded, read from its end, and followed."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from edm.adapters.system.files import tail

LARGEST = 4 * 1024 * 1024
"""Bytes after which a start begins a new log; the one before is kept beside it."""

_PAUSE = 0.2
"""Seconds between two looks at a log that is followed."""

_CHUNK = 256 * 1024


def previous(log: Path) -> Path:
    """Return where the log before this one is kept."""
    return log.with_name(log.name + ".1")


def rotate(log: Path) -> None:
    """Begin a new log if this one is large."""
    if log.exists() and log.stat().st_size > LARGEST:
        log.replace(previous(log))


def shorten(log: Path) -> None:
    """Put the end of a log that has become very large aside, while its server goes on writing.

    The server appends, so its next line goes to the beginning of what was emptied. Where the disk
    is full it is emptied all the same.

    Raises:
        OSError: It is not there, or cannot be emptied.
    """
    if log.stat().st_size <= 4 * LARGEST:
        return
    with suppress(OSError), log.open("rb") as file:
        file.seek(-LARGEST, os.SEEK_END)
        previous(log).write_bytes(file.read(LARGEST))
    os.truncate(log, 0)


async def read(log: Path, lines: int, *, follow: bool) -> AsyncIterator[str]:
    """Yield the last lines; then, if followed, new ones until the log's directory is gone."""
    number, position = await asyncio.to_thread(_end, log)
    for line in await asyncio.to_thread(_last, log, lines):
        yield line
    rest = b""
    while follow and await asyncio.to_thread(log.parent.exists):
        number, position, new = await asyncio.to_thread(_new, log, number, position)
        *whole, rest = (rest + new).split(b"\n")
        for text in whole:
            yield text.decode(errors="replace")
        if not new:
            await asyncio.sleep(_PAUSE)


def _last(log: Path, lines: int) -> list[str]:
    """Return the last lines, those of the log before included if this one has too few."""
    found = tail(log, lines)
    return tail(previous(log), lines - len(found)) + found


def _end(log: Path) -> tuple[int, int]:
    try:
        found = log.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_ino, found.st_size


def _new(log: Path, number: int, position: int) -> tuple[int, int, bytes]:
    """Return what was written since: first the rest of the log that was read until now."""
    for path in (log, previous(log)):
        found, size = _end(path)
        if found == number and position < size:
            return number, *_chunk(path, position)
    found, size = _end(log)
    if found == number and position <= size:
        return number, position, b""
    # A new log has begun, or this one was emptied.
    return found, *_chunk(log, 0)


def _chunk(path: Path, position: int) -> tuple[int, bytes]:
    try:
        with path.open("rb") as file:
            file.seek(position)
            new = file.read(_CHUNK)
    except FileNotFoundError:
        return position, b""
    return position + len(new), new
