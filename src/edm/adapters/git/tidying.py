"""Packing what publishes and pushes leave, so that a repository does not grow without end."""

from asyncio import to_thread
from dataclasses import replace
from pathlib import Path

from edm.adapters.git.plumbing import Git, configured
from edm.adapters.git.unfinished import remove_unfinished

_LONGEST = 600.0
"""Seconds packing may take."""

_PACKS = 20
_LOOSE = 4
"""Loose objects in one of the 256 directories of them: git guesses their number so, too."""

_CONFIGURATION = (
    # Somebody may be sending what refers to objects that nothing refers to yet.
    ("gc.pruneExpire", "2.days.ago"),
    ("gc.packRefs", "false"),
    ("pack.threads", "1"),
    ("pack.windowMemory", "64m"),
)


def gathered(directory: Path) -> bool:
    """Return whether packing a repository is worth it."""
    objects = directory / "objects"
    packs = sum(1 for _ in objects.glob("pack/*.pack"))
    return packs > _PACKS or sum(1 for _ in objects.glob("17/*")) > _LOOSE


async def tidy(git: Git) -> None:
    """Pack a repository; killed, it changes nothing. git's own lock keeps two from doing so."""
    await to_thread(remove_unfinished, git.directory)
    slow = replace(git, deadline=_LONGEST)
    await slow("gc", "--quiet", env=configured(_CONFIGURATION))
