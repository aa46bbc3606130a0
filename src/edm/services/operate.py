"""Operations: begun, cancelled, and taken up again after a restart."""

import asyncio

from edm.core.problems import Problem
from edm.ports.errors import DeadlinePassed, Refused
from edm.ports.log import concerning
from edm.ports.store import Operation, Order, Principal, Progress, Verb
from edm.services import kinds
from edm.services.accept import Accepted, Wish, accept, accept_deploy
from edm.services.work import Work, cancellable, until_it_works
from edm.services.world import World

_NOTHING = Order()


class Operator:
    """Carries out operations in the background, one at a time per instance."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._works: dict[str, Work] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def deploy(self, who: Principal, name: str, wish: Wish) -> Accepted:
        """Accept a deploy and begin it. Raises as ``accept_deploy`` does."""
        accepted = await accept_deploy(self._world, who, name, wish)
        self._begin(accepted.operation)
        return accepted

    async def ask(self, who: Principal, name: str, verb: Verb, order: Order = _NOTHING) -> Accepted:
        """Accept any other verb and begin it. Raises as ``accept`` does."""
        accepted = await accept(self._world, who, name, verb, order)
        self._begin(accepted.operation)
        return accepted

    async def cancel(self, who: Principal, operation: str) -> Operation:
        """Cancel what is under way and return it, once its end is recorded. Idempotent.

        Its instance serves what it served before; cleaning up may go on for a while.

        Raises:
            NotFound: There is no such operation for this principal.
            Refused: It ended otherwise, or cannot be cancelled any more.
            DeadlinePassed: The step that is active does not end; nothing is recorded.
        """
        found = await self._world.store.operation(who, operation)
        work = self._works.get(operation)
        if work is None:
            # It may have ended since it was read; what has not ended was never begun.
            found = await self._world.store.operation(who, operation)
            if found.finished is not None:
                return _ended(found)
            work = self._begin(found)
        if not cancellable(found):
            raise Refused(_too_late(found, "What is being deleted cannot be kept."))
        work.cancel(kinds.CANCELLED.at(found.instance, f"{who.name} cancelled it."))
        await self._decided(work, found)
        return _ended(await self._world.store.operation(who, operation))

    async def resume(self) -> None:
        """Take up again what a former process left unfinished."""
        for operation in await until_it_works(self._world.store.unfinished):
            self._begin(operation)

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def shut(self) -> None:
        """Let go of what is under way; it is taken up again at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, operation: Operation) -> Work:
        """Have an operation carried out, unless it is already."""
        if operation.id in self._works:
            return self._works[operation.id]
        work = self._works[operation.id] = Work(self._world, operation)
        with concerning(operation.instance, operation.id):
            task = asyncio.create_task(work.run(), name=operation.id)
        # The loop keeps only a weak reference to a task.
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return work

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        del self._works[task.get_name()]

    async def _decided(self, work: Work, operation: Operation) -> None:
        limit = self._world.settings.deadlines.stop
        try:
            async with asyncio.timeout(limit):
                await work.decided.wait()
        except TimeoutError:
            raise DeadlinePassed(
                f"The step of operation {operation.id} that is active did not end within"
                f" {limit:g} s. It ends by its own deadline; look again then."
            ) from None


def _ended(operation: Operation) -> Operation:
    """Return an operation that was cancelled, or is about to end as cancelled."""
    if operation.progress is Progress.DONE:
        raise Refused(_too_late(operation, f"{operation.verb.value} is done already."))
    if operation.progress is Progress.FAILED:
        raise Refused(_too_late(operation, f"{operation.verb.value} has failed already."))
    return operation


def _too_late(operation: Operation, message: str) -> Problem:
    return kinds.TOO_LATE.at(operation.instance, message)
