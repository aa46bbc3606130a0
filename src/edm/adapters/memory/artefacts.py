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
        built: What was built: instance and commit.
    """

    repositories: Repositories
    built: set[tuple[str, str]] = field(default_factory=set)

    async def build(self, name: str, commit: str, deadline: float) -> str:  # noqa: ARG002
        """Return the address of the head of ``main``, the only commit it knows."""
        if (name, commit) not in self.built and await self.repositories.head(name) != commit:
            raise NotFound(f"{name} has no commit {commit}.")
        self.built.add((name, commit))
        return f"memory:{name}@{commit}"

    async def intact(self, name: str, commit: str) -> bool:
        """Return whether a commit was built."""
        return (name, commit) in self.built

    async def delete(self, name: str) -> None:
        """Remove every artefact of an instance. Idempotent."""
        self.built.difference_update({one for one in self.built if one[0] == name})


@dataclass(frozen=True, slots=True)
class MemoryDatabases:
    """Databases without data.

    Attributes:
        names: Those that are there.
    """

    names: set[str] = field(default_factory=set)

    async def ensure(self, name: str) -> str:
        """Return the database's URL. Idempotent."""
        self.names.add(name)
        return f"memory:///{name}"

    async def delete(self, name: str) -> None:
        """Remove the database. Idempotent."""
        self.names.discard(name)


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
