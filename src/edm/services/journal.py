"""An operation's steps, recorded as they happen."""

from asyncio import timeout
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from edm.core.problems import Problem
from edm.ports.errors import DeadlinePassed
from edm.ports.store import Operation, Progress, Step
from edm.services import kinds
from edm.services.bell import EVENTS
from edm.services.world import World

_GRACE = 2.0
"""Seconds by which an adapter's own deadline goes before ours: its message says more."""


class Journal:
    """The record of one operation under way.

    Each change is kept before anybody hears of it, so that what was seen also outlives us.

    Attributes:
        operation: The operation as it is recorded.
        sealed: Whether it is too late to cancel it: what was asked for is being recorded.
    """

    def __init__(self, world: World, operation: Operation) -> None:
        self._world = world
        self.operation = operation
        self.sealed = False

    async def begin(self, names: tuple[str, ...]) -> None:
        """Say which steps there will be; those a former process has done stay done."""
        done = {step.name: step for step in self.operation.steps if step.progress is Progress.DONE}
        steps = tuple(done.get(name, Step(name, Progress.WAITING)) for name in names)
        await self._keep(replace(self.operation, steps=steps, progress=Progress.ACTIVE))

    @asynccontextmanager
    async def step(self, name: str, deadline: float) -> AsyncIterator[None]:
        """Record a step around the work inside, which may take ``deadline`` seconds.

        Raises:
            DeadlinePassed: It took longer.
        """
        begun = self._world.clock.now()
        await self._mark(Step(name, Progress.ACTIVE))
        try:
            async with timeout(deadline + _GRACE):
                yield
        except TimeoutError:
            raise DeadlinePassed(f"{name} took longer than {deadline:g} s.") from None
        seconds = (self._world.clock.now() - begun).total_seconds()
        await self._mark(Step(name, Progress.DONE, seconds=round(seconds, 3)))

    def seal(self) -> None:
        """Say that the operation cannot be cancelled from here on.

        Called before what was asked for is recorded: an operation that is cancelled did nothing.
        """
        self.sealed = True

    async def note(self, *, commit: str | None = None, release: int | None = None) -> None:
        """Keep what a step made, so that it is not made again."""
        changed = replace(
            self.operation,
            commit=self.operation.commit if commit is None else commit,
            release=self.operation.release if release is None else release,
        )
        await self._keep(changed)

    async def add(self, *problems: Problem) -> None:
        """Keep problems that do not prevent going on, beside those there are. Idempotent."""
        said = self.operation.problems
        new = tuple(each for each in problems if each not in said)
        if new:
            await self._keep(replace(self.operation, problems=said + new))

    def done(self, name: str) -> bool:
        """Return whether a step is done, be it by a former process."""
        ended = (step.name for step in self.operation.steps if step.progress is Progress.DONE)
        return name in ended

    async def fail(self, problems: tuple[Problem, ...]) -> None:
        """Keep why the operation fails; it ends when what it left is cleaned up."""
        steps = tuple(_ended(step, problems) for step in self.operation.steps)
        await self._keep(replace(self.operation, steps=steps, problems=problems))

    async def finish(self, what: str, problems: tuple[Problem, ...] = ()) -> None:
        """Say that the operation ended: well, or with the problems that ended it."""
        ended = replace(
            self.operation,
            progress=_outcome(problems) if problems else Progress.DONE,
            finished=self._world.clock.now(),
            steps=tuple(_ended(step, problems) for step in self.operation.steps),
            problems=problems or self.operation.problems,
        )
        await self._world.store.close(ended, what)
        self._tell(ended)
        self._world.bell.ring(EVENTS)

    async def _mark(self, changed: Step) -> None:
        steps = tuple(
            changed if step.name == changed.name else step for step in self.operation.steps
        )
        await self._keep(replace(self.operation, steps=steps))

    async def _keep(self, operation: Operation) -> None:
        await self._world.store.record(operation)
        self._tell(operation)

    def _tell(self, operation: Operation) -> None:
        self.operation = operation
        self._world.bell.ring(operation.id)


def cancelled(problems: tuple[Problem, ...]) -> bool:
    """Return whether these problems say that somebody cancelled the operation."""
    return any(problem.code == kinds.CANCELLED.code for problem in problems)


def _outcome(problems: tuple[Problem, ...]) -> Progress:
    return Progress.CANCELLED if cancelled(problems) else Progress.FAILED


def _ended(step: Step, problems: tuple[Problem, ...]) -> Step:
    if not problems:
        # Also those of a former process, which died before it could say that all was done.
        return replace(step, progress=Progress.DONE)
    if step.progress is not Progress.ACTIVE:
        return step
    return replace(step, progress=_outcome(problems), detail=problems[0].message)
