"""Make what runs what should run: at start-up, and again and again for what was missed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from edm.core.lifecycle import Action, Found, Move, Wanted, plan
from edm.ports.errors import NotFound
from edm.ports.store import PLATFORM, Instance
from edm.services import observe
from edm.services.wake import Unavailable, serve
from edm.services.world import World

_log = logging.getLogger(__name__)
_AT_ONCE = 2
"""Instances taken care of at the same time, so that requests that wake others get their turn."""


async def reconcile(world: World) -> tuple[Action, ...]:
    """Adopt what runs, stop what should not, start what should; return what was done."""
    actions = await survey(world)
    room = asyncio.Semaphore(_AT_ONCE)
    await asyncio.gather(*(_perform(world, action, room) for action in actions))
    return actions


async def survey(world: World) -> tuple[Action, ...]:
    """Return what is to be done."""
    unfinished = await world.store.unfinished()
    # What crashed is started after its rest, by who looks after that.
    busy = {operation.instance for operation in unfinished} | world.resting
    owned = await world.runtime.owned()
    found = tuple(Found(one.handle.name, one.release) for one in owned)
    standing = await world.store.standing(tuple(one.name for one in found))
    return plan(tuple(_wanted(one, busy=one.name in busy) for one in standing), found)


def _wanted(instance: Instance, *, busy: bool) -> Wanted:
    sleeps = instance.sleep_after > 0
    return Wanted(instance.name, instance.state, instance.release, busy, sleeps)


async def _perform(world: World, action: Action, room: asyncio.Semaphore) -> None:
    async with room:
        try:
            await _act(world, action)
        except (Unavailable, NotFound) as state:
            _log.info("%s %s: %s", action.move.value, action.name, state)
        except Exception:  # noqa: BLE001 - whatever it was, the others are seen to all the same
            _log.exception("%s %s failed", action.move.value, action.name)


async def _act(world: World, action: Action) -> None:
    async with world.turns.of(action.name):
        # Much may have happened while others had the turn.
        if await _still(world, action):
            await _MOVES[action.move](world, action.name)
            _log.info("%s %s", action.move.value, action.name)


async def _still(world: World, action: Action) -> bool:
    """Return whether an action is what is to be done. Who holds the turn finds nobody at work."""
    seen = await world.runtime.inspect(action.name)
    found = () if seen is None else (Found(action.name, seen.release),)
    busy = action.name in world.resting
    wanted = tuple(_wanted(one, busy=busy) for one in await _known(world, action.name))
    return plan(wanted, found) == (action,)


async def _known(world: World, name: str) -> tuple[Instance, ...]:
    try:
        return (await world.store.instance(PLATFORM, name),)
    except NotFound:
        return ()


async def _start(world: World, name: str) -> None:
    async with world.room:
        await serve(world, name)
    await observe.correct(world, name)


async def _stop(world: World, name: str) -> None:
    await world.runtime.stop(name, world.settings.deadlines.stop)


_MOVES: dict[Move, Callable[[World, str], Awaitable[None]]] = {
    Move.START: _start,
    Move.STOP: _stop,
    Move.RECORD: observe.correct,
}
