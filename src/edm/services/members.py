"""Users: who may be let in."""

import re
from dataclasses import dataclass

from edm.ports.errors import Refused, Taken
from edm.ports.store import Principal, Removal, Scope
from edm.services import kinds
from edm.services.accounts import LASTING, NewToken, create_token
from edm.services.history import note
from edm.services.world import World

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")
_RESERVED = frozenset({"platform"})
"""Names under which the platform itself acts."""


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user just made, with a token to begin with."""

    user: Principal
    token: NewToken


async def add_user(world: World, who: Principal, name: str, *, admin: bool) -> NewUser:
    """Make a user and a first token for them, that lasts as any, and no longer than the maker's.

    Raises:
        Refused: The name cannot be one or is taken, or who asks may not.
    """
    _allow(who)
    if _NAME.fullmatch(name) is None or name in _RESERVED:
        raise Refused(kinds.USER_NAME.at("name", f"{name[:60]!r} cannot be a user's name."))
    now = world.clock.now()
    try:
        user = await world.store.add_user(name, now, admin=admin)
    except Taken:
        raise Refused(kinds.USER_TAKEN.at("name", f"The name {name} is taken.")) from None
    ends = min(now + LASTING, who.expires or now + LASTING)
    token = await create_token(world, user, "first", expires=ends)
    await note(world, who, f"user added: {name}{', an administrator' if admin else ''}")
    return NewUser(user, token)


async def remove_user(world: World, who: Principal, name: str) -> None:
    """Remove a user; their tokens end at once.

    Raises:
        NotFound: There is no such user.
        Refused: They are needed, or have instances, or who asks may not.
    """
    _allow(who)
    removal = await world.store.remove_user(who, name)
    if removal is Removal.LAST_ADMIN:
        raise Refused(kinds.LAST_ADMIN.at(name, f"{name} is the last administrator."))
    if removal is Removal.HAS_INSTANCES:
        raise Refused(kinds.OWNS.at(name, f"{name} has instances."))
    await note(world, who, f"user removed: {name}")


def _allow(who: Principal) -> None:
    if not who.admin or Scope.ADMIN not in who.scopes:
        raise Refused(kinds.SCOPE_LACKING.at("Authorization", "This needs the scope admin."))
