"""What is looked after as long as the control plane runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from edm.ports.errors import EdmError
from edm.services.reconcile import reconcile
from edm.services.recover import Recovery
from edm.services.world import World

_log = logging.getLogger(__name__)

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 30.0
"""Seconds between two starts of a proxy that ends again at once; they double up to this."""

_STEADY = 60.0
"""Seconds after which a proxy that ended had been running well."""

_OFTEN = 5.0
"""Seconds between two looks at the runtime and at what was to end."""

_SELDOM = 60.0
"""Seconds between two looks at everything, for what was missed when it happened."""

_RARELY = 3600.0
"""Seconds between two looks at what gathers slowly."""

_MISSED = 3
"""Looks in a row at which a proxy that runs did not answer: then it hangs."""


async def watch(world: World) -> None:
    """Look after what runs, until cancelled. What fails begins anew; none of it ends another."""
    limits, recovery = world.settings.deadlines, Recovery(world)
    kept: tuple[tuple[Callable[[], Awaitable[object]], float], ...] = (
        (lambda: keep_ingress(world, _FIRST_PAUSE), _OFTEN),
        (lambda: keep_answering(world, _OFTEN), _OFTEN),
        (recovery.follow, _OFTEN),
        (lambda: world.runtime.ensure(limits.start), _OFTEN),
        (world.runtime.tidy, _OFTEN),
        (lambda: reconcile(world), _SELDOM),
        (world.repositories.tidy, _RARELY),
    )
    async with asyncio.TaskGroup() as group:
        for act, pause in kept:
            group.create_task(keep(act, pause))


async def keep_ingress(world: World, first_pause: float) -> None:
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


async def keep_answering(world: World, pause: float) -> None:
    """Start the proxy anew when it runs and does not answer, until cancelled.

    Args:
        world: The ports.
        pause: Seconds between two looks.
    """
    missed = 0
    while True:
        await asyncio.sleep(pause)
        missed = 0 if await world.ingress.running() else missed + 1
        if missed >= _MISSED:
            _log.warning("The proxy does not answer. It is started anew.")
            missed = 0
            await world.ingress.ensure(world.settings.deadlines.ingress)


async def keep(act: Callable[[], Awaitable[object]], pause: float) -> None:
    """Do something again and again, whether or not it fails, until cancelled.

    Args:
        act: What to do.
        pause: Seconds between two times.
    """
    while True:
        try:
            await act()
        except Exception:  # noqa: BLE001 - whatever it was, the next time it may work
            _log.exception("What is looked after cannot be, this time.")
        await asyncio.sleep(pause)
