"""Artefacts, databases and layout that exist by name only."""

from dataclasses import dataclass, field, replace

from edm.core.model.tree import File, FileTree
from edm.ports.errors import Broken, NotFound
from edm.ports.repository import Repositories


@dataclass(frozen=True, slots=True)
class MemoryBuilder:
    """Builds names.

    Attributes:
        repositories: Where the commits are.
        built: What was built and not removed since: instance and commit.
        known: What was ever built.
    """

    repositories: Repositories
    built: set[tuple[str, str]] = field(default_factory=set)
    known: set[tuple[str, str]] = field(default_factory=set)

    async def build(self, name: str, commit: str, deadline: float) -> str:  # noqa: ARG002
        """Return the address of the head of ``main``, or of what was built before."""
        if (name, commit) not in self.known and await self.repositories.head(name) != commit:
            raise NotFound(f"{name} has no commit {commit}.")
        self.known.add((name, commit))
        self.built.add((name, commit))
        return f"memory:{name}@{commit}"

    async def intact(self, name: str, commit: str) -> bool:
        """Return whether a commit was built."""
        return (name, commit) in self.built

    async def keep(self, name: str, commits: frozenset[str]) -> None:
        """Remove the artefacts of other commits."""
        others = {one for one in self.built if one[0] == name and one[1] not in commits}
        self.built.difference_update(others)

    async def delete(self, name: str) -> None:
        """Remove every artefact of an instance. Idempotent."""
        self.built.difference_update({one for one in self.built if one[0] == name})


@dataclass(frozen=True, slots=True)
class MemoryDatabases:
    """Databases without data.

    Attributes:
        names: Those that are there.
        backups: The labels of each one's backups, oldest first.
        damaged: What is wrong with those that are damaged.
    """

    names: set[str] = field(default_factory=set)
    backups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    damaged: dict[str, str] = field(default_factory=dict)

    async def ensure(self, name: str) -> str:
        """Return the database's URL. Idempotent."""
        self.names.add(name)
        return f"memory:///{name}"

    async def backup(self, name: str, label: str, deadline: float) -> None:  # noqa: ARG002
        """Remember the label. Idempotent."""
        if name in self.names:
            labels = {*self.backups.get(name, ()), label}
            self.backups[name] = tuple(sorted(labels))

    async def copies(self, name: str) -> tuple[str, ...]:
        """Return the labels of its backups, oldest first."""
        return self.backups.get(name, ())

    async def damage(self, name: str) -> str:
        """Return what it was told to be damaged by."""
        return self.damaged.get(name, "")

    async def delete(self, name: str) -> None:
        """Remove the database and its backups. Idempotent."""
        self.names.discard(name)
        self.backups.pop(name, None)


@dataclass(frozen=True, slots=True)
class MemoryFormatter:
    """Takes the blanks off the ends of lines, and refuses what is no Python."""

    async def format(self, tree: FileTree, deadline: float) -> FileTree:  # noqa: ARG002
        """Return the tree with its Python files tidied."""
        return FileTree(tuple(map(_tidy, tree.files)))


def _tidy(file: File) -> File:
    if not file.path.endswith(".py"):
        return file
    try:
        compile(file.content, file.path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise Broken(f"{file.path} cannot be formatted: {error}. Report this fault.") from error
    lines = [line.rstrip() for line in file.content.splitlines()]
    return replace(file, content=b"".join(line + b"\n" for line in lines))
