"""Users and the tokens they show. A token is random and long, so a plain hash keeps it."""

import hashlib
from dataclasses import dataclass

from edm.ports.store import PLATFORM, Principal, Token
from edm.services.world import World


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made, with its secret: nothing shows that again."""

    token: Token
    secret: str


def digest(secret: str) -> str:
    """Return what is kept of a secret of 256 random bits: its SHA-256, hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def authenticate(world: World, secret: str) -> Principal | None:
    """Return whose token this is; None if nobody's."""
    return await world.store.authenticate(digest(secret), world.clock.now())


async def create_token(world: World, who: Principal, name: str) -> NewToken:
    """Make a further token for a principal, as powerful as they are."""
    secret = world.chance.secret()
    now = world.clock.now()
    return NewToken(await world.store.add_token(who, name, digest(secret), now), secret)


async def ensure_admin(world: World, secret: str) -> str:
    """Have a first administrator, and return the secret of a token of theirs.

    Args:
        world: The ports.
        secret: The one handed out before, which stays if it is still theirs; empty if there is
            none.
    """
    known = await authenticate(world, secret) if secret else None
    if known is not None and known.admin:
        return secret
    return (await create_token(world, await _first_admin(world), "first")).secret


async def _first_admin(world: World) -> Principal:
    # Whom they called the first may be gone, where another administrator removed them.
    for user in sorted(await world.store.users(PLATFORM), key=lambda user: user.id):
        if user.admin:
            return Principal(user.id, user.name, admin=True)
    return await world.store.add_user("admin", world.clock.now(), admin=True)
