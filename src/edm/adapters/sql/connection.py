"""An engine with the settings the store relies on."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, Select, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, StaticPool

from edm.adapters.sql.migrate import migrate
from edm.adapters.sql.tables import instances, operations
from edm.ports.errors import Broken
from edm.ports.store import Principal

S = TypeVar("S", bound="Part")
P = ParamSpec("P")
T = TypeVar("T")

# What was acknowledged must outlive a power cut, so each commit reaches the disk (FULL): a few
# milliseconds that nobody waits for, as requests to instances never come here.
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
)
_READING = ("PRAGMA query_only = ON", "PRAGMA busy_timeout = 1000")


class Part:
    """What the parts of the store share: the engines, and who may see what."""

    def __init__(self, engine: AsyncEngine, reader: Engine) -> None:
        self._engine = engine
        self._reader = reader
        self._under_way: set[asyncio.Task[Any]] = set()

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Do work to its end, also when who waits for it is cancelled; they go when it ended.

        The driver leaves a connection whose statement is cancelled open for ever, and with it
        what it has locked.
        """
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait({task})
            # Asked for, so that nobody is told of an exception nobody waited for.
            _ = task.cancelled() or task.exception()
            raise
        finally:
            # An exception leads to this frame and the task to the exception: no circle is left.
            del task

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)


def whole(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Return a method of the store that is carried out to its end or not begun."""

    @wraps(method)
    async def carry_out(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.finish(method(self, *args, **kwargs))

    return carry_out


async def connect(url: str) -> AsyncEngine:
    """Return an engine for a database whose tables are up to date."""
    # One connection makes every transaction wait its turn, so that none is refused as busy.
    engine = create_async_engine(url, poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=0)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    event.listen(engine.sync_engine, "handle_error", _explain)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(migrate)
    except BaseException:
        await engine.dispose()
        raise
    return engine


def reading(engine: AsyncEngine) -> Engine:
    """Return an engine for short looks at the same database, right on the event loop.

    A row found by its key takes a tenth of what a driver's thread takes to be told to look for it,
    and what a request waits for does not wait its turn behind transactions.
    """
    reader = create_engine(
        engine.url.set(drivername="sqlite"),
        poolclass=StaticPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"check_same_thread": False},
    )
    event.listen(reader, "connect", _prepare_reading)
    event.listen(reader, "handle_error", _explain)
    return reader


def visible_instances(query: Select[Any], who: Principal) -> Select[Any]:
    """Return the query, of instances the principal may see."""
    return query if who.admin else query.where(instances.c.owner == who.id)


def visible_operations(query: Select[Any], who: Principal) -> Select[Any]:
    """Return the query, of operations on instances the principal owns or owned."""
    return query if who.admin else query.where(operations.c.owner == who.id)


def _prepare(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own objects
    # The driver by itself begins no transaction before it changes tables, so that a migration that
    # is killed would leave half of it behind.
    connection.isolation_level = None
    _set(connection, _PRAGMAS)


def _prepare_reading(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own objects
    _set(connection, _READING)


def _set(connection: Any, pragmas: tuple[str, ...]) -> None:  # noqa: ANN401 - as above
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _explain(context: ExceptionContext) -> None:
    """Say of a database that cannot be used what to do; other faults stay what they are."""
    fault = context.original_exception
    # What SQLite says of a damaged file is a DatabaseError, and of no narrower kind.
    if isinstance(fault, sqlite3.OperationalError) or type(fault) is sqlite3.DatabaseError:
        raise Broken(
            f"The control plane's database cannot be used: {fault}. {_remedy(str(fault))}"
        ) from fault


def _remedy(fault: str) -> str:
    if "full" in fault or "disk I/O" in fault:
        return "Free some space on the disk of the home, then try again."
    if "not a database" in fault or "malformed" in fault:
        return (
            "control.db in the home is damaged: `edm restore FILE --replace` makes a home of a "
            "backup and keeps what is there; or move it away and begin anew."
        )
    return "Look at control.db in the home: its owner, its permissions, who else has it open."
