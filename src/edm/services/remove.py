"""Delete an instance so that nothing of it is left."""

from edm.ports.store import State
from edm.services import observe
from edm.services.journal import Journal
from edm.services.world import World

STEPS = ("stop", "remove")


async def remove(world: World, journal: Journal) -> None:
    """Stop an instance and delete all it has. Idempotent."""
    name, limits = journal.operation.instance, world.settings.deadlines
    await world.store.move(name, State.DELETING, world.clock.now())
    async with world.turns.of(name):
        async with journal.step("stop", observe.patience(limits)):
            await world.runtime.stop(name, limits.stop)
        async with journal.step("remove", limits.remove):
            await _clear(world, name)


async def undo(world: World, name: str) -> None:
    """Remove what a failed first deploy made, so that the name is free again. Idempotent.

    The caller holds its turn.
    """
    await world.runtime.stop(name, world.settings.deadlines.stop)
    await _clear(world, name)


async def _clear(world: World, name: str) -> None:
    await world.runtime.forget(name)
    await world.builder.delete(name)
    await world.databases.delete(name)
    await world.repositories.delete(name)
    # The row goes last: while it is there the name is taken and removing can be tried again.
    await world.store.erase(name)
