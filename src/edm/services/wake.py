"""Start the instance a request is for. Many requests to one instance cause one start."""

import asyncio

from edm.core.problems import Problem
from edm.ports.errors import Broken, DeadlinePassed, EdmError, NotFound
from edm.ports.store import PLATFORM, Instance, State
from edm.services import kinds, release
from edm.services.world import World

_SOON = 2
"""Seconds after which a client may try again where something is under way."""
_LATER = 30
"""Seconds after which a client may try again where somebody has to do something first."""


class Unavailable(EdmError):  # noqa: N818 - an answer, not a fault
    """The instance does not serve now.

    Attributes:
        problem: Why, and what to do.
        retry_after: Seconds after which trying again makes sense.
    """

    def __init__(self, problem: Problem, retry_after: int) -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.retry_after = retry_after


class Waker:
    """Wakes instances whose socket does not answer."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._starts: dict[str, asyncio.Task[None]] = {}

    async def wake(self, name: str) -> None:
        """Return when the instance is ready for the request that waits.

        Raises:
            NotFound: There is no such instance.
            Unavailable: It does not serve now.
        """
        begun = self._starts.get(name) or self._begin(name)
        try:
            # The start goes on for the others when one caller goes away.
            async with asyncio.timeout(self._world.settings.deadlines.wake):
                await asyncio.shield(begun)
        except TimeoutError:
            raise Unavailable(kinds.NOT_YET.at(name, "It takes long to start."), _SOON) from None

    async def shut(self) -> None:
        """Let go of the starts under way."""
        tasks = tuple(self._starts.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(wake_once(self._world, name), name=f"wake {name}")
        self._starts[name] = task
        task.add_done_callback(lambda ended: self._end(name, ended))
        return task

    def _end(self, name: str, ended: asyncio.Task[None]) -> None:
        del self._starts[name]
        # Asked for, so that nobody is told of an exception nobody waited for.
        _ = ended.cancelled() or ended.exception()


async def wake_once(world: World, name: str) -> None:
    """Start an instance that should serve. Raises as ``Waker.wake`` does."""
    _serving(await world.store.instance(PLATFORM, name))
    async with world.turns.of(name):
        # An operation may have held the turn until now, and changed everything.
        instance = await world.store.instance(PLATFORM, name)
        _serving(instance)
        await _start(world, instance)


def _serving(instance: Instance) -> None:
    name, state = instance.name, instance.state
    if state is State.DELETING:
        raise NotFound(f"{name} is being deleted.")
    if state in {State.STOPPED, State.STOPPING}:
        raise Unavailable(kinds.STOPPED.at(name, f"{name} is stopped."), _LATER)
    if state is State.FAILED:
        raise Unavailable(kinds.FAILED.at(name, f"{name} failed."), _LATER)
    if instance.release is None:
        raise Unavailable(kinds.NOT_YET.at(name, f"{name} is being made."), _SOON)


async def _start(world: World, instance: Instance) -> None:
    name = instance.name
    try:
        await _try_twice(world, instance)
    except DeadlinePassed as late:
        raise Unavailable(kinds.NOT_YET.at(name, f"{name} takes long to start."), _SOON) from late
    except Broken as failure:
        # The owner reads why; strangers, who only called it, do not.
        await world.store.move(name, State.FAILED, world.clock.now(), str(failure))
        raise Unavailable(kinds.FAILED.at(name, f"{name} failed to start."), _LATER) from failure
    if instance.state is not State.RUNNING:
        await world.store.move(name, State.RUNNING, world.clock.now())


async def _try_twice(world: World, instance: Instance) -> None:
    """Start an instance; that it dies at its start once may be an accident, twice is not."""
    try:
        await release.start(world, instance, instance.release or 0)
    except Broken:
        await release.start(world, instance, instance.release or 0)
