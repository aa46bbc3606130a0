"""Who there is, what they show to be let in, and what that lets them do."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum


class Scope(StrEnum):
    """What a token lets its user do: each scope has the ones before it in itself.

    To look, to change what is theirs, to change who there is. What a user sees does not depend
    on it: an administrator's token that may only read reads everyone's.
    """

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


EVERYTHING = frozenset(Scope)
"""The scopes of an administrator's own token."""

ORDINARY = EVERYTHING - {Scope.ADMIN}
"""The scopes of a member's own token: no member has more."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Attributes:
        id: The user.
        name: What they are called.
        admin: Whether they see what everybody has.
        scopes: What the token they showed lets them do.
        expires: When that token ends, UTC; None for never.
        token: That token's id; 0 if they showed none.
    """

    id: int
    name: str
    admin: bool
    scopes: frozenset[Scope] = EVERYTHING
    expires: datetime | None = None
    token: int = 0


PLATFORM = Principal(id=0, name="platform", admin=True)
"""The control plane itself, when it acts without being asked by somebody."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may be let in: a member, or an administrator."""

    id: int
    name: str
    admin: bool
    created: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A secret's record, never the secret.

    Attributes:
        id: Names it when it is revoked.
        user: Whose it is, by name.
        name: What its user calls it.
        created: When it was made, UTC.
        scopes: What it lets do.
        expires: When it ends; None for never.
        used: When it was shown last, as far as is known: it may be an hour more.
    """

    id: int
    user: str
    name: str
    created: datetime
    scopes: frozenset[Scope] = EVERYTHING
    expires: datetime | None = None
    used: datetime | None = None


class Removal(Enum):
    """What came of removing a user."""

    DONE = "done"
    LAST_ADMIN = "they are the last administrator"
    HAS_INSTANCES = "they have instances"
