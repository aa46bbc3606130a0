"""Where repositories are pushed."""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from edm.adapters.sql import rows
from edm.adapters.sql.connection import Part, visible_instances, whole
from edm.adapters.sql.instances import missing
from edm.adapters.sql.tables import instances, mirrors
from edm.ports.store import Mirror, Principal


class Mirrors(Part):
    """The mirrors of instances."""

    @whole
    async def mirror(self, who: Principal, name: str) -> Mirror | None:
        """Return where an instance's repository is pushed; None if nowhere."""
        query = select(mirrors).where(mirrors.c.instance == name)
        async with self._engine.connect() as connection:
            await _see(connection, who, name)
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else rows.mirror(row)

    @whole
    async def set_mirror(self, who: Principal, mirror: Mirror) -> None:
        """Keep where an instance's repository is pushed from now on."""
        async with self._engine.begin() as connection:
            await _see(connection, who, mirror.instance)
            await connection.execute(delete(mirrors).where(mirrors.c.instance == mirror.instance))
            await connection.execute(insert(mirrors).values(rows.columns(mirror)))

    @whole
    async def drop_mirror(self, who: Principal, name: str) -> None:
        """Forget where an instance's repository was pushed. Idempotent."""
        async with self._engine.begin() as connection:
            await _see(connection, who, name)
            await connection.execute(delete(mirrors).where(mirrors.c.instance == name))

    @whole
    async def mirrors(self) -> tuple[Mirror, ...]:
        """Return all mirrors, by instance."""
        query = select(mirrors).order_by(mirrors.c.instance)
        async with self._engine.connect() as connection:
            return tuple(map(rows.mirror, (await connection.execute(query)).mappings().all()))

    @whole
    async def record_mirror(self, mirror: Mirror) -> None:
        """Keep how a push went, unless it went where none goes any more."""
        query = update(mirrors).where(
            mirrors.c.instance == mirror.instance,
            mirrors.c.url == mirror.url,
            mirrors.c.secret == mirror.secret,
        )
        query = query.values(
            commit=mirror.commit,
            failures=mirror.failures,
            reason=mirror.reason,
            tried=mirror.tried,
        )
        async with self._engine.begin() as connection:
            await connection.execute(query)


async def _see(connection: AsyncConnection, who: Principal, name: str) -> None:
    query = select(instances.c.name).where(instances.c.name == name)
    if (await connection.execute(visible_instances(query, who))).first() is None:
        raise missing(name)
