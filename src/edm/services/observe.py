"""What is seen of instances, kept so that others need not look."""

from datetime import timedelta

from edm.ports.store import PLATFORM, State
from edm.services.bell import EVENTS
from edm.services.world import World
from edm.settings import Deadlines

_SERVES = frozenset({State.RUNNING, State.SLEEPING})
_AROUND = 15.0
"""Seconds for what goes before and after the wait for an end: what hangs is asked, then killed."""


def patience(limits: Deadlines) -> float:
    """Return the seconds a stop may take, of what hangs and has to be killed too."""
    return limits.stop + _AROUND


async def stop(world: World, name: str) -> None:
    """Stop an instance, and keep when it was used last: it cannot be asked later. Idempotent.

    The caller holds its turn.
    """
    seen = await world.runtime.inspect(name)
    if seen is not None and seen.used is not None:
        await world.store.touch(name, seen.used)
    # Also where nothing serves: a stop that was cut short has left what goes on behind its door.
    await world.runtime.stop(name, world.settings.deadlines.stop)


async def correct(world: World, name: str) -> None:
    """Have the store say of an instance that serves whether it runs or sleeps. Idempotent.

    The caller holds its turn.

    Raises:
        NotFound: There is no such instance.
    """
    instance = await world.store.instance(PLATFORM, name)
    runs = await world.runtime.inspect(name) is not None
    state = State.RUNNING if runs else State.SLEEPING
    if instance.serves and instance.state is not state:
        await world.store.move(name, state, world.clock.now(), only_from=_SERVES)


async def fell_asleep(world: World, name: str) -> None:
    """Record that an instance went to sleep by itself, unless it was woken meanwhile.

    The caller holds its turn.

    Raises:
        NotFound: There is no such instance.
    """
    instance = await world.store.instance(PLATFORM, name)
    if instance.state is State.RUNNING and await world.runtime.inspect(name) is None:
        now, move = world.clock.now(), world.store.move
        # It sleeps because for so long nobody used it, and it can say no more when that was.
        used = now - timedelta(seconds=instance.sleep_after)
        if await move(name, State.SLEEPING, now, only_from=_SERVES, what="sleep", used=used):
            world.bell.ring(EVENTS)
