"""One bare repository per instance: ``generated`` is the generator's, ``main`` the owner's."""

import asyncio
import logging
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from edm.adapters.git.bundles import bundle, unbundle
from edm.adapters.git.contents import LARGEST, content, contents, listed, write
from edm.adapters.git.guests import remove
from edm.adapters.git.locks import clear
from edm.adapters.git.merging import MAIN, TAKEN, merge
from edm.adapters.git.plumbing import Git, find_git
from edm.adapters.git.references import pushed, untold
from edm.adapters.git.sending import send
from edm.adapters.git.tidying import gathered, tidy
from edm.adapters.git.trees import Commit, entries, kept, safe, stream
from edm.adapters.system.files import remove_tree
from edm.adapters.system.names import checked
from edm.core.model.tree import File, FileTree
from edm.ports.clock import Clock
from edm.ports.errors import Broken, EdmError, NotFound
from edm.ports.repository import COMMIT, Publication, Target

_log = logging.getLogger(__name__)

GENERATED = "refs/heads/generated"

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")

_CONFIGURATION = """
[core]
	fsync = committed,reference
[gc]
	auto = 0
[receive]
	fsckObjects = true
	denyDeletes = true
	denyNonFastForwards = true
[transfer]
	hideRefs = refs/edm
"""
"""What every git that works on a repository is to heed."""


@dataclass(slots=True)
class GitRepositories:
    """Keeps repositories below a directory.

    Attributes:
        root: The directory of all repositories; each is ``<name>.git``.
        clock: Gives commits their dates.
        deadline: Seconds each git command may take.
    """

    root: Path
    clock: Clock
    deadline: float = 60
    _program: Path | None = field(default=None, init=False)
    _locks: defaultdict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock), init=False
    )

    async def create(self, name: str) -> None:
        """Make an empty repository, elsewhere first: it is there whole or not at all."""
        directory = self._directory(name)
        async with self._locks[name]:
            if not await asyncio.to_thread(directory.is_dir):
                await self._create(directory)

    async def _create(self, directory: Path) -> None:
        part = directory.with_name(f".{directory.name}.part")
        await asyncio.to_thread(_make_room, part)
        try:
            git = await self._git(part)
            await git(
                "init", "--bare", "-q", "--initial-branch=main", "--template=", "--", str(part)
            )
            await asyncio.to_thread(_settle, part, directory)
        finally:
            await asyncio.to_thread(remove_tree, part)

    async def publish(self, name: str, tree: FileTree, message: str) -> Publication:
        """Commit a tree to ``generated`` and merge it into ``main`` three ways. Idempotent."""
        git = await self._existing(name)
        # It may quote the name of a hostile file, and git takes no NUL.
        words = _CONTROL.sub(" ", message).encode(errors="replace").decode()
        async with self._locks[name]:
            await clear(git.directory)
            generated = await self._commit(git, tree, words)
            made = await merge(git, generated, words, self._date())
            if not made.conflicts:
                await _take_up(git, made.commit)
            return made

    async def head(self, name: str) -> str | None:
        """Return the commit ``main`` points to; None while nothing is published."""
        return await (await self._existing(name)).resolve(MAIN)

    async def pushed(self, name: str) -> str | None:
        """Return the head of ``main`` if it was pushed and nobody took it up yet."""
        git = await self._existing(name)
        return await asyncio.to_thread(pushed, git.directory)

    async def all_pushed(self) -> tuple[str, ...]:
        """Return the instances whose ``main`` was pushed and not taken up."""
        # Those of versions that took up nothing begin with what they have.
        for name in await asyncio.to_thread(self._names, untold):
            try:
                await self._begin_telling(name)
            except EdmError:
                _log.exception("%s: nobody knows what was pushed to it", name)
        return await asyncio.to_thread(self._names, pushed)

    async def _begin_telling(self, name: str) -> None:
        git = await self._existing(name)
        if head := await git.resolve(MAIN):
            await self.take_up(name, head)

    async def take_up(self, name: str, commit: str) -> None:
        """Note that a head of ``main`` is being released, unless ``main`` has moved on."""
        git = await self._existing(name)
        async with self._locks[name]:
            await clear(git.directory)
            await _take_up(git, commit)

    async def read(self, name: str, commit: str, path: str) -> bytes | None:
        """Return a file's content at a commit; None if it is not there."""
        git = await self._existing(name)
        revision = _revision(commit)
        if revision is None or not safe(path):
            return None
        return await content(git, f"{revision}:{path}")

    async def files(self, name: str, commit: str, directory: str) -> tuple[File, ...]:
        """Return the files right in a directory at a commit, by path."""
        git = await self._existing(name)
        revision = _revision(commit)
        if revision is None or await git.resolve(revision) is None:
            return ()
        asked = ("--end-of-options", revision, "--", directory)
        # They are all held in memory at once.
        found = await listed(git, *asked, whole=LARGEST)
        return await contents(git, found)

    async def merged(self, name: str) -> str | None:
        """Return the last commit of ``generated`` that ``main`` has too."""
        git = await self._existing(name)
        if await git.resolve(MAIN) is None or await git.resolve(GENERATED) is None:
            return None
        done = await git("merge-base", MAIN, GENERATED, expected=(0, 1))
        return done.output.decode().strip() or None

    async def export(self, name: str, commit: str, directory: Path) -> None:
        """Write a commit's files into a directory that does not exist yet, all or nothing."""
        git = await self._existing(name)
        revision = _revision(commit)
        if revision is None or (found := await git.resolve(revision)) is None:
            raise NotFound(f"{name} has no commit {commit}. Name one that is in its repository.")
        files = await listed(git, "-r", "--end-of-options", found)
        try:
            await write(git, files, directory)
        except OSError as error:
            raise Broken(
                f"{directory} cannot be written: {error.strerror}. Free some space, then try again."
            ) from error

    async def send(self, name: str, target: Target, deadline: float) -> str:
        """Push ``main``, ``generated`` and all tags elsewhere."""
        return await send(replace(await self._existing(name), deadline=deadline), target)

    async def bundle(self, name: str, target: Path, deadline: float) -> bool:
        """Write all branches and tags of a repository into a file; False if there are none.

        Raises:
            NotFound: There is no such repository.
            Broken: git or the disk failed.
            DeadlinePassed: It took too long.
        """
        return await bundle(replace(await self._existing(name), deadline=deadline), target)

    async def unbundle(self, name: str, source: Path, deadline: float) -> None:
        """Give a repository what a file that ``bundle`` wrote has. Raises as it does."""
        await self.create(name)
        await unbundle(replace(await self._existing(name), deadline=deadline), source)

    async def tidy(self) -> None:
        """Pack the repositories in which much has gathered, one after the other."""
        for name in await asyncio.to_thread(self._names, gathered):
            try:
                await tidy(await self._existing(name))
            except NotFound:
                continue
            except EdmError:
                _log.exception("%s cannot be packed, this time", name)

    async def delete(self, name: str) -> None:
        """Remove the repository and all its history. Idempotent."""
        async with self._locks[name]:
            await asyncio.to_thread(remove, self._directory(name))
        self._locks.pop(name, None)

    async def _commit(self, git: Git, tree: FileTree, message: str) -> str:
        """Commit a tree to ``generated`` unless it is there already; return the head."""
        parent = await git.resolve(GENERATED)
        there = await _listing(git, parent) if parent else {}
        objects = kept(tree.files, there)
        if parent is not None and objects == there:
            return parent
        when = int(self.clock.now().timestamp())
        commit = Commit(GENERATED, parent, there, objects, message, when)
        return await git.text("fast-import", "--quiet", "--done", stdin=stream(commit, tree.files))

    async def _existing(self, name: str) -> Git:
        directory = self._directory(name)
        if not await asyncio.to_thread(directory.is_dir):
            raise NotFound(f"{name} has no repository. Deploy a model to it first.")
        return await self._git(directory)

    async def _git(self, directory: Path) -> Git:
        if self._program is None:
            self._program = await find_git()
        return Git(self._program, directory, self.deadline)

    def _names(self, chosen: Callable[[Path], object]) -> tuple[str, ...]:
        found = (one for one in self.root.glob("[!.]*.git") if _is(chosen, one))
        return tuple(sorted(one.stem for one in found))

    def _directory(self, name: str) -> Path:
        return self.root / f"{checked(name)}.git"

    def _date(self) -> str:
        return f"{int(self.clock.now().timestamp())} +0000"


