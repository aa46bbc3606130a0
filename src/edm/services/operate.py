"""Operations: begun, carried out, and taken up again after a restart."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import chain, repeat
from typing import TypeVar

from edm.core.problems import Problem, usable
from edm.ports.errors import DeadlinePassed, EdmError, Refused
from edm.ports.store import Operation, Principal, Verb
from edm.services import kinds
from edm.services.accept import Accepted, Wish, accept, accept_deploy
from edm.services.journal import Journal
from edm.services.settle import serves, settle
from edm.services.verbs import carry_out, steps
from edm.services.world import World

T = TypeVar("T")

_log = logging.getLogger(__name__)
_PAUSES = (0.1, 1.0, 5.0, 30.0)
"""Seconds between tries to record how an operation ended; the last one again and again."""


class Operator:
    """Carries out operations in the background, one at a time per instance."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tasks: set[asyncio.Task[None]] = set()

    async def deploy(self, who: Principal, name: str, wish: Wish) -> Accepted:
        """Accept a deploy and begin it. Raises as ``accept_deploy`` does."""
        accepted = await accept_deploy(self._world, who, name, wish)
        self._begin(accepted.operation)
        return accepted

    async def ask(self, who: Principal, name: str, verb: Verb) -> Accepted:
        """Accept any other verb and begin it. Raises as ``accept`` does."""
        accepted = await accept(self._world, who, name, verb)
        self._begin(accepted.operation)
        return accepted

    async def resume(self) -> None:
        """Take up again what a former process left unfinished."""
        for operation in await _until_it_works(self._world.store.unfinished):
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

    def _begin(self, operation: Operation) -> None:
        task = asyncio.create_task(run(self._world, operation), name=operation.id)
        # The loop keeps only a weak reference to a task.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def run(world: World, operation: Operation) -> None:
    """Carry an operation out to its end, good or bad; cancelled it stays unfinished."""
    journal = Journal(world, operation)
    # What a former process recorded as failed is not tried again, but cleaned up.
    problems = _failed(operation) or await _try(world, journal)
    # While it has not ended its instance is busy.
    await _until_it_works(lambda: _end(world, journal, problems))


async def _until_it_works(act: Callable[[], Awaitable[T]]) -> T:
    """Do what has to be done whatever happens, such as keeping an end while the disk is full."""
    for pause in chain(_PAUSES, repeat(_PAUSES[-1])):
        try:
            return await act()
        except Exception:  # noqa: BLE001 - whatever it is, it may pass
            _log.exception("the store cannot be used, trying again in %g s", pause)
            await asyncio.sleep(pause)
    raise AssertionError


def _failed(operation: Operation) -> tuple[Problem, ...]:
    return () if usable(operation.problems) else operation.problems


async def _try(world: World, journal: Journal) -> tuple[Problem, ...]:
    """Do what there is to do; return why that failed, or nothing."""
    operation = journal.operation
    try:
        if operation.steps and not await serves(world, operation):
            order = await world.store.order(operation.id)
            await journal.begin(steps(operation.verb, file=bool(order.filename)))
            await carry_out(world, journal)
    except Exception as failure:  # noqa: BLE001 - whatever it was, the operation has to end
        return _problems(operation.instance, failure)
    return ()


async def _end(world: World, journal: Journal, problems: tuple[Problem, ...]) -> None:
    operation = journal.operation
    if not problems or await serves(world, operation):
        return await journal.finish(operation.verb.value)
    # Recorded first: who dies while cleaning up must not take the reason along.
    await journal.fail(problems)
    await settle(world, operation, str(Refused(*problems)))
    await journal.finish(f"{operation.verb.value} failed: {problems[0].message}", problems)
    return None


def _problems(name: str, failure: Exception) -> tuple[Problem, ...]:
    if isinstance(failure, Refused):
        return failure.problems
    if isinstance(failure, DeadlinePassed):
        return (kinds.LATE.at(name, str(failure)),)
    if isinstance(failure, EdmError | OSError):
        return (kinds.BROKEN.at(name, str(failure)),)
    _log.error("a defect", exc_info=failure)
    return (kinds.DEFECT.at(name, f"{type(failure).__name__}: {failure}"),)
