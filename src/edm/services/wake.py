"""Start the instance a request is for. Many requests to one instance cause one start."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hmac import compare_digest

from edm.core.lifecycle.rate import Rate, client_of
from edm.core.problems import Problem
from edm.ports.errors import Broken, DeadlinePassed, EdmError, NotFound, Unable
from edm.ports.log import concerning
from edm.ports.store import PLATFORM, Instance, State
from edm.services import kinds, starting
from edm.services.accounts import digest
from edm.services.bell import EVENTS
from edm.services.world import World

_log = logging.getLogger(__name__)
_SOON = 2
"""Seconds after which a client may try again where something is under way."""
_LATER = 30
"""Seconds after which a client may try again where somebody has to do something first."""
_QUEUES = 4
"""How many full queues of one instance may wait in all."""
_ASLEEP = frozenset({State.SLEEPING})


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


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request.

    Attributes:
        address: The client's address, as text; empty if unknown.
        key: What it shows as the instance's API key; empty if nothing.
        patience: Seconds after which it is rather told to come again; None for as long as it takes.
    """

    address: str = ""
    key: str = ""
    patience: float | None = None


NOBODY = Caller()


class Waker:
    """Wakes instances whose socket does not answer."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._starts: dict[str, asyncio.Future[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: Counter[str] = Counter()
        self._promised: set[str] = set()
        self._rate = Rate(world.settings.wake_rate)

    async def wake(self, name: str, caller: Caller = NOBODY) -> None:
        """Return when the instance is ready for the request that waits.

        Raises:
            NotFound: There is no such instance.
            Unavailable: It does not serve now, or not to this caller.
        """
        limit = self._world.settings.deadlines.wake
        shorter = caller.patience is not None and caller.patience < limit
        try:
            with self._place(name), concerning(name):
                async with asyncio.timeout(caller.patience if shorter else limit):
                    begun = self._starts.get(name) or await self._begin(name, caller)
                    # The start goes on for the others when one caller goes away.
                    await asyncio.shield(begun)
        except TimeoutError:
            if shorter and name in self._starts:
                # Who comes again finds it started, though nobody waits meanwhile.
                self._promised.add(name)
                raise Unavailable(kinds.NOT_YET.at(name, "It is being woken."), _SOON) from None
            raise Unavailable(kinds.NOT_YET.at(name, "It takes long to start."), _SOON) from None

    async def shut(self) -> None:
        """Let go of the starts under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @contextmanager
    def _place(self, name: str) -> Iterator[None]:
        """Have a place among those who wait."""
        most = self._world.settings.wake_queue
        if self._waiting[name] >= most or self._waiting.total() >= most * _QUEUES:
            message = f"Too many requests wait for {name} to wake."
            raise Unavailable(kinds.QUEUE_FULL.at(name, message), _SOON)
        self._waiting[name] += 1
        try:
            yield
        finally:
            self._waiting[name] -= 1
            if not self._waiting[name]:
                del self._waiting[name]

    async def _begin(self, name: str, caller: Caller) -> asyncio.Future[None]:
        instance = await self._world.store.instance(PLATFORM, name)
        _serving(instance)
        if name in self._starts:
            return self._starts[name]
        self._charge(instance, caller)
        ready = self._starts[name] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._start(name, ready), name=f"wake {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return ready

    def _charge(self, instance: Instance, caller: Caller) -> None:
        """Count a wake against a caller who does not show the instance's key."""
        if caller.key and compare_digest(digest(caller.key), instance.key_hash):
            return
        wait = self._rate.spend(client_of(caller.address), asyncio.get_running_loop().time())
        if wait:
            message = f"{caller.address or 'This client'} wakes too many instances."
            raise Unavailable(kinds.TOO_MANY_WAKES.at(instance.name, message), int(wait) + 1)

    async def _start(self, name: str, ready: asyncio.Future[None]) -> None:
        """Start an instance, tell those who wait, and only then record that it runs."""
        try:
            async with self._world.turns.of(name):
                await self._serve(name)
                self._tell(name, ready)
                await _record(self._world, name)
        except Exception as failure:  # noqa: BLE001 - whatever it was, those who wait are told
            if ready.done():
                # They have been told; that it runs is seen, and recorded, at the next look.
                _log.exception("That %s woke cannot be recorded.", name)
            else:
                self._tell(name, ready, failure)
        finally:
            self._promised.discard(name)
            if not ready.done():
                self._starts.pop(name)
                ready.cancel()

    async def _serve(self, name: str) -> None:
        async with self._world.room:
            if name not in self._waiting and name not in self._promised:
                # All went away while others were started: who comes next begins anew.
                raise Unavailable(kinds.NOT_YET.at(name, "Nobody waits for it."), _SOON)
            await serve(self._world, name)

    def _tell(
        self, name: str, ready: asyncio.Future[None], failure: Exception | None = None
    ) -> None:
        self._starts.pop(name)
        if failure is None:
            ready.set_result(None)
        else:
            ready.set_exception(failure)
            # Looked at, so that nobody is told of a failure nobody waited for.
            ready.exception()


async def serve(world: World, name: str) -> None:
    """Have an instance that should serve run. The caller holds its turn.

    Raises:
        NotFound: There is no such instance.
        Unavailable: It does not serve now.
    """
    instance = await world.store.instance(PLATFORM, name)
    _serving(instance)
    try:
        await _try_twice(world, instance)
    except DeadlinePassed as late:
        raise Unavailable(kinds.NOT_YET.at(name, f"{name} takes long to start."), _SOON) from late
    except (Unable, OSError) as failure:
        # It is not the instance's fault, so its state stays, and the next request tries again.
        _log.exception("%s cannot be started", name)
        problem = kinds.CANNOT_WAKE.at(name, f"{name} cannot be started on this machine now.")
        raise Unavailable(problem, _LATER) from failure
    except Broken as failure:
        # The owner reads why; strangers, who only called it, do not.
        await world.store.move(name, State.FAILED, world.clock.now(), str(failure))
        raise Unavailable(kinds.FAILED.at(name, f"{name} failed to start."), _LATER) from failure


async def _record(world: World, name: str) -> None:
    """Record that an instance runs because somebody uses it. The caller holds its turn."""
    now, move = world.clock.now(), world.store.move
    if await move(name, State.RUNNING, now, only_from=_ASLEEP, what="wake", used=now):
        world.bell.ring(EVENTS)


async def check_health(world: World, name: str) -> None:
    """Answer a monitor whose request reached no process, without waking anything.

    Raises:
        NotFound: There is no such instance.
        Unavailable: It does not sleep: it does not serve, or is not there though it should be.
    """
    instance = await world.store.instance(PLATFORM, name)
    _serving(instance)
    if not instance.sleep_after and instance.state is not State.SLEEPING:
        raise Unavailable(kinds.NOT_YET.at(name, f"{name} is being started."), _SOON)


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


async def _try_twice(world: World, instance: Instance) -> None:
    """Start an instance; that it dies at its start once may be an accident, twice is not."""
    try:
        await starting.start(world, instance, instance.release or 0)
    except Broken:
        # What the runtime itself needs may have died, not the instance.
        await world.runtime.ensure(world.settings.deadlines.start)
        await starting.start(world, instance, instance.release or 0)