async def _listing(git: Git, commit: str) -> dict[str, str]:
    done = await git("ls-tree", "-r", "-z", "--end-of-options", commit)
    return {entry.path: entry.object for entry in entries(done.output)}


async def _take_up(git: Git, commit: str) -> None:
    orders = f"start\nverify {MAIN} {commit}\nupdate {TAKEN} {commit}\ncommit\n"
    done = await git("update-ref", "--stdin", stdin=orders.encode(), expected=(0, 128))
    # What has moved on is taken up by whoever sees that. Anything else would be seen for ever.
    if done.code != 0 and await git.resolve(MAIN) == commit:
        raise Broken(f"git update-ref failed in {git.directory}: {done.errors.strip()}")


def _revision(commit: str) -> str | None:
    """Return what git is asked for: never a tag that is called like a branch."""
    if commit in ("main", "generated"):
        return f"refs/heads/{commit}"
    return commit if COMMIT.fullmatch(commit) else None


def _make_room(part: Path) -> None:
    """Remove what a creation that was cut short has left, and make the directory around it."""
    try:
        part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        remove_tree(part)
    except OSError as error:
        raise Broken(
            f"{part.parent} cannot be written: {error.strerror}. Free some space or fix its owner."
        ) from error


def _is(chosen: Callable[[Path], object], directory: Path) -> bool:
    """Return whether a repository is to be chosen. A damaged one is not, nor in others' way."""
    try:
        return bool(chosen(directory))
    except (OSError, ValueError):
        _log.exception("%s is damaged", directory)
        return False


def _settle(part: Path, directory: Path) -> None:
    """Configure a repository and give it its place."""
    with (part / "config").open("a") as file:
        file.write(_CONFIGURATION)
    part.rename(directory)
