"""Answers that go on: each ends soon after the token that opened it, and there is room for many."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from typing import TypeVar

from edm.ports.errors import NotFound
from edm.ports.store import Instance, Principal
from edm.services.world import World

T = TypeVar("T")

_MOST = 100
"""Streams one user may have open."""

_CHECK = 5.0
"""Seconds for which a stream may outlive its token."""


class Full(Exception):  # noqa: N818 - an answer, not a fault
    """The user has as many streams open as they may."""


class Streams:
    """What is open."""

    def __init__(self, world: World, most: int = _MOST, check: float = _CHECK) -> None:
        self._world = world
        self._most = most
        self._check = check
        self._open: Counter[int] = Counter()

    def have_room(self, who: Principal) -> None:
        """Do nothing if a user may open one more stream.

        Raises:
            Full: They may not.
        """
        if self._open[who.id] >= self._most:
            raise Full

    async def while_admitted(
        self, who: Principal, source: AsyncGenerator[T, None], about: Instance | None = None
    ) -> AsyncGenerator[T, None]:
        """Yield what a source does until it ends, or the token of who asked.

        What is about an instance ends with that as well: its name may be another's later.
        """
        clock = asyncio.get_running_loop().time
        due, coming = clock() + self._check, _next(source)
        self._open[who.id] += 1
        try:
            while True:
                await asyncio.wait({coming}, timeout=due - clock())
                if clock() >= due:
                    if not await self._admitted(who, about):
                        return
                    due = clock() + self._check
                if coming.done():
                    if isinstance(coming.exception(), StopAsyncIteration):
                        return
                    yield coming.result()
                    coming = _next(source)
        finally:
            self._open[who.id] -= 1
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
            await source.aclose()

    async def _admitted(self, who: Principal, about: Instance | None) -> bool:
        store = self._world.store
        if not await store.admits(who, self._world.clock.now()):
            return False
        if about is None:
            return True
        try:
            return (await store.instance(who, about.name)).created == about.created
        except NotFound:
            return False


def _next(source: AsyncGenerator[T, None]) -> asyncio.Future[T]:
    return asyncio.ensure_future(anext(source))
