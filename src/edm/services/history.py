"""What happened which is no operation: kept, told, and followed live."""

from collections.abc import AsyncIterator

from edm.ports.store import PLATFORM, Event, Principal
from edm.services import told
from edm.services.bell import EVENTS, heard
from edm.services.world import World

_AT_ONCE = 100
"""Events read at a time by one who follows."""


async def note(world: World, who: Principal, what: str, instance: str = "") -> None:
    """Keep that somebody did something, or that something happened, and tell who follows.

    Args:
        world: The ports.
        who: Who did it.
        what: What happened; its first word is its kind, by which it is counted.
        instance: What it happened to; empty for what is no instance's.
    """
    await world.store.add_event(who, what, world.clock.now(), instance)
    world.bell.ring(EVENTS)


async def last_failure(world: World, who: Principal, name: str) -> Event | None:
    """Return the event of a deploy that failed, or of a push that was refused; None if none did.

    Only until a later one succeeds, or an earlier release is gone back to.
    """
    for event in reversed(await world.store.events(who, name, _AT_ONCE)):
        if event.what.startswith(told.FAILED):
            return event
        if told.serves(event.what):
            return None
    return None


async def follow_events(
    world: World, who: Principal, name: str | None, after: int | None, pause: float
) -> AsyncIterator[Event | None]:
    """Yield events the principal may see as they happen, without end.

    Args:
        world: The ports.
        who: Who asks.
        name: Only those of this instance; None for all.
        after: Those after this id first; None for only what is new.
        pause: Seconds without an event after which None is yielded.
    """
    seen = await _newest(world) if after is None else after
    while True:
        # Listen before looking, else an event in between is missed.
        ringing = world.bell.listen(EVENTS)
        found = await world.store.events(who, name, _AT_ONCE, seen)
        for event in found:
            yield event
        if found:
            seen = found[-1].id
        elif not await heard(ringing, pause):
            yield None


async def _newest(world: World) -> int:
    newest = await world.store.events(PLATFORM, None, 1)
    return newest[0].id if newest else 0
