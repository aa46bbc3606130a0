"""Operations, and what they were asked to do."""

from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from edm.adapters.sql import rows
from edm.adapters.sql.connection import Part, visible_operations, whole
from edm.adapters.sql.history import add_event, count
from edm.adapters.sql.instances import missing
from edm.adapters.sql.tables import instances, operations, orders, users
from edm.ports.errors import NotFound, Taken
from edm.ports.store import PLATFORM, Instance, Operation, Order, Principal


class Operations(Part):
    """What is under way."""

    @whole
    async def open(self, operation: Operation, order: Order, new: Instance | None) -> Operation:
        """Record an operation with its order and the instance it makes, or what is in its way."""
        async with self._engine.begin() as connection:
            row = (await connection.execute(_unfinished(operation.instance))).mappings().first()
            if row is not None:
                return rows.operation(row)
            await _have(connection, operation.instance, new)
            await connection.execute(insert(operations).values(rows.columns(operation)))
            kept = rows.columns(order) | {"operation": operation.id}
            await connection.execute(insert(orders).values(kept))
        return operation

    @whole
    async def record(self, operation: Operation) -> None:
        """Keep an operation's progress, steps, problems, commit and release."""
        async with self._engine.begin() as connection:
            await connection.execute(_changed(operation))

    @whole
    async def close(self, operation: Operation, what: str) -> None:
        """Record a finished operation and its event, by who asked, and erase its order. Once."""
        happened = {
            "instance": operation.instance,
            "owner": operation.owner,
            "what": what,
            "at": operation.finished,
            "operation": operation.id,
        }
        asked = select(users.c.name).where(users.c.id == operation.principal)
        still_open = _changed(operation).where(operations.c.finished.is_(None))
        async with self._engine.begin() as connection:
            if not (await connection.execute(still_open)).rowcount:
                return
            happened["principal"] = (await connection.execute(asked)).scalar() or PLATFORM.name
            await add_event(connection, happened)
            await count(connection, operation.verb, operation.progress)
            await connection.execute(delete(orders).where(orders.c.operation == operation.id))

    @whole
    async def order(self, operation: str) -> Order:
        """Return what an unfinished operation was asked to do."""
        query = select(orders).where(orders.c.operation == operation)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            raise NotFound(f"Operation {operation} has ended: what it was given is erased.")
        return rows.order(row)

    @whole
    async def operation(self, who: Principal, operation: str) -> Operation:
        """Return an operation, unfinished or not. Raises ``NotFound``."""
        query = visible_operations(select(operations).where(operations.c.id == operation), who)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            raise NotFound("There is no such operation. `edm events` shows those there were.")
        return rows.operation(row)

    @whole
    async def unfinished(self) -> tuple[Operation, ...]:
        """Return all operations that did not end, oldest first."""
        query = select(operations).where(operations.c.finished.is_(None))
        async with self._engine.connect() as connection:
            found = await connection.execute(query.order_by(operations.c.created))
            return tuple(map(rows.operation, found.mappings().all()))


def _unfinished(name: str) -> Any:  # noqa: ANN401 - a statement, whose type says nothing more
    query = select(operations).where(operations.c.instance == name)
    return query.where(operations.c.finished.is_(None))


def _changed(operation: Operation) -> Any:  # noqa: ANN401 - as above
    return update(operations).where(operations.c.id == operation.id).values(rows.columns(operation))


async def _have(connection: AsyncConnection, name: str, new: Instance | None) -> None:
    query = select(instances.c.name).where(instances.c.name == name)
    found = (await connection.execute(query)).first() is not None
    if new is None and not found:
        raise missing(name)
    if new is not None and found:
        raise Taken(f"Somebody took the name {name} just now. Deploy under another one.")
    if new is not None:
        await connection.execute(insert(instances).values(rows.columns(new)))
