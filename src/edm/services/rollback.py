"""Back to a release that was made before, with the data there is."""

from edm.core.problems import Problem
from edm.ports.errors import NotFound, Refused
from edm.ports.store import PLATFORM, Order, Progress, Release
from edm.services import kinds, release
from edm.services.journal import Journal
from edm.services.understand import differ
from edm.services.world import World

STEPS = ("compare", "build", "start")


async def roll_back(world: World, journal: Journal) -> None:
    """Have a former release serve; ``main`` stays as it is. Idempotent.

    Raises:
        Refused: There is no such release, it stores something else than what serves, or it did not
            become ready; what served goes on serving.
    """
    order = await world.store.order(journal.operation.id)
    chosen = await _choose(world, journal, order)
    async with journal.step("build", world.settings.deadlines.build):
        limit = world.settings.deadlines.build
        await world.builder.build(chosen.instance, chosen.commit, limit)
    await release.serve(world, journal, chosen, order)


async def _choose(world: World, journal: Journal, order: Order) -> Release:
    """Return the release to go back to, as the step "compare"."""
    name = journal.operation.instance
    if journal.done("compare"):
        # Chosen by a former process: by now it may be the one that serves.
        return await world.store.release(PLATFORM, name, journal.operation.release or 0)
    async with journal.step("compare", world.settings.deadlines.read):
        instance = await world.store.instance(PLATFORM, name)
        serving = await world.store.release(PLATFORM, name, instance.release or 0)
        chosen = await _wanted(world, serving, order.release)
        await _compare(world, serving, chosen)
        await journal.add(await _main_stays(world, chosen))
        await journal.note(commit=chosen.commit, release=chosen.number)
    return chosen


async def _wanted(world: World, serving: Release, number: int | None) -> Release:
    """Return the release of a number, or without one the last that served before this one."""
    releases = await world.store.releases(PLATFORM, serving.instance)
    for one in releases:
        if one.number == number:
            return one
        if number is None and one.number < serving.number and await _served(world, one):
            return one
    which = "release before this one" if number is None else f"release {number}"
    raise Refused(kinds.NOT_THERE.at(serving.instance, f"{serving.instance} has no {which}."))


async def _served(world: World, one: Release) -> bool:
    try:
        made = await world.store.operation(PLATFORM, one.operation)
    except NotFound:
        return False
    return made.progress is Progress.DONE


async def _compare(world: World, serving: Release, chosen: Release) -> None:
    limit = world.settings.deadlines.read
    problems = await world.sandbox.run(limit, differ, serving.model, chosen.model)
    unknown = sorted(set(serving.scripts) ^ set(chosen.scripts))
    if unknown and not problems:
        said = f"Releases {serving.number} and {chosen.number} do not share {', '.join(unknown)}."
        problems = (kinds.OTHER_MIGRATIONS.at(serving.instance, said),)
    if problems:
        raise Refused(*problems)


async def _main_stays(world: World, chosen: Release) -> Problem:
    head = await world.repositories.head(chosen.instance) or ""
    said = f"Release {chosen.number} is commit {chosen.commit[:10]}; main stays at {head[:10]}."
    return kinds.MAIN_STAYS.at(chosen.instance, said)
