"""Instances and their releases."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from edm.adapters.sql import rows
from edm.adapters.sql.connection import Part, visible_instances
from edm.adapters.sql.tables import instances, releases
from edm.ports.errors import NotFound
from edm.ports.store import Access, Instance, Principal, Release, State


class Instances(Part):
    """What owners run."""

    async def instance(self, who: Principal, name: str) -> Instance:
        """Return an instance. Raises ``NotFound``."""
        query = visible_instances(select(instances).where(instances.c.name == name), who)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            raise missing(name)
        return rows.instance(row)

    async def instances(self, who: Principal) -> tuple[Instance, ...]:
        """Return all instances the principal may see, by name."""
        query = visible_instances(select(instances).order_by(instances.c.name), who)
        async with self._engine.connect() as connection:
            return tuple(map(rows.instance, (await connection.execute(query)).mappings().all()))

    async def taken(self, name: str) -> bool:
        """Return whether anybody has an instance of this name."""
        query = select(instances.c.name).where(instances.c.name == name)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).mappings().first() is not None

    async def move(self, name: str, state: State, now: datetime, reason: str = "") -> None:
        """Set an instance's state and why it is so. Does nothing if it is gone."""
        query = update(instances).where(instances.c.name == name)
        async with self._engine.begin() as connection:
            await connection.execute(query.values(state=state, changed=now, reason=reason))

    async def activate(
        self, name: str, release: int, now: datetime, access: Access, key_hash: str
    ) -> None:
        """Say that a release serves, to whom, and that the instance runs."""
        query = update(instances).where(instances.c.name == name)
        query = query.values(release=release, access=access, key_hash=key_hash)
        query = query.values(state=State.RUNNING, changed=now, reason="")
        async with self._engine.begin() as connection:
            await connection.execute(query)

    async def add_release(self, release: Release) -> Release:
        """Keep a release under the next number and return it. Once per operation."""
        made = select(releases).where(releases.c.operation == release.operation)
        last = select(func.max(releases.c.number)).where(releases.c.instance == release.instance)
        async with self._engine.begin() as connection:
            row = (await connection.execute(made)).mappings().first()
            if row is not None:
                return rows.release(row)
            number = (await connection.execute(last)).scalar() or 0
            numbered = replace(release, number=number + 1)
            await connection.execute(insert(releases).values(rows.columns(numbered)))
        return numbered

    async def release(self, who: Principal, name: str, number: int) -> Release:
        """Return a release. Raises ``NotFound``."""
        await self.instance(who, name)
        query = select(releases).where(releases.c.instance == name, releases.c.number == number)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            raise NotFound(
                f"{name} has no release {number}. `edm releases {name}` shows those it has."
            )
        return rows.release(row)

    async def releases(self, who: Principal, name: str) -> tuple[Release, ...]:
        """Return an instance's releases, newest first. Raises ``NotFound``."""
        await self.instance(who, name)
        query = select(releases).where(releases.c.instance == name)
        async with self._engine.connect() as connection:
            found = await connection.execute(query.order_by(releases.c.number.desc()))
            return tuple(map(rows.release, found.mappings().all()))

    async def erase(self, name: str) -> None:
        """Remove an instance and its releases; its operations and events stay. Idempotent."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(releases).where(releases.c.instance == name))
            await connection.execute(delete(instances).where(instances.c.name == name))


def missing(name: str) -> NotFound:
    """Return what is raised for an instance that is not there, or not theirs to see."""
    return NotFound(f"There is no instance called {name}. `edm list` shows those you have.")
