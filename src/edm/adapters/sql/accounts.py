"""Users and their tokens."""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from edm.adapters.sql import rows
from edm.adapters.sql.connection import Part, whole
from edm.adapters.sql.tables import events, instances, operations, tokens, users
from edm.ports.errors import Broken, NotFound, Taken
from edm.ports.store import EVERYTHING, ORDINARY, Principal, Removal, Scope, Token, User

_TOKEN = select(
    tokens.c.id,
    tokens.c.name,
    tokens.c.created,
    tokens.c.scopes,
    tokens.c.expires,
    tokens.c.used,
    users.c.name.label("owner"),
    users.c.admin,
).join(users, users.c.id == tokens.c.user)

_SHOWN = select(
    users, tokens.c.scopes, tokens.c.expires, tokens.c.used, tokens.c.id.label("token")
).join(tokens, tokens.c.user == users.c.id)

_COARSE = timedelta(hours=1)
"""By how much a token's last use may be later than what is kept: a request writes nothing."""


class Accounts(Part):
    """Who there is, and what they show to be let in."""

    @whole
    async def authenticate(self, token_hash: str, now: datetime) -> Principal | None:
        """Return who shows this token, and note its use; None if nobody may with it."""
        async with self._engine.connect() as connection:
            found = await connection.execute(_SHOWN.where(tokens.c.hash == token_hash))
            row = found.mappings().first()
        if row is None or (row["expires"] is not None and row["expires"] <= now):
            return None
        if row["used"] is None or now - row["used"] >= _COARSE:
            # Who may come in may do so as well while the disk is full.
            with suppress(Broken):
                await self._note_use(token_hash, now)
        return rows.principal(row)

    @whole
    async def admits(self, who: Principal, now: datetime) -> bool:
        """Return whether the token a principal showed still lets them in."""
        query = select(tokens.c.expires).where(tokens.c.id == who.token, tokens.c.user == who.id)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        return row is not None and (row.expires is None or row.expires > now)

    @whole
    async def add_user(self, name: str, now: datetime, *, admin: bool) -> Principal:
        """Make a user. Raises ``Taken`` if there is one of this name."""
        async with self._engine.begin() as connection:
            if (await connection.execute(_named(name))).first() is not None:
                raise Taken(f"There is a user called {name} already.")
            number = await _next_user(connection)
            values = {"id": number, "name": name, "admin": admin, "created": now}
            await connection.execute(insert(users).values(values))
        scopes = EVERYTHING if admin else ORDINARY
        return Principal(number, name, admin, scopes)

    @whole
    async def users(self, who: Principal) -> tuple[User, ...]:
        """Return the users the principal may see, by name: all, or themselves only."""
        query = select(users).order_by(users.c.name)
        query = query if who.admin else query.where(users.c.id == who.id)
        async with self._engine.connect() as connection:
            return tuple(map(rows.user, (await connection.execute(query)).mappings().all()))

    @whole
    async def remove_user(self, who: Principal, name: str) -> Removal:
        """Remove a user and end their tokens at once, unless something is in the way."""
        async with self._engine.begin() as connection:
            row = (await connection.execute(_named(name))).mappings().first()
            if row is None or not who.admin:
                raise NotFound(f"There is no user called {name}. `edm user list` shows who is.")
            if row["admin"] and await _count_admins(connection) == 1:
                return Removal.LAST_ADMIN
            owned = select(instances.c.name).where(instances.c.owner == row["id"]).limit(1)
            if (await connection.execute(owned)).first() is not None:
                return Removal.HAS_INSTANCES
            await connection.execute(delete(tokens).where(tokens.c.user == row["id"]))
            await connection.execute(delete(users).where(users.c.id == row["id"]))
        return Removal.DONE

    @whole
    async def add_token(
        self,
        who: Principal,
        name: str,
        token_hash: str,
        now: datetime,
        *,
        scopes: frozenset[Scope] = EVERYTHING,
        expires: datetime | None = None,
    ) -> Token:
        """Keep the hash of a principal's new token, which never does more than they may."""
        ends = [end for end in (expires, who.expires) if end is not None]
        values = {
            "user": who.id,
            "name": name,
            "hash": token_hash,
            "created": now,
            "scopes": rows.scopes_text(scopes & who.scopes),
            "expires": min(ends, default=None),
        }
        there = select(users.c.id).where(users.c.id == who.id)
        async with self._engine.begin() as connection:
            if (await connection.execute(there)).first() is None:
                raise NotFound(f"There is no user called {who.name} any more.")
            await connection.execute(insert(tokens).values(values))
            query = _TOKEN.where(tokens.c.hash == token_hash)
            row = (await connection.execute(query)).mappings().one()
        return rows.token(row)

    @whole
    async def tokens(self, who: Principal) -> tuple[Token, ...]:
        """Return the tokens of the principal, or everybody's for an administrator."""
        query = _visible(_TOKEN, who).order_by(tokens.c.id)
        async with self._engine.connect() as connection:
            return tuple(map(rows.token, (await connection.execute(query)).mappings().all()))

    @whole
    async def revoke_token(self, who: Principal, token: int) -> Token:
        """End a token at once and return what it was. Raises ``NotFound``."""
        query = _visible(_TOKEN, who).where(tokens.c.id == token)
        async with self._engine.begin() as connection:
            row = (await connection.execute(query)).mappings().first()
            if row is None:
                raise NotFound(f"There is no token {token}. `edm token list` shows yours.")
            await connection.execute(delete(tokens).where(tokens.c.id == token))
        return rows.token(row)

    async def _note_use(self, token_hash: str, now: datetime) -> None:
        query = update(tokens).where(tokens.c.hash == token_hash).values(used=now)
        async with self._engine.begin() as connection:
            await connection.execute(query)


def _named(name: str) -> Select[tuple[object, ...]]:
    return select(users).where(users.c.name == name)


def _visible(query: Select[tuple[object, ...]], who: Principal) -> Select[tuple[object, ...]]:
    return query if who.admin else query.where(tokens.c.user == who.id)


async def _count_admins(connection: AsyncConnection) -> int:
    query = select(func.count()).select_from(users).where(users.c.admin)
    return (await connection.execute(query)).scalar_one()


async def _next_user(connection: AsyncConnection) -> int:
    """Return an id that nothing refers to: history outlives its user, and is not inherited."""
    columns = (users.c.id, events.c.owner, operations.c.owner, operations.c.principal)
    last = [(await connection.execute(select(func.max(column)))).scalar() for column in columns]
    return max(number or 0 for number in last) + 1
