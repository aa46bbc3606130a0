"""The store, said in SQL."""

from edm.adapters.sql.accounts import Accounts
from edm.adapters.sql.connection import connect, reading
from edm.adapters.sql.history import History
from edm.adapters.sql.instances import Instances
from edm.adapters.sql.mirrors import Mirrors
from edm.adapters.sql.operations import Operations


class SqlStore(Accounts, Instances, Operations, History, Mirrors):
    """Implements the ``Store`` port over one database."""

    async def shut(self) -> None:
        """Let go of the database."""
        await self.settle()
        self._reader.dispose()
        await self._engine.dispose()


async def open_store(url: str) -> SqlStore:
    """Return the store in a database, its tables brought up to date.

    Args:
        url: As SQLAlchemy writes them, e.g. ``sqlite+aiosqlite:////srv/edm/control.db``.
    """
    engine = await connect(url)
    return SqlStore(engine, reading(engine))
