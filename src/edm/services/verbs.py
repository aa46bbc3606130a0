"""What each verb does to an instance, step by step."""

from edm.ports.store import PLATFORM, Instance, State, Verb
from edm.services import publish, release, remove
from edm.services.journal import Journal
from edm.services.world import World

_STEPS = {
    Verb.START: ("start",),
    Verb.STOP: ("stop",),
    Verb.RESTART: ("stop", "start"),
    Verb.SLEEP: ("sleep",),
    Verb.CONFIGURE: ("configure",),
    Verb.ROLLBACK: ("start",),
    Verb.DELETE: remove.STEPS,
}


def steps(verb: Verb, *, file: bool) -> tuple[str, ...]:
    """Return the names of the steps a verb takes; a deploy without a file publishes nothing."""
    if verb is Verb.DEPLOY:
        return (publish.STEPS if file else ("commit",)) + release.STEPS
    return _STEPS[verb]


async def carry_out(world: World, journal: Journal) -> None:
    """Do what an operation is about. Each step can be done again without harm.

    Raises:
        EdmError: It cannot be done, or the world failed.
    """
    if journal.operation.verb is Verb.DEPLOY:
        await _deploy(world, journal)
    elif journal.operation.verb is Verb.DELETE:
        await remove.remove(world, journal)
    else:
        await _operate(world, journal)


async def _deploy(world: World, journal: Journal) -> None:
    order = await world.store.order(journal.operation.id)
    if order.filename:
        model = await publish.publish(world, journal, order)
    else:
        model = await publish.publish_head(world, journal)
    await release.release(world, journal, order, model)


async def _operate(world: World, journal: Journal) -> None:
    verb, name = journal.operation.verb, journal.operation.instance
    async with world.turns.of(name):
        if verb is not Verb.START:
            await _stop(world, journal)
        if verb is not Verb.STOP:
            await _start(world, journal, await world.store.instance(PLATFORM, name))


async def _stop(world: World, journal: Journal) -> None:
    name, limit = journal.operation.instance, world.settings.deadlines.stop
    # Only `stop` says so before: a restart that is cut short has to start again.
    ends = journal.operation.verb is Verb.STOP
    async with journal.step("stop", limit):
        if ends:
            await world.store.move(name, State.STOPPING, world.clock.now())
        await world.runtime.stop(name, limit)
        if ends:
            await world.store.move(name, State.STOPPED, world.clock.now())


async def _start(world: World, journal: Journal, instance: Instance) -> None:
    name, number = instance.name, instance.release or 0
    async with journal.step("start", release.starting(world.settings.deadlines)):
        if not instance.serves:
            await world.store.move(name, State.STARTING, world.clock.now())
        await release.start(world, instance, number)
        await journal.note(release=number)
        await world.store.move(name, State.RUNNING, world.clock.now())
