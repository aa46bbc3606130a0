"""Operations: begun, carried out, and taken up again after a restart."""

import asyncio
import logging

from edm.core.problems import Problem
from edm.ports.errors import DeadlinePassed, EdmError, Refused
from edm.ports.store import PLATFORM, Operation, Principal, Progress, State, Verb
from edm.services import kinds, remove
from edm.services.accept import Accepted, Wish, accept, accept_deploy
from edm.services.journal import Journal
from edm.services.verbs import carry_out, steps
from edm.services.world import World

_log = logging.getLogger(__name__)


class Operator:
    """Carries out operations in the background, one at a time per instance."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tasks: set[asyncio.Task[None]] = set()

    async def deploy(self, who: Principal, name: str, wish: Wish) -> Accepted:
        """Accept a deploy and begin it. Raises as ``accept_deploy`` does."""
        accepted = await accept_deploy(self._world, who, name, wish)
        self._begin(accepted.operation, who.name)
        return accepted

    async def ask(self, who: Principal, name: str, verb: Verb) -> Accepted:
        """Accept any other verb and begin it. Raises as ``accept`` does."""
        accepted = await accept(self._world, who, name, verb)
        self._begin(accepted.operation, who.name)
        return accepted

    async def resume(self) -> None:
        """Take up again what a former process left unfinished."""
        for operation in await self._world.store.unfinished():
            self._begin(operation, PLATFORM.name)

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def shut(self) -> None:
        """Let go of what is under way; it is taken up again at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, operation: Operation, by: str) -> None:
        task = asyncio.create_task(run(self._world, operation, by), name=operation.id)
        # The loop keeps only a weak reference to a task.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def run(world: World, operation: Operation, by: str) -> None:
    """Carry an operation out to its end, good or bad; cancelled it stays unfinished."""
    journal = Journal(world, operation)
    try:
        await _try(world, journal, by)
    except Exception as failure:  # noqa: BLE001 - whatever it was, the operation has to end
        problems = _problems(operation.instance, failure)
        await _give_up(world, journal, problems)
        await journal.finish(f"{operation.verb.value} failed: {problems[0].message}", by, problems)


async def _try(world: World, journal: Journal, by: str) -> None:
    operation = journal.operation
    if operation.steps:
        order = await world.store.order(operation.id)
        await journal.begin(steps(operation.verb, file=bool(order.filename)))
        await carry_out(world, journal)
    await journal.finish(operation.verb.value, by)


def _problems(name: str, failure: Exception) -> tuple[Problem, ...]:
    if isinstance(failure, Refused):
        return failure.problems
    if isinstance(failure, DeadlinePassed):
        return (kinds.LATE.at(name, str(failure)),)
    if isinstance(failure, EdmError | OSError):
        return (kinds.BROKEN.at(name, str(failure)),)
    _log.error("a defect", exc_info=failure)
    return (kinds.DEFECT.at(name, f"{type(failure).__name__}: {failure}"),)


async def _give_up(world: World, journal: Journal, problems: tuple[Problem, ...]) -> None:
    name, reason = journal.operation.instance, str(Refused(*problems))
    try:
        if journal.operation.first:
            await remove.undo(world, name)
        elif _touched(journal.operation):
            await _settle(world, journal.operation, reason)
    except Exception:  # noqa: BLE001 - as above: a failed clean-up must not hide the failure
        _log.exception("cleaning up after operation %s failed", journal.operation.id)
        await world.store.move(name, State.FAILED, world.clock.now(), reason)


def _touched(operation: Operation) -> bool:
    """Whether the operation got as far as to what runs."""
    return any(
        step.name in {"start", "stop", "remove"} and step.progress is not Progress.WAITING
        for step in operation.steps
    )


async def _settle(world: World, operation: Operation, reason: str) -> None:
    """Have the state say what serves after a failure."""
    name = operation.instance
    instance = await world.store.instance(PLATFORM, name)
    running = await world.runtime.inspect(name)
    if running is not None and running.ready and operation.verb is not Verb.DELETE:
        await world.store.move(name, State.RUNNING, world.clock.now())
    elif operation.verb is not Verb.DEPLOY or instance.state is not State.STOPPED:
        await world.store.move(name, State.FAILED, world.clock.now(), reason)
