"""What each verb does to an instance, step by step."""

from collections.abc import Awaitable, Callable

from edm.ports.store import PLATFORM, State, Verb
from edm.services import observe, publish, release, remove, rollback, starting
from edm.services.journal import Journal
from edm.services.world import World

_STEPS = {
    Verb.START: ("start",),
    Verb.STOP: ("stop",),
    Verb.RESTART: ("stop", "start"),
    Verb.SLEEP: ("sleep",),
    Verb.CONFIGURE: ("configure",),
    Verb.ROLLBACK: rollback.STEPS,
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
    await _CARRIERS[journal.operation.verb](world, journal)


async def _deploy(world: World, journal: Journal) -> None:
    order = await world.store.order(journal.operation.id)
    if order.filename:
        await publish.publish(world, journal, order)
    else:
        await publish.publish_head(world, journal)
    await release.release(world, journal, order)


async def _begin(world: World, journal: Journal) -> None:
    async with world.turns.of(journal.operation.instance):
        await _start(world, journal)


async def _end(world: World, journal: Journal) -> None:
    name = journal.operation.instance
    async with (
        world.turns.of(name),
        journal.step("stop", observe.patience(world.settings.deadlines)),
    ):
        await world.store.move(name, State.STOPPING, world.clock.now())
        await observe.stop(world, name)
        journal.seal()
        await world.store.move(name, State.STOPPED, world.clock.now())


async def _restart(world: World, journal: Journal) -> None:
    name = journal.operation.instance
    async with world.turns.of(name):
        async with journal.step("stop", observe.patience(world.settings.deadlines)):
            await observe.stop(world, name)
        await _start(world, journal)


async def _start(world: World, journal: Journal) -> None:
    instance = await world.store.instance(PLATFORM, journal.operation.instance)
    name, number = instance.name, instance.release or 0
    async with journal.step("start", starting.patience(world.settings.deadlines)):
        if not instance.serves:
            await world.store.move(name, State.STARTING, world.clock.now())
        await starting.start(world, instance, number)
        await journal.note(release=number)
        journal.seal()
        await world.store.move(name, State.RUNNING, world.clock.now())


async def _sleep(world: World, journal: Journal) -> None:
    name = journal.operation.instance
    async with (
        world.turns.of(name),
        journal.step("sleep", observe.patience(world.settings.deadlines)),
    ):
        await observe.stop(world, name)
        journal.seal()
        await world.store.move(name, State.SLEEPING, world.clock.now())


async def _configure(world: World, journal: Journal) -> None:
    """Have what runs know its new settings before they are recorded: a failure changes nothing."""
    name, order = journal.operation.instance, await world.store.order(journal.operation.id)
    async with (
        world.turns.of(name),
        journal.step("configure", starting.patience(world.settings.deadlines)),
    ):
        instance = release.configured(await world.store.instance(PLATFORM, name), order)
        if instance.serves and await world.runtime.inspect(name) is not None:
            await starting.exchange(world, instance, order)
        journal.seal()
        await world.store.configure(instance)


_CARRIERS: dict[Verb, Callable[[World, Journal], Awaitable[None]]] = {
    Verb.DEPLOY: _deploy,
    Verb.START: _begin,
    Verb.STOP: _end,
    Verb.RESTART: _restart,
    Verb.SLEEP: _sleep,
    Verb.CONFIGURE: _configure,
    Verb.ROLLBACK: rollback.roll_back,
    Verb.DELETE: remove.remove,
}
