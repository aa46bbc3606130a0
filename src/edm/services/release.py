"""From a commit to what serves."""

from dataclasses import replace

from edm.ports.errors import Broken, DeadlinePassed, Refused
from edm.ports.runtime import InstanceSpec
from edm.ports.store import PLATFORM, Access, Instance, Order, Release
from edm.services import kinds
from edm.services.journal import Journal
from edm.services.world import World
from edm.settings import Deadlines

STEPS = ("build", "start")


async def release(world: World, journal: Journal, order: Order, model: bytes) -> None:
    """Build the commit that was published and have it serve. Idempotent.

    Raises:
        Refused: It did not become ready; what served before serves again.
    """
    made = await _build(world, journal, model)
    # Who holds the turn has deadlines of its own, so waiting for it is not the step's.
    async with (
        world.turns.of(made.instance),
        journal.step("start", replacing(world.settings.deadlines)),
    ):
        await _serve(world, made, order)


def starting(limits: Deadlines) -> float:
    """Return the seconds a start may take: what runs stops first, and after it what fails."""
    return limits.stop + limits.start + limits.stop


def replacing(limits: Deadlines) -> float:
    """Return the seconds a new release may take to serve, or else the old one to serve again."""
    return limits.stop + starting(limits) + starting(limits)


async def start(world: World, instance: Instance, number: int) -> None:
    """Have a release of an instance run for those it is for, if it does not already.

    The caller holds its turn.

    Raises:
        Broken: It died; the message has the last lines of its log.
        DeadlinePassed: It was not ready in time.
    """
    chosen = await world.store.release(PLATFORM, instance.name, number)
    spec = await _spec(world, chosen, instance.access, instance.key_hash)
    limits = world.settings.deadlines
    try:
        await world.runtime.start(spec, limits.start)
    except Broken:
        # Its files, not its source, may be at fault: a disk that was full, a power cut.
        if await world.builder.intact(chosen.instance, chosen.commit):
            raise
        await world.builder.build(chosen.instance, chosen.commit, limits.build)
        await world.runtime.start(spec, limits.start)


async def _build(world: World, journal: Journal, model: bytes) -> Release:
    name, limit = journal.operation.instance, world.settings.deadlines.build
    async with journal.step("build", limit):
        artefact = await world.builder.build(name, journal.operation.commit, limit)
        made = await world.store.add_release(
            Release(
                instance=name,
                number=0,
                commit=journal.operation.commit,
                artefact=artefact,
                created=world.clock.now(),
                operation=journal.operation.id,
                model=model,
            )
        )
        await journal.note(release=made.number)
    return made


async def _serve(world: World, made: Release, order: Order) -> None:
    instance = await world.store.instance(PLATFORM, made.instance)
    access = order.access or instance.access
    key_hash = order.key_hash or instance.key_hash
    await _cut_over(world, instance, await _spec(world, made, access, key_hash))
    serving = replace(
        instance,
        release=made.number,
        access=access,
        key_hash=key_hash,
        changed=world.clock.now(),
    )
    await world.store.activate(serving)


async def _cut_over(world: World, instance: Instance, spec: InstanceSpec) -> None:
    """Put a new release in the old one's place. The one place that knows in which order."""
    serving = await world.runtime.inspect(spec.name)
    if serving is not None and serving.ready and serving.release == spec.release:
        return
    await world.runtime.stop(spec.name, world.settings.deadlines.stop)
    try:
        await world.runtime.start(spec, world.settings.deadlines.start)
    except (Broken, DeadlinePassed) as failure:
        said = await _fall_back(world, instance)
        raise Refused(kinds.NOT_READY.at(spec.name, f"{said}{failure}")) from failure


async def _fall_back(world: World, instance: Instance) -> str:
    """Have what served before serve again; return what to say before why the new one failed."""
    if instance.release is None or not instance.serves:
        return ""
    try:
        await start(world, instance, instance.release)
    except (Broken, DeadlinePassed):
        # Why is in the log. What matters to the owner is why the new release did not start.
        return f"Release {instance.release} did not start again either. The new one: "
    return f"Release {instance.release} serves again. The new one: "


async def _spec(world: World, chosen: Release, access: Access, key_hash: str) -> InstanceSpec:
    return InstanceSpec(
        name=chosen.instance,
        release=chosen.number,
        artefact=chosen.artefact,
        database_url=await world.databases.ensure(chosen.instance),
        environment=(("ACCESS", access.value), ("API_KEY_SHA256", key_hash)),
    )
