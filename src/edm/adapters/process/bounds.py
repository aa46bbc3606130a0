"""What the owner's code may use while it is built, as its instance may later."""

import asyncio
import os
import resource
import signal
from contextlib import suppress
from dataclasses import dataclass, field

from edm.adapters.process.usage import excess, sessions
from edm.ports.runtime import Limits

_LOOK = 0.1
"""Seconds between two looks."""


@dataclass(slots=True)
class Bounds:
    """Looks after one process and those it starts.

    Attributes:
        limits: What they may use.
        over: What they used too much of, and so were ended; empty if of nothing.
    """

    limits: Limits
    over: str = field(default="", init=False)

    async def keep(self, pid: int) -> None:
        """Bound the leader of a session until it uses too much, then end it and its group."""
        with suppress(ProcessLookupError):
            _lower(pid, resource.RLIMIT_NOFILE, self.limits.files)
            _lower(pid, resource.RLIMIT_CORE, 0)
        while not self.over:
            everybody = await asyncio.to_thread(sessions)
            self.over = excess(self.limits, everybody.get(pid, ()))
            if not self.over:
                await asyncio.sleep(_LOOK)
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _lower(pid: int, what: int, most: int) -> None:
    hard = resource.prlimit(pid, what)[1]
    lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.prlimit(pid, what, (lowest, lowest))
