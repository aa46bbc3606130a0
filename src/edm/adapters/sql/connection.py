"""An engine with the settings the store relies on."""

from typing import Any

from sqlalchemy import Select, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from edm.adapters.sql.migrate import migrate
from edm.adapters.sql.tables import instances, operations
from edm.ports.store import Principal

# What was acknowledged must outlive a power cut, so each commit reaches the disk (FULL): a few
# milliseconds that nobody waits for, as requests to instances never come here.
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
)


class Part:
    """What the parts of the store share: the engine, and who may see what."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine


async def connect(url: str) -> AsyncEngine:
    """Return an engine for a database whose tables are up to date."""
    # One connection makes every transaction wait its turn, so that none is refused as busy.
    engine = create_async_engine(url, poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=0)
    event.listen(engine.sync_engine, "connect", _prepare)
    async with engine.begin() as connection:
        await connection.run_sync(migrate)
    return engine


def visible_instances(query: Select[Any], who: Principal) -> Select[Any]:
    """Return the query, of instances the principal may see."""
    return query if who.admin else query.where(instances.c.owner == who.id)


def visible_operations(query: Select[Any], who: Principal) -> Select[Any]:
    """Return the query, of operations on instances the principal owns or owned."""
    return query if who.admin else query.where(operations.c.owner == who.id)


def _prepare(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own objects
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()
