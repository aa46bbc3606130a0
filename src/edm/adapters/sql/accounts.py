"""Users and their tokens."""

from datetime import datetime

from sqlalchemy import insert, select

from edm.adapters.sql import rows
from edm.adapters.sql.connection import Part
from edm.adapters.sql.tables import tokens, users
from edm.ports.store import Principal, Token

_TOKEN = select(tokens.c.id, users.c.name.label("owner"), tokens.c.name, tokens.c.created).join(
    users, users.c.id == tokens.c.user
)


class Accounts(Part):
    """Who there is, and what they show to be let in."""

    async def authenticate(self, token_hash: str) -> Principal | None:
        """Return whose token has this hash; None if nobody's."""
        query = select(users).join(tokens, tokens.c.user == users.c.id)
        query = query.where(tokens.c.hash == token_hash)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else rows.principal(row)

    async def add_user(self, name: str, now: datetime, *, admin: bool) -> Principal:
        """Make a user, or return the one with this name as they are."""
        query = select(users).where(users.c.name == name)
        async with self._engine.begin() as connection:
            row = (await connection.execute(query)).mappings().first()
            if row is None:
                values = {"name": name, "admin": admin, "created": now}
                await connection.execute(insert(users).values(values))
                row = (await connection.execute(query)).mappings().one()
        return rows.principal(row)

    async def add_token(self, who: Principal, name: str, token_hash: str, now: datetime) -> Token:
        """Keep the hash of a principal's new token."""
        values = {"user": who.id, "name": name, "hash": token_hash, "created": now}
        async with self._engine.begin() as connection:
            await connection.execute(insert(tokens).values(values))
            query = _TOKEN.where(tokens.c.hash == token_hash)
            row = (await connection.execute(query)).mappings().one()
        return rows.token(row)
