"""Locks of git processes that were killed."""

import asyncio
import time
from pathlib import Path

from edm.adapters.git.guests import at_work

_STALE = 3.0
"""Seconds after which it is worth asking whose a lock is: git holds one for milliseconds, but for
as long as its disk takes, and it works on when who started it was killed."""

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
    """Remove locks that nobody holds any more; return whether somebody holds one."""
    # HEAD is locked too when the branch it names moves.
    places = ("refs/heads/*.lock", "refs/edm/*.lock", "*.lock")
    locks = [lock for place in places for lock in directory.glob(place)]
    if not all(map(_old, locks)) or (locks and at_work(directory)):
        return True
    for lock in locks:
        lock.unlink(missing_ok=True)
    return False


def _old(lock: Path) -> bool:
    try:
        return time.time() - lock.stat().st_mtime >= _STALE
    except FileNotFoundError:
        return True
