"""Locks of git processes that were killed."""

import asyncio
import time
from pathlib import Path

_STALE = 3.0
"""Seconds after which a lock is nobody's: git holds one for milliseconds."""

_PAUSE = 0.05
_LOOKS = 100
"""After these git itself says what is locked."""


async def clear(directory: Path) -> None:
    """Wait until nobody holds a branch of a repository; remove locks that were left behind."""
    for _ in range(_LOOKS):
        if not await asyncio.to_thread(_held, directory):
            return
        await asyncio.sleep(_PAUSE)


def _held(directory: Path) -> bool:
    """Remove stale locks and return whether others are left."""
    # HEAD is locked too when the branch it names moves.
    places = ("refs/heads/*.lock", "refs/edm/*.lock", "*.lock")
    locks = [lock for place in places for lock in directory.glob(place)]
    return not all(map(_removed, locks))


def _removed(lock: Path) -> bool:
    try:
        if time.time() - lock.stat().st_mtime < _STALE:
            return False
    except FileNotFoundError:
        return True
    lock.unlink(missing_ok=True)
    return True
