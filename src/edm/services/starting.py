"""An instance brought up with its release, for those it is for."""

from edm.ports.errors import Broken, Unable
from edm.ports.operator_key import operator_key
from edm.ports.runtime import InstanceSpec, Limits
from edm.ports.store import PLATFORM, Instance, Order, Release
from edm.services.accounts import digest
from edm.services.world import World
from edm.settings import Deadlines, Settings

GRACE = 3.0
"""Seconds for what is under way when it is changed who may call an instance."""

_MEBIBYTE = 1024 * 1024


def patience(limits: Deadlines) -> float:
    """Return the seconds a start may take: damaged files are built anew, then it starts again."""
    return limits.start + limits.build + limits.start + GRACE


def allowed(settings: Settings) -> Limits:
    """Return what the owner's code may use, while it is built and when it serves."""
    return Limits(
        memory=settings.memory_limit * _MEBIBYTE,
        files=settings.files_limit,
        processes=settings.processes_limit,
    )


async def exchange(world: World, instance: Instance, order: Order) -> None:
    """Have an instance run with what an order changes, if it does not already.

    Who may not call it any more gets no answer from the one before when this returns. The caller
    holds its turn.

    Raises:
        Broken: It died; the message has the last lines of its log.
        DeadlinePassed: It was not ready in time, or the one before does not end.
    """
    await start(world, instance, instance.release or 0)
    if order.access is not None or order.key_hash:
        await world.runtime.replaced(instance.name, GRACE)


async def start(world: World, instance: Instance, number: int) -> None:
    """Have a release of an instance run for those it is for, if it does not already.

    The caller holds its turn. What runs under the name goes on until the release is ready.

    Raises:
        Broken: It died; the message has the last lines of its log.
        Unable: The machine has no room for it now.
        DeadlinePassed: It was not ready in time.
    """
    chosen = await world.store.release(PLATFORM, instance.name, number)
    spec = await _spec(world, chosen, instance)
    limits = world.settings.deadlines
    try:
        await world.runtime.start(spec, limits.start)
    except Broken as failure:
        # Its files, not its source, may be at fault: a disk that was full, a power cut.
        if await world.builder.intact(chosen.instance, chosen.commit):
            raise await _explained(world, chosen.instance, failure) from failure
        await world.builder.build(chosen.instance, chosen.commit, limits.build)
        await world.runtime.start(spec, limits.start)


async def _explained(world: World, name: str, failure: Broken) -> Broken:
    """Return why an instance died, with what is wrong with its data if that is the reason."""
    # Where the machine has no room, nothing can be said of the data either.
    damage = "" if isinstance(failure, Unable) else await world.databases.damage(name)
    return Broken(f"{damage} {failure}") if damage else failure


async def _spec(world: World, chosen: Release, instance: Instance) -> InstanceSpec:
    key = operator_key(world.operator_key, instance.name)
    environment = {
        "ACCESS": instance.access.value,
        "API_KEY_SHA256": instance.key_hash,
        "SLEEP_AFTER_SECONDS": str(instance.sleep_after),
        "CORS_ORIGINS": ",".join(instance.origins),
        "OPERATOR_KEY_SHA256": digest(key) if key else "",
    }
    return InstanceSpec(
        name=chosen.instance,
        release=chosen.number,
        artefact=chosen.artefact,
        database_url=await world.databases.ensure(chosen.instance),
        environment=tuple(environment.items()),
        limits=allowed(world.settings),
    )
