"""Where the data of instances lives."""

from typing import Protocol


class Databases(Protocol):
    """One database per instance."""

    async def ensure(self, name: str) -> str:
        """Return the database's URL, making the place for it first. Idempotent."""
        ...

    async def delete(self, name: str) -> None:
        """Remove the database and all its data. Idempotent."""
        ...
