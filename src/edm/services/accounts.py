"""Tokens: who shows one, and who may make one. They are random and long, so a plain hash does."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from edm.ports.errors import NotFound, Refused
from edm.ports.store import EVERYTHING, ORDINARY, PLATFORM, Principal, Scope, Token
from edm.services import kinds
from edm.services.history import note
from edm.services.world import World

LASTING = timedelta(days=90)
"""How long a token is valid that was made without saying so. The first administrator's has no
end: who loses it finds the next one in the home, and a platform nobody can enter helps nobody."""

_LONGEST_NAME = 64

_LONGEST = timedelta(days=100 * 365)
"""A later end is none, and not every moment that can be written can be stored."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made, with its secret: nothing shows that again."""

    token: Token
    secret: str


@dataclass(frozen=True, slots=True)
class TokenWish:
    """What a token is asked for with.

    Attributes:
        name: What it is called, for people.
        scopes: What it is to do; None for all that the token may which asks.
        lasting: Whether ``expires`` says how long; else it lasts ``LASTING``.
        expires: When it ends, UTC; None for never.
        user: Whose it is to be, by name; empty for who asks.
    """

    name: str
    scopes: frozenset[Scope] | None = None
    lasting: bool = False
    expires: datetime | None = None
    user: str = ""


def digest(secret: str) -> str:
    """Return what is kept of a secret of 256 random bits: its SHA-256, hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def authenticate(world: World, secret: str) -> Principal | None:
    """Return whose token this is; None if nobody's, or if it has ended."""
    return await world.store.authenticate(digest(secret), world.clock.now())


async def make_token(world: World, who: Principal, wish: TokenWish) -> NewToken:
    """Make a further token, that does and lasts no more than the one that was shown.

    An administrator may make one for somebody else, such as who let their last one end.

    Raises:
        Refused: The name cannot be one, or more is asked for than they have.
        NotFound: There is no such user for who asks.
    """
    name = token_name(wish.name)
    user = await _holder(world, who, wish.user)
    scopes, ends = _granted(user, wish.scopes), _end(world, who, wish)
    made = await create_token(world, user, name, scopes=scopes, expires=ends)
    await note(world, who, f"token made: {name}{'' if user is who else f', for {user.name}'}")
    return made


async def revoke_token(world: World, who: Principal, token: int) -> None:
    """End a token at once.

    Raises:
        NotFound: There is none of this id that the principal may see.
        Refused: It is somebody else's, and the token shown may not do that.
    """
    if Scope.ADMIN not in who.scopes:
        others = (each.id for each in await world.store.tokens(who) if each.user != who.name)
        if token in others:
            message = "To end a token of another needs the scope admin."
            raise Refused(kinds.SCOPE_LACKING.at("token", message))
    ended = await world.store.revoke_token(who, token)
    await note(world, who, f"token revoked: {ended.name}")


async def create_token(
    world: World,
    who: Principal,
    name: str,
    *,
    scopes: frozenset[Scope] = EVERYTHING,
    expires: datetime | None = None,
) -> NewToken:
    """Make a token; the store leaves out what the principal lacks."""
    secret = world.chance.secret()
    now = world.clock.now()
    hashed = digest(secret)
    token = await world.store.add_token(who, name, hashed, now, scopes=scopes, expires=expires)
    return NewToken(token, secret)


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


def token_name(name: str) -> str:
    """Return what a token is called, without spaces around it.

    Raises:
        Refused: Nobody could read it.
    """
    tidy = name.strip()
    if not tidy or len(tidy) > _LONGEST_NAME or not tidy.isprintable():
        raise Refused(kinds.TOKEN_NAME.at("name", f"{name[:80]!r} cannot be a token's name."))
    return tidy


def closed(scopes: Collection[Scope]) -> frozenset[Scope]:
    """Return scopes with those they have in themselves: who may write may also read."""
    order = tuple(Scope)
    last = max((order.index(scope) for scope in scopes), default=-1)
    return frozenset(order[: last + 1])


async def _holder(world: World, who: Principal, name: str) -> Principal:
    """Return who is to have a token, with no more than who makes it."""
    if name in {"", who.name}:
        return who
    found = next((user for user in await world.store.users(who) if user.name == name), None)
    if found is None:
        raise NotFound(f"There is no user called {name[:60]}. `edm user list` shows who is.")
    if Scope.ADMIN not in who.scopes:
        problem = kinds.SCOPE_LACKING.at("user", "A token of another needs the scope admin.")
        raise Refused(problem)
    scopes = who.scopes if found.admin else who.scopes & ORDINARY
    return Principal(found.id, found.name, found.admin, scopes, who.expires)


def _granted(who: Principal, scopes: frozenset[Scope] | None) -> frozenset[Scope]:
    if scopes is None:
        return who.scopes
    lacking = closed(scopes) - who.scopes
    if lacking or not scopes:
        names = ", ".join(sorted(lacking)) or "nothing"
        raise Refused(kinds.MORE_THAN_OWN.at("scopes", f"{names} is not yours to give."))
    return closed(scopes)


def _end(world: World, who: Principal, wish: TokenWish) -> datetime | None:
    now = world.clock.now()
    if not wish.lasting:
        return min(now + LASTING, who.expires or now + LASTING)
    if wish.expires is not None and wish.expires <= now:
        raise Refused(kinds.TOKEN_END.at("expires", "That moment is over."))
    if wish.expires is not None and wish.expires - now > _LONGEST:
        raise Refused(kinds.TOKEN_END.at("expires", "That is too far: null is for ever."))
    if who.expires is not None and (wish.expires is None or wish.expires > who.expires):
        message = f"The token shown ends at {who.expires.isoformat(timespec='seconds')}."
        raise Refused(kinds.TOKEN_END.at("expires", message))
    return wish.expires


async def _first_admin(world: World) -> Principal:
    # Whom they called the first may be gone, where another administrator removed them.
    for user in sorted(await world.store.users(PLATFORM), key=lambda user: user.id):
        if user.admin:
            return Principal(user.id, user.name, admin=True)
    return await world.store.add_user("admin", world.clock.now(), admin=True)
