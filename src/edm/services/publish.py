"""From a file to a commit."""

from edm.core.model.tree import MIGRATIONS, MODEL, FileTree
from edm.ports.errors import Refused
from edm.ports.store import Order
from edm.services import kinds
from edm.services.bell import REPOSITORIES
from edm.services.journal import Journal
from edm.services.understand import Base, draw
from edm.services.world import World

STEPS = ("read", "generate", "commit")
_LONGEST = 80
"""Characters that a commit says of what is added."""


async def publish(world: World, journal: Journal, order: Order) -> None:
    """Read, check, generate and commit a model; note the commit. Idempotent.

    Raises:
        Refused: The file, the change or the merge is not possible; nothing was committed.
    """
    tree = await _read(world, journal, order)
    async with journal.step("generate", world.settings.deadlines.generate):
        tidy = await world.formatter.format(tree, world.settings.deadlines.generate)
    await _commit(world, journal, tidy, order.filename)


async def publish_head(world: World, journal: Journal) -> None:
    """Note the head of ``main`` as the commit to release.

    Raises:
        Refused: Nothing was published yet.
    """
    name = journal.operation.instance
    async with journal.step("commit", world.settings.deadlines.commit):
        commit = await world.repositories.head(name)
        if commit is None:
            raise Refused(kinds.NOTHING_PUBLISHED.at(name, "Nothing was published yet."))
        await journal.note(commit=commit)
        await world.repositories.take_up(name, commit)


async def model_at(world: World, name: str, commit: str) -> bytes:
    """Return the model at a commit of ``main``, as JSON.

    Raises:
        Refused: It is not as it was generated, so nobody knows what the data is like.
    """
    read = world.repositories.read
    found = await read(name, commit, MODEL)
    # The branch `generated` may be ahead, of a merge that failed or that its owner made.
    known = [await read(name, "generated", MODEL)]
    merged = await world.repositories.merged(name)
    if merged is not None:
        known.append(await read(name, merged, MODEL))
    if found is None or found not in known:
        said = f"{MODEL} was changed by hand or removed."
        raise Refused(kinds.MODEL_EDITED.at(f"{name}, branch main", said))
    return found


async def check_migrations(world: World, name: str, commit: str, released: str) -> None:
    """See that a commit has the migrations of the one that was released as they were.

    A database knows them by their names: one that was changed would never be applied.

    Raises:
        Refused: One was changed.
    """
    known = {file.path: file for file in await world.repositories.files(name, released, MIGRATIONS)}
    for file in await world.repositories.files(name, commit, MIGRATIONS):
        if file.path in known and file.content != known[file.path].content:
            said = f"{file.path} was changed: `git checkout {released} -- {file.path}`."
            raise Refused(kinds.MIGRATION_EDITED.at(f"{name}, branch main", said))


async def _read(world: World, journal: Journal, order: Order) -> FileTree:
    name, limit = journal.operation.instance, world.settings.deadlines.read
    async with journal.step("read", limit):
        base = await _base(world, name)
        report, tree = await world.sandbox.run(limit, draw, order.content, order.filename, base)
        if tree is None:
            raise Refused(*report.problems)
        await journal.add(*report.problems)
    return tree


async def _base(world: World, name: str) -> Base | None:
    """Return what the model has to go on from: what `main` has, for that is what was released."""
    await world.repositories.create(name)
    head = await world.repositories.head(name)
    if head is None:
        return None
    files = await world.repositories.files(name, head, MIGRATIONS)
    scripts = tuple(file for file in files if file.path.endswith(".sql"))
    return Base(await model_at(world, name, head), scripts)


async def _commit(world: World, journal: Journal, tree: FileTree, filename: str) -> None:
    name = journal.operation.instance
    async with journal.step("commit", world.settings.deadlines.commit):
        said = f"Generate from {filename}{await _added(world, name, tree)}"
        publication = await world.repositories.publish(name, tree, said)
        if publication.conflicts:
            paths = ", ".join(publication.conflicts)
            raise Refused(kinds.CONFLICT.at(name, f"These files cannot be merged: {paths}."))
        world.bell.ring(REPOSITORIES)
        await journal.note(commit=publication.commit)


async def _added(world: World, name: str, tree: FileTree) -> str:
    """Return what a tree adds to the tables of the data there is, as its script's name says it."""
    head = await world.repositories.head(name)
    if head is None:
        return ""
    known = {file.path for file in await world.repositories.files(name, head, MIGRATIONS)}
    new = [file.path for file in tree.files if file.path.startswith(MIGRATIONS)]
    names = (path.rpartition("/")[2] for path in new if path not in known)
    scripts = [one.removesuffix(".sql") for one in names if one.endswith(".sql")]
    words = (one.partition("_")[2].replace("_", " ") for one in scripts)
    return "".join(f": {each}" for each in words if each)[:_LONGEST]
