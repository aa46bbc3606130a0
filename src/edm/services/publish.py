"""From a file to a commit."""

import msgspec

from edm.core.evolve import evolve
from edm.core.model.domain import DomainModel
from edm.core.model.tree import FileTree
from edm.ports.errors import Refused
from edm.ports.store import PLATFORM, Order
from edm.services import kinds
from edm.services.journal import Journal
from edm.services.understand import draw
from edm.services.world import World

STEPS = ("read", "generate", "commit")


async def publish(world: World, journal: Journal, order: Order) -> bytes:
    """Read, check, generate and commit a model; note the commit. Idempotent.

    Returns:
        The model, encoded as releases keep it.

    Raises:
        Refused: The file, the change or the merge is not possible; nothing was committed.
    """
    model, tree = await _read(world, journal, order)
    async with journal.step("generate", world.settings.deadlines.generate):
        tidy = await world.formatter.format(tree, world.settings.deadlines.generate)
    await _commit(world, journal, tidy, order.filename)
    return msgspec.json.encode(model)


async def publish_head(world: World, journal: Journal) -> bytes:
    """Note the head of ``main`` as the commit to release, and return its model.

    Raises:
        Refused: Nothing was published yet.
    """
    name = journal.operation.instance
    async with journal.step("commit", world.settings.deadlines.commit):
        commit = await world.repositories.head(name)
        releases = await world.store.releases(PLATFORM, name)
        if commit is None or not releases:
            raise Refused(kinds.NOTHING_PUBLISHED.at(name, "Nothing was published yet."))
        await journal.note(commit=commit)
    return releases[0].model


async def _read(world: World, journal: Journal, order: Order) -> tuple[DomainModel, FileTree]:
    limit = world.settings.deadlines.read
    async with journal.step("read", limit):
        report, tree = await world.sandbox.run(limit, draw, order.content, order.filename)
        if report.model is None or tree is None:
            raise Refused(*report.problems)
        await _same_schema(world, journal.operation.instance, report.model)
        await journal.warn(report.problems)
    return report.model, tree


async def _same_schema(world: World, name: str, new: DomainModel) -> None:
    stored = await _stored(world, name)
    differences = None if stored is None else evolve(stored, new)
    if isinstance(differences, tuple):
        raise Refused(*differences)


async def _stored(world: World, name: str) -> DomainModel | None:
    """Return the model of an instance's data: of the release that serves, else of the newest."""
    instance = await world.store.instance(PLATFORM, name)
    if instance.release is not None:
        release = await world.store.release(PLATFORM, name, instance.release)
        return msgspec.json.decode(release.model, type=DomainModel)
    for release in await world.store.releases(PLATFORM, name):
        return msgspec.json.decode(release.model, type=DomainModel)
    return None


async def _commit(world: World, journal: Journal, tree: FileTree, filename: str) -> None:
    name = journal.operation.instance
    async with journal.step("commit", world.settings.deadlines.commit):
        await world.repositories.create(name)
        publication = await world.repositories.publish(name, tree, f"Generate from {filename}")
        if publication.conflicts:
            paths = ", ".join(publication.conflicts)
            raise Refused(kinds.CONFLICT.at(name, f"These files cannot be merged: {paths}."))
        await journal.note(commit=publication.commit)
