"""What is looked after as long as the control plane runs: the proxy, and the size of logs."""

import asyncio
import logging

from edm.ports.errors import EdmError
from edm.services.world import World

_log = logging.getLogger(__name__)

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 30.0
"""Seconds between two starts of a proxy that ends again at once; they double up to this."""

_STEADY = 60.0
"""Seconds after which a proxy that ended had been running well."""

_TIDY_PAUSE = 5.0
"""Seconds between two looks at the logs: an instance that floods its log fills no disk in that."""


async def watch(world: World) -> None:
    """Look after what runs, until cancelled."""
    async with asyncio.TaskGroup() as group:
        group.create_task(keep_ingress(world))
        group.create_task(keep_tidy(world))


async def keep_ingress(world: World, first_pause: float = _FIRST_PAUSE) -> None:
    """Start the proxy again whenever it ends, until cancelled.

    Args:
        world: The ports.
        first_pause: Seconds before the first new start.
    """
    clock, pause = asyncio.get_running_loop().time, first_pause
    while True:
        begun = clock()
        await world.ingress.ended()
        if clock() - begun > _STEADY:
            pause = first_pause
        _log.warning("The proxy ended. It is started again in %g s.", pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
        try:
            await world.ingress.ensure(world.settings.deadlines.ingress)
        except (EdmError, OSError):
            _log.exception("The proxy cannot be started again.")


async def keep_tidy(world: World, pause: float = _TIDY_PAUSE) -> None:
    """Keep logs within bounds, until cancelled.

    Args:
        world: The ports.
        pause: Seconds between two looks.
    """
    while True:
        try:
            await world.runtime.tidy()
        except (EdmError, OSError):
            _log.exception("Logs cannot be kept within bounds.")
        await asyncio.sleep(pause)
