"""Instances and their releases."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Delete, Update, bindparam, delete, func, insert, or_, select, update

from edm.adapters.sql import rows
from edm.adapters.sql.connection import Part, visible_instances, whole
from edm.adapters.sql.history import happen
from edm.adapters.sql.tables import events, instances, mirrors, operations, releases
from edm.ports.errors import NotFound
from edm.ports.store import PLATFORM, Instance, Principal, Release, State

# Made once: what a request waits for is looked up by these.
_ONE = select(instances).where(instances.c.name == bindparam("name"))
_RELEASE = select(releases).where(
    releases.c.instance == bindparam("name"), releases.c.number == bindparam("release")
)


class Instances(Part):
    """What owners run."""

    async def instance(self, who: Principal, name: str) -> Instance:
        """Return an instance. Raises ``NotFound``."""
        query = visible_instances(_ONE, who)
        with self._reader.connect() as connection:
            row = connection.execute(query, {"name": name}).mappings().first()
        if row is None:
            raise missing(name)
        return rows.instance(row)

    @whole
    async def instances(
        self, who: Principal, after: str = "", limit: int | None = None
    ) -> tuple[Instance, ...]:
        """Return the instances the principal may see, by name, so many after a name."""
        query = visible_instances(select(instances).order_by(instances.c.name), who)
        if after:
            query = query.where(instances.c.name > after)
        async with self._engine.connect() as connection:
            found = await connection.execute(query.limit(limit))
            return tuple(map(rows.instance, found.mappings().all()))

    @whole
    async def standing(self, names: tuple[str, ...]) -> tuple[Instance, ...]:
        """Return all instances that are recorded as running, and those with these names."""
        wanted = or_(instances.c.state == State.RUNNING, instances.c.name.in_(names))
        query = select(instances).where(wanted).order_by(instances.c.name)
        async with self._engine.connect() as connection:
            return tuple(map(rows.instance, (await connection.execute(query)).mappings().all()))

    @whole
    async def states(self, who: Principal) -> dict[State, int]:
        """Return how many instances the principal may see are in each state there is one in."""
        query = select(instances.c.state, func.count()).group_by(instances.c.state)
        async with self._engine.connect() as connection:
            found = await connection.execute(visible_instances(query, who))
            return {State(state): number for state, number in found.all()}

    @whole
    async def taken(self, name: str) -> bool:
        """Return whether anybody has an instance of this name."""
        query = select(instances.c.name).where(instances.c.name == name)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).mappings().first() is not None

    @whole
    async def move(
        self,
        name: str,
        state: State,
        now: datetime,
        reason: str = "",
        *,
        only_from: frozenset[State] | None = None,
        what: str = "",
        used: datetime | None = None,
    ) -> bool:
        """Set an instance's state and why it is so; return whether it was set."""
        query = update(instances).where(instances.c.name == name)
        if only_from is not None:
            query = query.where(instances.c.state.in_(sorted(only_from)))
        query = query.values(state=state, changed=now, reason=reason)
        async with self._engine.begin() as connection:
            if used is not None:
                await connection.execute(_used(name, used))
            moved = (await connection.execute(query)).rowcount > 0
            if moved and what:
                await happen(connection, PLATFORM, what, now, name)
        return moved

    @whole
    async def activate(self, instance: Instance) -> None:
        """Say that an instance runs: with this release, access, key, sleep and these origins."""
        query = _configured(instance).values(release=instance.release)
        query = query.values(state=State.RUNNING, changed=instance.changed, reason="")
        async with self._engine.begin() as connection:
            await connection.execute(query)

    @whole
    async def configure(self, instance: Instance) -> None:
        """Keep an instance's access, key, sleep and origins, whatever state it is in."""
        async with self._engine.begin() as connection:
            await connection.execute(_configured(instance).values(changed=instance.changed))

    @whole
    async def touch(self, name: str, used: datetime) -> None:
        """Keep when an instance's last request came; an earlier moment than known is ignored."""
        async with self._engine.begin() as connection:
            await connection.execute(_used(name, used))

    @whole
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
        if not who.admin:
            await self.instance(who, name)
        key = {"name": name, "release": number}
        with self._reader.connect() as connection:
            row = connection.execute(_RELEASE, key).mappings().first()
        if row is None:
            raise NotFound(
                f"{name} has no release {number}. `edm releases {name}` shows those it has."
            )
        return rows.release(row)

    @whole
    async def releases(self, who: Principal, name: str) -> tuple[Release, ...]:
        """Return an instance's releases, newest first. Raises ``NotFound``."""
        await self.instance(who, name)
        query = select(releases).where(releases.c.instance == name)
        async with self._engine.connect() as connection:
            found = await connection.execute(query.order_by(releases.c.number.desc()))
            return tuple(map(rows.release, found.mappings().all()))

    @whole
    async def erase(self, name: str) -> None:
        """Remove an instance, its releases and its mirror; its history stays. Idempotent."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(mirrors).where(mirrors.c.instance == name))
            await connection.execute(delete(releases).where(releases.c.instance == name))
            await connection.execute(_untold(name))
            await connection.execute(delete(instances).where(instances.c.name == name))


def _untold(name: str) -> Delete:
    """Return what forgets operations that only its releases kept: their events are gone."""
    told = select(events.c.operation).where(events.c.instance == name)
    ended = operations.c.finished.is_not(None) & operations.c.id.not_in(told)
    return delete(operations).where(operations.c.instance == name, ended)


def _used(name: str, used: datetime) -> Update:
    later = or_(instances.c.used.is_(None), instances.c.used < used)
    return update(instances).where(instances.c.name == name, later).values(used=used)


def _configured(instance: Instance) -> Update:
    return (
        update(instances)
        .where(instances.c.name == instance.name)
        .values(
            access=instance.access,
            key_hash=instance.key_hash,
            sleep_after=instance.sleep_after,
            origins=instance.origins,
        )
    )


def missing(name: str) -> NotFound:
    """Return what is raised for an instance that is not there, or not theirs to see."""
    return NotFound(f"There is no instance called {name}. `edm list` shows those you have.")
