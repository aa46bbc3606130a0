"""What ended by itself: what sleeps is noted, what crashed is started again or given up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from edm.core.lifecycle.crashes import recent, rest
from edm.ports.errors import EdmError, NotFound, Unable
from edm.ports.runtime import Ended
from edm.ports.store import PLATFORM, State
from edm.services import observe, starting
from edm.services.history import note
from edm.services.world import World

_log = logging.getLogger(__name__)
_SERVES = frozenset({State.RUNNING, State.SLEEPING})
_MOST_LINES = 20
"""Lines of an instance's log that its reason quotes."""
_AGAIN = 5.0
"""Seconds until ends are followed again after that failed."""
_ADVICE = "Read `edm logs`, then deploy a correction, roll back, or start it again."

Pause = Callable[[float], Awaitable[None]]


class Recovery:
    """Sees to instances that ended without anybody having asked for it."""

    def __init__(self, world: World, pause: Pause = asyncio.sleep) -> None:
        """Begin with no crash known.

        Args:
            world: The ports.
            pause: Waits for so many seconds.
        """
        self._world = world
        self._pause = pause
        self._crashes: dict[tuple[str, int], tuple[float, ...]] = {}

    async def follow(self) -> None:
        """See to every end as it happens, until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    async for ended in self._world.runtime.ends():
                        group.create_task(self.see_to(ended))
                except Exception:  # noqa: BLE001 - whatever it was, the next time it may work
                    _log.exception("ends of instances cannot be followed, trying again")
                await self._pause(_AGAIN)

    async def see_to(self, ended: Ended) -> None:
        """See to one end; what prevents that is logged, and seen at the next look at everything."""
        try:
            if ended.quiet:
                async with self._world.turns.of(ended.name):
                    await observe.fell_asleep(self._world, ended.name)
            else:
                with self._rest(ended.name):
                    await self._recover(ended)
        except NotFound:
            _log.info("%s ended, and is deleted by now", ended.name)
        except Exception:  # noqa: BLE001 - those of others have to be seen to all the same
            _log.exception("the end of %s cannot be seen to", ended.name)

    @contextmanager
    def _rest(self, name: str) -> Iterator[None]:
        """Have nobody start a crashed instance before its rest is over, but who has a request."""
        self._world.resting.add(name)
        try:
            yield
        finally:
            self._world.resting.discard(name)

    async def _recover(self, ended: Ended) -> None:
        reason, tries = _words(ended), 0
        while await self._should_run(ended):
            tries += 1
            pause = rest(max(self._count(ended), tries))
            await self._say(ended.name, reason.splitlines()[0], pause)
            if pause is None:
                return await self._give_up(ended, reason)
            await self._pause(pause)
            try:
                return await self._start(ended)
            except (Unable, OSError):
                # Not its fault: a request, or the next look at everything, tries again.
                _log.exception("%s cannot be started on this machine now", ended.name)
                return None
            except EdmError as failure:
                reason = str(failure) or type(failure).__name__
        return None

    def _count(self, ended: Ended) -> int:
        """Count a crash of a release and return how many count by now."""
        now = asyncio.get_running_loop().time()
        kept = {key: recent(times, now) for key, times in self._crashes.items()}
        self._crashes = {key: times for key, times in kept.items() if times}
        key = (ended.name, ended.release)
        self._crashes[key] = (*self._crashes.get(key, ()), now)
        return len(self._crashes[key])

    async def _should_run(self, ended: Ended) -> bool:
        instance = await self._world.store.instance(PLATFORM, ended.name)
        return instance.serves and instance.release == ended.release

    async def _say(self, name: str, reason: str, pause: float | None) -> None:
        then = "It is given up." if pause is None else f"It is started again in {pause:g} s."
        await note(self._world, PLATFORM, f"crash: {reason} {then}", name)

    async def _start(self, ended: Ended) -> None:
        world = self._world
        async with world.turns.of(ended.name):
            instance = await world.store.instance(PLATFORM, ended.name)
            # What was sent to sleep, stopped or replaced meanwhile is not to run for our sake.
            if instance.state is State.RUNNING and instance.release == ended.release:
                async with world.room:
                    await starting.start(world, instance, ended.release)

    async def _give_up(self, ended: Ended, reason: str) -> None:
        world, name = self._world, ended.name
        async with world.turns.of(name):
            said = f"It crashed again and again. {reason}\n{_ADVICE}"
            if await world.store.move(
                name, State.FAILED, world.clock.now(), said, only_from=_SERVES
            ):
                # A request may have woken it: what is failed must not run.
                await world.runtime.stop(name, world.settings.deadlines.stop)


def _words(ended: Ended) -> str:
    return "\n".join((ended.reason or "It ended.", *ended.last_lines[-_MOST_LINES:]))
