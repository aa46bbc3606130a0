"""Make what runs what should run, once at start-up."""

import asyncio
import logging

from edm.core.lifecycle import Action, Found, Move, Wanted, plan
from edm.ports.errors import EdmError, NotFound
from edm.ports.store import PLATFORM
from edm.services.wake import Unavailable, wake_once
from edm.services.world import World

_log = logging.getLogger(__name__)
_AT_ONCE = 4
"""Instances started at the same time: more would only wait for each other."""


async def reconcile(world: World) -> tuple[Action, ...]:
    """Adopt what runs, stop what should not, start what should; return what was done."""
    actions = await survey(world)
    room = asyncio.Semaphore(_AT_ONCE)
    await asyncio.gather(*(_perform(world, action, room) for action in actions))
    return actions


async def survey(world: World) -> tuple[Action, ...]:
    """Return what is to be done."""
    busy = {operation.instance for operation in await world.store.unfinished()}
    wanted = tuple(
        Wanted(one.name, one.state, one.release, one.name in busy)
        for one in await world.store.instances(PLATFORM)
    )
    owned = await world.runtime.owned()
    return plan(wanted, tuple(Found(one.handle.name, one.release) for one in owned))


async def _perform(world: World, action: Action, room: asyncio.Semaphore) -> None:
    async with room:
        try:
            await _act(world, action)
        except (Unavailable, NotFound) as state:
            _log.info("%s %s: %s", action.move.value, action.name, state)
        except EdmError:
            _log.exception("%s %s failed", action.move.value, action.name)


async def _act(world: World, action: Action) -> None:
    if action.move is not Move.START:
        async with world.turns.of(action.name):
            # An operation may have begun since.
            if action not in await survey(world):
                return
            await world.runtime.stop(action.name, world.settings.deadlines.stop)
    if action.move is not Move.STOP:
        await wake_once(world, action.name)
