"""Where the data of instances lives."""

from typing import Protocol


class Databases(Protocol):
    """One database per instance."""

    async def ensure(self, name: str) -> str:
        """Return the database's URL, making the place for it first. Idempotent."""
        ...

    async def backup(self, name: str, label: str, deadline: float) -> None:
        """Copy the database as it is at one moment, while it is read and written.

        It takes the place of one that has this label already; without a database there is nothing
        to copy. The newest backups are kept, older ones are removed.

        Args:
            name: Whose database.
            label: What the copy is called: lower-case letters, digits and hyphens. Labels sort as
                the backups follow each other.
            deadline: Seconds it may take.

        Raises:
            Broken: There is not enough space, or the database cannot be read.
            DeadlinePassed: It took too long; nothing is left of it.
        """
        ...

    async def copies(self, name: str) -> tuple[str, ...]:
        """Return the labels of a database's backups, oldest first."""
        ...

    async def damage(self, name: str) -> str:
        """Return what is wrong with a database and how to restore it; empty if it is sound.

        A database too large to be looked through in a few seconds is taken for sound.
        """
        ...

    async def delete(self, name: str) -> None:
        """Remove the database, all its data and its backups. Idempotent."""
        ...
