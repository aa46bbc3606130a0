"""After a failure or a cancel: have what runs and what is recorded agree again."""

import logging
from contextlib import suppress

from edm.ports.errors import EdmError, NotFound, Unable
from edm.ports.store import PLATFORM, Instance, Operation, Progress, State, Verb
from edm.services import remove, starting
from edm.services.journal import cancelled
from edm.services.world import World

_log = logging.getLogger(__name__)
_RESTING = frozenset({State.STOPPED, State.FAILED})
"""States in which nothing runs, nor is woken."""


async def serves(world: World, operation: Operation) -> bool:
    """Return whether what an operation makes or goes back to is what the instance serves by now.

    Then it did all it was asked for, whatever happened to it or to its process later.
    """
    if operation.verb not in {Verb.DEPLOY, Verb.ROLLBACK}:
        return False
    instance = await _find(world, operation.instance)
    if instance is None or instance.release is None:
        return False
    if operation.verb is Verb.ROLLBACK:
        # Its first step chooses the release.
        chosen = any(step.progress is Progress.DONE for step in operation.steps)
        return chosen and instance.serves and instance.release == operation.release
    serving = await world.store.release(PLATFORM, instance.name, instance.release)
    return serving.operation == operation.id


async def settle(world: World, operation: Operation, reason: str) -> None:
    """Undo a first deploy that failed; else have run what is recorded, or say it is failed.

    What the operation itself remembers does not count, as a former process may have done more.
    Idempotent; raises only if the store fails.
    """
    async with world.turns.of(operation.instance):
        instance = await _find(world, operation.instance)
        if instance is None:
            return
        try:
            await _agree(world, operation, instance, reason)
        except Exception:  # noqa: BLE001 - whatever it was, the state has to say so
            # A failed clean-up must not hide the failure.
            _log.exception("cleaning up after operation %s failed", operation.id)
            await _fail(world, operation, instance, reason)


async def _agree(world: World, operation: Operation, instance: Instance, reason: str) -> None:
    # Data that was served once is never deleted here.
    if operation.first and instance.release is None:
        await remove.undo(world, instance.name)
    elif instance.state in _RESTING:
        await world.runtime.stop(instance.name, world.settings.deadlines.stop)
    elif instance.serves:
        await _serve(world, instance)
    elif cancelled(operation.problems):
        await _back(world, instance)
    elif operation.verb is not Verb.DELETE and await _runs(world, instance):
        await world.store.move(instance.name, State.RUNNING, world.clock.now())
    else:
        await _fail(world, operation, instance, reason)


async def _serve(world: World, instance: Instance) -> None:
    """Have what is recorded serve, and nothing else; what sleeps need not be woken for that."""
    asleep = instance.state is State.SLEEPING
    if asleep and await world.runtime.inspect(instance.name) is None:
        return
    try:
        await starting.start(world, instance, instance.release or 0)
    except (Unable, OSError):
        _log.exception("%s cannot be started on this machine now", instance.name)
        # What runs may be what is not recorded. What is recorded is started when there is room.
        await world.runtime.stop(instance.name, world.settings.deadlines.stop)


async def _back(world: World, instance: Instance) -> None:
    """Undo what was begun and cancelled: what was to stop runs, what was to start is stopped."""
    if instance.state is State.STOPPING:
        await starting.start(world, instance, instance.release or 0)
        await world.store.move(instance.name, State.RUNNING, world.clock.now())
    else:
        await world.runtime.stop(instance.name, world.settings.deadlines.stop)
        await world.store.move(instance.name, State.STOPPED, world.clock.now())


async def _runs(world: World, instance: Instance) -> bool:
    running = await world.runtime.inspect(instance.name)
    return running is not None and running.ready and running.release == instance.release


async def _fail(world: World, operation: Operation, instance: Instance, reason: str) -> None:
    # What is failed must not run: nobody may be served what is not recorded.
    with suppress(EdmError, OSError):
        await world.runtime.stop(instance.name, world.settings.deadlines.stop)
    # Of what is half deleted nothing can start: it can only be deleted again.
    state = State.DELETING if operation.verb is Verb.DELETE else State.FAILED
    await world.store.move(instance.name, state, world.clock.now(), reason)


async def _find(world: World, name: str) -> Instance | None:
    with suppress(NotFound):
        return await world.store.instance(PLATFORM, name)
    return None
