"""What was pushed to ``main`` goes live: at once, or after the operation that is under way."""

import asyncio
import logging

from edm.ports.errors import EdmError, NotFound, Refused
from edm.ports.store import PLATFORM, Instance, Operation, Principal
from edm.services import kinds, told
from edm.services.accept import Wish
from edm.services.follow import follow
from edm.services.history import note
from edm.services.operate import Operator
from edm.services.world import Turns, World

_log = logging.getLogger(__name__)
_PATIENCE = 10.0
"""Seconds a push may last longer to tell what becomes of it."""

_PAUSE = 15.0
"""Seconds without news of an operation after which it is looked at again."""

_EVENTS = 100
"""Events among which the one of a push is looked for."""


class Pushes:
    """Begins a deploy for each head of ``main`` that was pushed.

    Nothing of it is lost with this process: the repository itself says what was pushed and not
    taken up, and the next one begins with that.
    """

    def __init__(self, world: World, operator: Operator) -> None:
        self._world = world
        self._operator = operator
        self._tasks: set[asyncio.Task[Operation | None]] = set()
        self._turns = Turns()

    async def look(self, who: Principal, name: str, patience: float = _PATIENCE) -> str:
        """Have released what a push may have brought to ``main``; return what became of it.

        Raises nothing: whoever pushed has pushed.

        Args:
            who: Who pushed.
            name: Where to.
            patience: Seconds to wait for the end; it goes on without whoever pushed.

        Returns:
            A line for whoever pushed; empty if there was nothing to release.
        """
        try:
            head = await self._world.repositories.pushed(name)
            if head is None:
                return ""
            await note(self._world, who, _said(head), name)
            return await self._outcome(self._begin(who, name), name, patience)
        except EdmError:
            _log.exception("%s: what was pushed cannot be seen", name)
            return ""

    async def _outcome(
        self, taking_up: asyncio.Task[Operation | None], name: str, patience: float
    ) -> str:
        try:
            async with asyncio.timeout(patience):
                await asyncio.wait((taking_up,))
                operation = None if taking_up.cancelled() else taking_up.result()
                if operation is None:
                    return f"See `edm show {name}` and `edm events {name}`."
                return told.to_pusher(await self._end_of(operation))
        except TimeoutError:
            return f"It goes on; `edm show {name}` tells how it went."

    async def _end_of(self, operation: Operation) -> Operation:
        async for news in follow(self._world, PLATFORM, operation.id, 0, _PAUSE):
            if news is not None:
                _, operation = news
        return operation

    async def resume(self) -> None:
        """Release what was pushed and not taken up by a former process."""
        for name in await self._world.repositories.all_pushed():
            try:
                instance = await self._world.store.instance(PLATFORM, name)
            except NotFound:
                continue
            self._begin(await self._pusher(instance), name)

    async def settle(self) -> None:
        """Wait until all that was pushed is taken up."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def shut(self) -> None:
        """Let go; what was not taken up is at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _pusher(self, instance: Instance) -> Principal:
        """Return who pushed what a former process did not take up: its owner, if nobody knows."""
        store = self._world.store
        head = await self._world.repositories.pushed(instance.name)
        told = await store.events(PLATFORM, instance.name, _EVENTS)
        names = {event.principal for event in told if head and event.what == _said(head)}
        for user in await store.users(PLATFORM):
            if user.name in names and (user.admin or user.id == instance.owner):
                return Principal(user.id, user.name, admin=user.admin)
        return Principal(instance.owner, "", admin=False)

    def _begin(self, who: Principal, name: str) -> asyncio.Task[Operation | None]:
        task = asyncio.create_task(self._take_up(who, name), name=f"pushed to {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _take_up(self, who: Principal, name: str) -> Operation | None:
        """Release all there is; return the last operation that was begun for it."""
        last = None
        try:
            # Of those who wait here the first takes up all that was pushed meanwhile.
            async with self._turns.of(name):
                while (head := await self._world.repositories.pushed(name)) is not None:
                    last = await self._release(who, name, head) or last
        except NotFound:
            _log.info("%s was deleted before what was pushed went live", name)
        except EdmError:
            _log.exception("%s: what was pushed was not released", name)
        return last

    async def _release(self, who: Principal, name: str, head: str) -> Operation | None:
        """Have a head released; where that is not possible, say so and leave it at that."""
        if await self._await_others(name):
            # They may have released it.
            return None
        operation = None
        try:
            operation = (await self._operator.deploy(who, name, Wish())).operation
        except Refused as refusal:
            if any(problem.code == kinds.BUSY.code for problem in refusal.problems):
                # Somebody was quicker. Their operation is waited for, too.
                return None
            what = f"push not released: {refusal.problems[0].message}"
            await note(self._world, who, what, name)
        await self._world.repositories.take_up(name, head)
        return operation

    async def _await_others(self, name: str) -> bool:
        """Wait for the operation that is under way; return whether there was one."""
        others = [one for one in await self._world.store.unfinished() if one.instance == name]
        for operation in others:
            async for _ in follow(self._world, PLATFORM, operation.id, 0, _PAUSE):
                pass
        return bool(others)


def _said(head: str) -> str:
    """Return what is kept of a push."""
    return f"push: main is at {head}"
