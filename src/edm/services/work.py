"""One operation, from its first step to its end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from itertools import chain, repeat
from typing import TypeVar

from edm.core.problems import Problem, usable
from edm.ports.errors import DeadlinePassed, EdmError, Refused, TooLarge
from edm.ports.store import Operation, Verb
from edm.services import kinds, told
from edm.services.journal import Journal
from edm.services.outcome import happened
from edm.services.settle import serves, settle
from edm.services.verbs import carry_out, steps
from edm.services.world import World

T = TypeVar("T")

_log = logging.getLogger(__name__)
_PAUSES = (0.1, 1.0, 5.0, 30.0)
"""Seconds between tries to record how an operation ended; the last one again and again."""
_DEFECTS = 3
"""Defects after which trying again is no use."""

_MAKING = frozenset({Verb.DEPLOY, Verb.ROLLBACK})
"""What computes for a while."""


class Work:
    """An operation under way: its steps, which can be cancelled, then its end, which cannot.

    Attributes:
        decided: Set when it is recorded how the operation ends, though cleaning up may go on.
    """

    def __init__(self, world: World, operation: Operation) -> None:
        self.decided = asyncio.Event()
        self._world = world
        self._journal = Journal(world, operation)
        self._steps: asyncio.Task[tuple[Problem, ...]] | None = None
        self._cancelled: Problem | None = None
        self._ending = False

    async def run(self) -> None:
        """Carry the operation out to its end, good or bad; cancelled it stays unfinished."""
        # What a former process recorded as failed is not tried again, but cleaned up.
        problems = _failed(self._journal.operation) or await self._carry_out()
        self._ending = True
        # While it has not ended its instance is busy.
        try:
            await until_it_works(lambda: self._end(problems))
        except Exception as defect:  # noqa: BLE001 - whatever it was, the operation has to end
            await self._give_up(defect)
        self.decided.set()

    def cancel(self, problem: Problem) -> None:
        """End the step that is active and all that were to come, for this reason. Idempotent.

        Raises:
            Refused: The operation is ending already.
        """
        if self._cancelled is not None:
            return
        if self._ending or self._journal.sealed:
            raise Refused(kinds.TOO_LATE.at(problem.where, "The operation is ending already."))
        self._cancelled = problem
        if self._steps is not None:
            self._steps.cancel()

    async def _carry_out(self) -> tuple[Problem, ...]:
        """Take the steps; return why that failed, or nothing."""
        if self._cancelled is not None:
            return (self._cancelled,)
        self._steps = asyncio.create_task(_try(self._world, self._journal))
        try:
            return await self._steps
        except asyncio.CancelledError:
            if self._cancelled is None or _shutting():
                raise
            return (self._cancelled,)

    async def _end(self, problems: tuple[Problem, ...]) -> None:
        journal, operation = self._journal, self._journal.operation
        if not problems or await happened(self._world, operation):
            return await journal.finish(await told.success(self._world, operation))
        # Recorded first: who dies while cleaning up must not take the reason along.
        await journal.fail(problems)
        self.decided.set()
        await settle(self._world, journal.operation, str(Refused(*problems)))
        await journal.finish(told.failure(operation, problems), problems)
        return None

    async def _give_up(self, defect: Exception) -> None:
        """End the operation because its end has a defect; its instance stays as it is."""
        operation = self._journal.operation
        problems = _problems(operation.instance, defect)
        what = told.failure(operation, problems)
        try:
            await until_it_works(lambda: self._journal.finish(what, problems))
        except Exception:  # noqa: BLE001 - the next process tries again
            _log.exception("operation %s cannot end before the next start", operation.id)


def cancellable(operation: Operation) -> bool:
    """Return whether an operation can be cancelled at all: what is half deleted is no use."""
    return operation.verb is not Verb.DELETE


async def until_it_works(act: Callable[[], Awaitable[T]]) -> T:
    """Do what has to be done whatever happens, such as keeping an end while the disk is full.

    Raises:
        Exception: What is no failure of the world, but a defect, comes again and again.
    """
    defects = 0
    for pause in chain(_PAUSES, repeat(_PAUSES[-1])):
        try:
            return await act()
        except (EdmError, OSError):
            _log.exception("the store cannot be used, trying again in %g s", pause)
        except Exception:
            defects += 1
            if defects == _DEFECTS:
                raise
            _log.exception("a defect, trying again in %g s", pause)
        await asyncio.sleep(pause)
    raise AssertionError


def _shutting() -> bool:
    """Return whether it is the operation's own task that was cancelled, not only its steps."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _failed(operation: Operation) -> tuple[Problem, ...]:
    return () if usable(operation.problems) else operation.problems


async def _try(world: World, journal: Journal) -> tuple[Problem, ...]:
    """Do what there is to do; return why that failed, or nothing."""
    operation = journal.operation
    # Before the first step: how long others take says nothing of this one.
    room = world.making if operation.verb in _MAKING else nullcontext()
    try:
        async with room:
            if operation.steps and not await serves(world, operation):
                order = await world.store.order(operation.id)
                await journal.begin(steps(operation.verb, file=bool(order.filename)))
                await carry_out(world, journal)
    except Exception as failure:  # noqa: BLE001 - whatever it was, the operation has to end
        return _problems(operation.instance, failure)
    return ()


def _problems(name: str, failure: Exception) -> tuple[Problem, ...]:
    if isinstance(failure, Refused):
        return failure.problems
    if isinstance(failure, DeadlinePassed):
        return (kinds.LATE.at(name, str(failure)),)
    if isinstance(failure, TooLarge):
        return (kinds.TOO_MUCH.at(name, str(failure)),)
    if isinstance(failure, EdmError | OSError):
        return (kinds.BROKEN.at(name, str(failure)),)
    _log.error("a defect", exc_info=failure)
    return (kinds.DEFECT.at(name, f"{type(failure).__name__}: {failure}"),)
