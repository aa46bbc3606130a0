"""The git repository of each instance: its source of truth."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from edm.core.model.tree import File, FileTree

COMMIT = re.compile(r"[0-9a-f]{40}")
"""What names a commit whatever branches and tags there are."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing did.

    Attributes:
        commit: The head of ``main`` after it, 40 hex digits.
        generated: The head of ``generated`` after it.
        changed: Whether ``main`` moved.
        conflicts: Paths that could not be merged; then ``main`` did not move.
    """

    commit: str
    generated: str
    changed: bool
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A repository elsewhere.

    Attributes:
        url: Where it is, by http or https.
        username: Who pushes, as that place knows them.
        secret: Their password or token.
        private: Whether it may be at an address of this machine or its network, and by http.
    """

    url: str
    username: str
    secret: str = field(repr=False)
    private: bool = False


class Repositories(Protocol):
    """Repositories by instance name. Names are already known to be safe."""

    async def create(self, name: str) -> None:
        """Make an empty repository with the branches to come. Idempotent."""
        ...

    async def publish(self, name: str, tree: FileTree, message: str) -> Publication:
        """Commit a tree to ``generated`` and merge it into ``main`` three ways. Idempotent.

        Seeded files that ``generated`` already has keep the content they have there. The same
        tree twice makes no second commit.

        Raises:
            NotFound: There is no such repository.
            Broken: git failed; the message has its last words.
            DeadlinePassed: git took too long.
        """
        ...

    async def head(self, name: str) -> str | None:
        """Return the commit ``main`` points to; None while nothing is published."""
        ...

    async def pushed(self, name: str) -> str | None:
        """Return the head of ``main`` if it was pushed and nobody took it up yet."""
        ...

    async def all_pushed(self) -> tuple[str, ...]:
        """Return the instances whose ``main`` was pushed and not taken up, by name."""
        ...

    async def take_up(self, name: str, commit: str) -> None:
        """Note that a head of ``main`` is being released, unless ``main`` has moved on.

        What ``publish`` merged is taken up already.
        """
        ...

    async def read(self, name: str, commit: str, path: str) -> bytes | None:
        """Return a file's content at a commit; None if it is not there.

        ``commit`` is 40 hex digits, or ``main`` or ``generated`` for their heads.

        Raises:
            TooLarge: It has more than a file of a release may.
        """
        ...

    async def files(self, name: str, commit: str, directory: str) -> tuple[File, ...]:
        """Return the files right in a directory at a commit, by path; none if it is not there.

        Symbolic links, submodules and directories are left out.

        Args:
            name: Whose repository.
            commit: As for ``read``.
            directory: Its path with a slash at the end, e.g. ``migrations/sqlite/``.

        Raises:
            TooLarge: There are more than a release may have, or they are too large.
        """
        ...

    async def merged(self, name: str) -> str | None:
        """Return the last commit of ``generated`` that ``main`` has too; None if there is none."""
        ...

    async def export(self, name: str, commit: str, directory: Path) -> None:
        """Write a commit's files into a directory that does not exist yet, all or nothing.

        Symbolic links and submodules are left out: they could point anywhere.

        Raises:
            NotFound: There is no such commit.
            TooLarge: It has more files than a release may, or they are too large.
            Broken: git or the disk failed.
        """
        ...

    async def send(self, name: str, target: Target, deadline: float) -> str:
        """Push ``main``, ``generated`` and all tags elsewhere.

        Returns:
            The head of ``main`` that is there now.

        Raises:
            NotFound: There is no such repository.
            Broken: It was not taken there; the message says why.
            DeadlinePassed: It took too long.
        """
        ...

    async def tidy(self) -> None:
        """Pack the repositories in which much has gathered, one after the other.

        What is under way in them is not disturbed, and what fails leaves them as good as before.
        """
        ...

    async def delete(self, name: str) -> None:
        """Remove the repository and all its history. Idempotent."""
        ...
