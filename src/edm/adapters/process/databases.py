"""SQLite databases, one directory per instance."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from edm.adapters.process import backups
from edm.adapters.process.places import Places
from edm.adapters.system.files import private_directory, remove_if_empty, remove_tree
from edm.adapters.system.names import checked
from edm.ports.errors import Broken

_LOOK = 5.0
"""Seconds to look for damage: who waits for a start is to be told soon."""

_AT_ONCE = 2
"""Databases that are copied at the same time."""


@dataclass(frozen=True, slots=True)
class ProcessDatabases:
    """Keeps each instance's data in a directory of its own."""

    places: Places
    # Not those that wakes and all else need: a copy takes as long as its database is large.
    _copying: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_AT_ONCE, "backup"), init=False, repr=False
    )

    async def ensure(self, name: str) -> str:
        """Return the database's URL, making its directory first. Idempotent."""
        directory = self.places.data(name)
        try:
            await asyncio.to_thread(directory.mkdir, mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Broken(
                f"{directory} cannot be made: {error.strerror}. Free some space or fix its owner."
            ) from error
        return f"sqlite:///{self._file(name)}"

    async def backup(self, name: str, label: str, deadline: float) -> None:
        """Copy the database into a file beside its directory."""
        database = self._file(name)
        if not await asyncio.to_thread(database.exists):
            return
        target = self.places.backups(name) / f"{checked(label)}.sqlite3"
        await asyncio.to_thread(private_directory, target.parent)
        await backups.copy_within(database, target, deadline, self._copying)
        await asyncio.to_thread(backups.thin_out, target.parent)

    async def copies(self, name: str) -> tuple[str, ...]:
        """Return the labels of a database's backups, oldest first."""
        kept = await asyncio.to_thread(_listed, self.places.backups(name))
        return tuple(sorted(path.stem for path in kept))

    async def damage(self, name: str) -> str:
        """Return what is wrong with a database and how to restore it; empty if it is sound."""
        database = self._file(name)
        said = await asyncio.to_thread(backups.damage, database, _LOOK)
        if not said:
            return ""
        kept = sorted(await asyncio.to_thread(_listed, self.places.backups(name)))
        newest = f" The newest backup is {kept[-1]}." if kept else " There is no backup of it."
        return (
            f"The database {database} is damaged ({said}).{newest} How to put a backup in its "
            "place: docs/howto/change-a-model.md."
        )

    async def delete(self, name: str) -> None:
        """Remove the database, its journals, files beside it and backups. Idempotent."""
        await asyncio.to_thread(remove_tree, self.places.backups(name))
        await asyncio.to_thread(remove_tree, self.places.data(name))
        await asyncio.to_thread(remove_if_empty, self.places.instance(name))

    def _file(self, name: str) -> Path:
        return self.places.data(name) / "data.sqlite3"


def _listed(directory: Path) -> list[Path]:
    return list(directory.glob("*.sqlite3"))
