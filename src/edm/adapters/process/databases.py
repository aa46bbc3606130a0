"""SQLite databases, one directory per instance."""

import asyncio
from dataclasses import dataclass

from edm.adapters.process.places import Places
from edm.adapters.system.files import remove_if_empty, remove_tree
from edm.ports.errors import Broken


@dataclass(frozen=True, slots=True)
class ProcessDatabases:
    """Keeps each instance's data in a directory of its own."""

    places: Places

    async def ensure(self, name: str) -> str:
        """Return the database's URL, making its directory first. Idempotent."""
        directory = self.places.data(name)
        try:
            await asyncio.to_thread(directory.mkdir, mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Broken(
                f"{directory} cannot be made: {error.strerror}. Free some space or fix its owner."
            ) from error
        return f"sqlite:///{directory / 'data.sqlite3'}"

    async def delete(self, name: str) -> None:
        """Remove the database, its journals and files beside it. Idempotent."""
        await asyncio.to_thread(remove_tree, self.places.data(name))
        await asyncio.to_thread(remove_if_empty, self.places.instance(name))
