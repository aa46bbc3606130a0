"""What came of an operation, whatever happened to it or to its process on the way."""

from contextlib import suppress

from edm.ports.errors import NotFound
from edm.ports.store import PLATFORM, Instance, Operation, Progress, State, Verb
from edm.services.release import configured
from edm.services.settle import serves
from edm.services.world import World

_STATES = {
    Verb.START: State.RUNNING,
    Verb.STOP: State.STOPPED,
    Verb.SLEEP: State.SLEEPING,
}
"""Where a verb leads; none of them is taken up for an instance that is there already."""


async def happened(world: World, operation: Operation) -> bool:
    """Return whether what an operation was asked for is recorded by now.

    Then it is done, also for who cancelled it too late, after a process that died before it could
    say so. Of a restart nobody can tell: before and after it the same is recorded, and cancelled
    or not, its instance runs.
    """
    if operation.verb is Verb.DEPLOY:
        return await serves(world, operation)
    with suppress(NotFound):
        instance = await world.store.instance(PLATFORM, operation.instance)
        if operation.verb is Verb.CONFIGURE:
            return await _has_settings(world, operation, instance)
        if operation.verb is Verb.ROLLBACK:
            return _chosen(operation) and instance.release == operation.release
        return instance.state is _STATES.get(operation.verb)
    return False


async def _has_settings(world: World, operation: Operation, instance: Instance) -> bool:
    order = await world.store.order(operation.id)
    return configured(instance, order) == instance


def _chosen(operation: Operation) -> bool:
    """Return whether the release to go back to is noted; until then it is the one that served."""
    done = {step.name for step in operation.steps if step.progress is Progress.DONE}
    return "compare" in done
