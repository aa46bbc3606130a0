"""From a commit to what serves."""

import logging
import re
from dataclasses import replace

from edm.core.model.tree import MIGRATIONS
from edm.ports.errors import Broken, DeadlinePassed, EdmError, Refused, Unable
from edm.ports.store import PLATFORM, Instance, Operation, Order, Release
from edm.services import kinds, publish, starting
from edm.services.journal import Journal
from edm.services.world import World

STEPS = ("build", "backup", "start")

KEPT = 5
"""The newest releases stay built, besides the one that serves; others are built when needed."""

_log = logging.getLogger(__name__)
_BLANK = re.compile(r"\s")


async def release(world: World, journal: Journal, order: Order) -> None:
    """Build the commit that was published and have it serve. Idempotent.

    A commit that serves already is no new release; what the order says of access and the like
    holds all the same.

    Raises:
        Refused: It did not become ready; what served before goes on serving.
    """
    limits = world.settings.deadlines
    async with journal.step("build", limits.build):
        made = await _build(world, journal)
    # Once it is done the new release may have changed the data.
    if not journal.done("backup"):
        async with journal.step("backup", limits.backup):
            await _back_up(world, made)
    await serve(world, journal, made, order)


async def serve(world: World, journal: Journal, chosen: Release, order: Order) -> None:
    """Have a release serve beside the one before, then in its place, as the step "start".

    Raises:
        Refused: It did not become ready; what served before goes on serving.
        Unable: The machine has no room for it now; what served before goes on serving.
    """
    # Who holds the turn has deadlines of its own, so waiting for it is not the step's.
    async with (
        world.turns.of(chosen.instance),
        journal.step("start", starting.patience(world.settings.deadlines)),
    ):
        before = await world.store.instance(PLATFORM, chosen.instance)
        instance = replace(configured(before, order), release=chosen.number)
        try:
            await starting.exchange(world, instance, order)
        except Unable:
            raise
        except (Broken, DeadlinePassed) as failure:
            said = f"{_goes_on(before)}{failure}"
            raise Refused(kinds.NOT_READY.at(chosen.instance, said)) from failure
        journal.seal()
        await world.store.activate(replace(instance, changed=world.clock.now()))
    # It serves: how long tidying up takes is no part of that.
    await _thin_out(world, chosen, before.release)


def configured(instance: Instance, order: Order) -> Instance:
    """Return an instance with the settings an order changes."""
    return replace(
        instance,
        access=order.access or instance.access,
        key_hash=order.key_hash or instance.key_hash,
        sleep_after=instance.sleep_after if order.sleep_after is None else order.sleep_after,
        origins=instance.origins if order.origins is None else order.origins,
    )


async def _build(world: World, journal: Journal) -> Release:
    name, commit = journal.operation.instance, journal.operation.commit
    made = await _serving(world, name)
    if made is not None and made.commit == commit:
        await world.builder.build(name, commit, world.settings.deadlines.build)
        said = f"Nothing changed: release {made.number} goes on serving."
        await journal.add(kinds.UNCHANGED.at(name, said))
    else:
        if made is not None:
            await publish.check_migrations(world, name, commit, made.commit)
        made = await world.store.add_release(await _made(world, journal.operation))
    await journal.note(release=made.number)
    return made


async def _made(world: World, operation: Operation) -> Release:
    """Return the release of the commit of an operation, built, not numbered yet."""
    name, commit = operation.instance, operation.commit
    model = await publish.model_at(world, name, commit)
    return Release(
        instance=name,
        number=0,
        commit=commit,
        artefact=await world.builder.build(name, commit, world.settings.deadlines.build),
        created=world.clock.now(),
        operation=operation.id,
        model=model,
        scripts=await _scripts(world, name, commit),
    )


async def _scripts(world: World, name: str, commit: str) -> tuple[str, ...]:
    files = await world.repositories.files(name, commit, MIGRATIONS)
    names = (file.path.rpartition("/")[2] for file in files if file.path.endswith(".sql"))
    return tuple(_BLANK.sub("_", each) for each in names)


async def _serving(world: World, name: str) -> Release | None:
    instance = await world.store.instance(PLATFORM, name)
    if instance.release is None:
        return None
    return await world.store.release(PLATFORM, name, instance.release)


async def _back_up(world: World, made: Release) -> None:
    """Copy the database before a release with new migrations opens it."""
    serving = await _serving(world, made.instance)
    if serving is not None and set(made.scripts) - set(serving.scripts):
        label = f"before-release-{made.number:04}"
        await world.databases.backup(made.instance, label, world.settings.deadlines.backup)


def _goes_on(before: Instance) -> str:
    """Return what to say before why a new release did not start."""
    if before.release is None or not before.serves:
        return ""
    return f"Release {before.release} goes on serving. The new one: "


async def _thin_out(world: World, serving: Release, before: int | None) -> None:
    """Remove built releases that nobody will miss; failing to is no reason to fail."""
    try:
        releases = await world.store.releases(PLATFORM, serving.instance)
        # The one before may be giving its last answers.
        needed = {serving.number, before, *(each.number for each in releases[:KEPT])}
        commits = frozenset(each.commit for each in releases if each.number in needed)
        await world.builder.keep(serving.instance, commits)
    except (EdmError, OSError):
        _log.exception("old releases of %s cannot be removed", serving.instance)
