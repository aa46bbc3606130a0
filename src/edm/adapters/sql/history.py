"""What happened, and how often."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from edm.adapters.sql import rows
from edm.adapters.sql.connection import Part, whole
from edm.adapters.sql.tables import counts, events, instances, operations, releases
from edm.ports.store import Count, Event, Principal

KEPT = 100_000
"""Events of the whole platform that are kept: tens of megabytes."""
KEPT_OF_ONE = 1_000
"""Events of one instance that are kept, so that a busy one does not push others' out."""


# Made once, for every wake says them.
_OLDEST = (
    select(events.c.id)
    .where(events.c.instance == bindparam("one"))
    .order_by(events.c.id.desc())
    .offset(bindparam("kept"))
    .limit(1)
)
_ONCE_MORE = (
    update(counts)
    .where(counts.c.what == bindparam("this"), counts.c.outcome == bindparam("so"))
    .values(times=counts.c.times + 1)
)


class History(Part):
    """What happened."""

    @whole
    async def events(
        self, who: Principal, name: str | None, limit: int, after: int | None = None
    ) -> tuple[Event, ...]:
        """Return events the principal may see, oldest first: the newest, or those after an id."""
        query = select(events).limit(limit)
        query = query.order_by(events.c.id if after is not None else events.c.id.desc())
        if after is not None:
            query = query.where(events.c.id > after)
        if name is not None:
            query = query.where(events.c.instance == name)
        if not who.admin:
            query = query.where(events.c.owner == who.id)
        async with self._engine.connect() as connection:
            found = (await connection.execute(query)).mappings().all()
        return tuple(map(rows.event, found if after is not None else reversed(found)))

    @whole
    async def add_event(self, who: Principal, what: str, now: datetime, instance: str = "") -> None:
        """Keep that something happened which is no operation."""
        async with self._engine.begin() as connection:
            await happen(connection, who, what, now, instance)

    @whole
    async def counts(self) -> tuple[Count, ...]:
        """Return how often each thing happened; these numbers never fall."""
        query = select(counts).order_by(counts.c.what, counts.c.outcome)
        async with self._engine.connect() as connection:
            return tuple(map(rows.count, (await connection.execute(query)).mappings().all()))


async def happen(
    connection: AsyncConnection, who: Principal, what: str, now: datetime, instance: str
) -> None:
    """Keep and count what happened which is no operation."""
    query = select(instances.c.owner).where(instances.c.name == instance)
    owner = func.coalesce(query.scalar_subquery(), who.id)
    happened = {"instance": instance, "owner": owner, "principal": who.name, "what": what}
    await add_event(connection, happened | {"at": now, "operation": ""})
    await count(connection, what.partition(" ")[0].rstrip(":,."), "")


async def add_event(connection: AsyncConnection, happened: dict[str, Any]) -> None:
    """Keep an event, and forget the oldest of too many."""
    added = await connection.execute(insert(events).values(happened).returning(events.c.id))
    oldest = added.scalar_one() - KEPT
    if oldest > 0:
        await _forget(connection, events.c.id <= oldest)
    if not happened["instance"]:
        return
    one = {"one": happened["instance"], "kept": KEPT_OF_ONE}
    limit = (await connection.execute(_OLDEST, one)).scalar()
    if limit is not None:
        of_one = events.c.instance == happened["instance"]
        await _forget(connection, of_one, events.c.id <= limit)


async def _forget(connection: AsyncConnection, *which: ColumnElement[bool]) -> None:
    """Forget events, and with each the operation it told the end of, but for a release's."""
    told = select(events.c.operation).where(*which)
    needed = select(releases.c.operation)
    forgotten = operations.c.id.in_(told) & operations.c.id.not_in(needed)
    await connection.execute(delete(operations).where(forgotten))
    await connection.execute(delete(events).where(*which))


async def count(connection: AsyncConnection, what: str, outcome: str) -> None:
    """Count that something happened once more."""
    this = what[:40]
    if not (await connection.execute(_ONCE_MORE, {"this": this, "so": outcome})).rowcount:
        first = {"what": this, "outcome": outcome, "times": 1}
        await connection.execute(insert(counts).values(first))
