"""The ends of instances, as they happen."""

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from edm.adapters.process import record
from edm.adapters.process.forks import Forks
from edm.adapters.process.places import Places
from edm.adapters.process.record import Life
from edm.adapters.system import processes
from edm.adapters.system.files import remove_if_empty, tail
from edm.ports.runtime import Ended

_LAST_LINES = 20


@dataclass(slots=True)
class Ends:
    """Waits for processes to end, and concludes what each end means.

    Attributes:
        places: Where the records are.
        forks: The fork server: it knows how its forks ended.
    """

    places: Places
    forks: Forks
    _found: asyncio.Queue[Ended] = field(default_factory=asyncio.Queue, init=False)
    _waits: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _listening: bool = field(default=False, init=False)

    async def listen(self) -> AsyncIterator[Ended]:
        """Yield each end that nobody asked for; those since the last boot first."""
        self._listening = True
        try:
            for life in map(record.read, record.every(self.places.run)):
                if life is not None and life.pid:
                    self.watch(life)
            while True:
                yield await self._found.get()
        finally:
            self._listening = False
            waits = tuple(self._waits)
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    def watch(self, life: Life) -> None:
        """Wait for the end of a process, if somebody listens."""
        if self._listening:
            wait = asyncio.create_task(self._wait(life), name=f"end of {life.name}")
            self._waits.add(wait)
            wait.add_done_callback(self._waits.discard)

    async def conclude(self, life: Life) -> None:
        """Say what the end of a process was, once, and forget the process."""
        await self.forks.settle()
        known = record.read(life.path)
        if known is None:
            return
        processes.kill_group(known.process)
        record.forget(life.path)
        remove_if_empty(life.path.parent)
        if known.asked is None and known.serving and known.boot == processes.boot():
            self._found.put_nowait(self._ended(known))

    def report(self, life: Life, reason: str) -> None:
        """Say that a process failed which has to be ended for that."""
        self._found.put_nowait(self._ended(replace(life, over=reason)))

    async def _wait(self, life: Life) -> None:
        await processes.ended(life.process)
        await self.conclude(life)

    def _ended(self, life: Life) -> Ended:
        if life.code == 0:
            return Ended(life.name, life.release, quiet=True)
        lines = tuple(tail(self.places.log(life.name), _LAST_LINES))
        return Ended(life.name, life.release, quiet=False, reason=_reason(life), last_lines=lines)


def _reason(life: Life) -> str:
    if life.over:
        return life.over
    if life.code is None:
        return "It ended; nobody was there to see how."
    if life.code < 0:
        return f"It was ended by {signal.Signals(-life.code).name}."
    return f"It ended with exit code {life.code}."
