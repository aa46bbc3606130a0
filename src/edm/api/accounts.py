"""Routes about users and tokens."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import delete, get, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_201_CREATED, HTTP_204_NO_CONTENT
from msgspec import Meta

from edm.api.needs import SMALL, Here, Number, Text, Who
from edm.api.rules import ADMIN, READ, WRITE
from edm.ports.store import Scope, Token, User
from edm.services import accounts, members
from edm.services.accounts import TokenWish

_TAGS = ["accounts"]


class UserView(msgspec.Struct, kw_only=True):
    """A user: a member, or an administrator, who sees what everybody has."""

    name: str
    admin: bool
    created: datetime


class NewUserView(msgspec.Struct, kw_only=True):
    """A user just made, and the secret of their first token, shown here and never again."""

    name: str
    admin: bool
    secret: str
    expires: datetime | None


class TokenView(msgspec.Struct, kw_only=True):
    """A token. ``used`` is when it was shown last, by the hour; ``expires`` null is never."""

    id: int
    name: str
    user: str
    scopes: list[Scope]
    created: datetime
    expires: datetime | None
    used: datetime | None


class NewTokenView(TokenView, kw_only=True):
    """A token just made, with its secret, shown here and never again."""

    secret: str


class UserForm(msgspec.Struct, forbid_unknown_fields=True):
    """A user to make."""

    name: Annotated[str, Meta(examples=["carol"])]
    admin: bool = False


class TokenForm(msgspec.Struct, forbid_unknown_fields=True):
    """A token to make.

    Without ``scopes`` it may do what the token may that makes it. Without ``expires`` it lasts 90
    days; null is for ever. It never does more nor lasts longer than the token that makes it.
    ``user`` names somebody else whose it is to be, which only administrators may.
    """

    name: Annotated[str, Meta(examples=["laptop"])]
    scopes: Annotated[list[Scope] | None, Meta(examples=[["read"]])] = None
    expires: Annotated[datetime, msgspec.Meta(tz=True)] | msgspec.UnsetType | None = msgspec.UNSET
    user: str = ""


@get("/users", opt=READ, tags=_TAGS)
async def list_users(platform: Here, who: Who) -> list[UserView]:
    """List the users: all for administrators, for others themselves."""
    return [_user(user) for user in await platform.world.store.users(who)]


@post("/users", status_code=HTTP_201_CREATED, opt=ADMIN, tags=_TAGS, request_max_body_size=SMALL)
async def add_user(data: JSONBody[UserForm], platform: Here, who: Who) -> NewUserView:
    """Make a user and a token for them to begin with."""
    made = await members.add_user(platform.world, who, data.name, admin=data.admin)
    return NewUserView(
        name=made.user.name,
        admin=made.user.admin,
        secret=made.token.secret,
        expires=made.token.token.expires,
    )


@delete("/users/{name:str}", status_code=HTTP_204_NO_CONTENT, opt=ADMIN, tags=_TAGS)
async def remove_user(name: Text, platform: Here, who: Who) -> None:
    """Remove a user who has no instances; their tokens end at once."""
    await members.remove_user(platform.world, who, name)


@get("/tokens", opt=READ, tags=_TAGS)
async def list_tokens(platform: Here, who: Who) -> list[TokenView]:
    """List the caller's tokens, or everybody's for administrators; never their secrets."""
    return [TokenView(**_token(token)) for token in await platform.world.store.tokens(who)]


@post("/tokens", status_code=HTTP_201_CREATED, opt=WRITE, tags=_TAGS, request_max_body_size=SMALL)
async def make_token(data: JSONBody[TokenForm], platform: Here, who: Who) -> NewTokenView:
    """Make a further token of the caller's, or, as an administrator, of somebody else's."""
    made = await accounts.make_token(platform.world, who, _wish(data))
    return NewTokenView(secret=made.secret, **_token(made.token))


@delete("/tokens/{token:int}", status_code=HTTP_204_NO_CONTENT, opt=WRITE, tags=_TAGS)
async def revoke_token(token: Number, platform: Here, who: Who) -> None:
    """End a token at once."""
    await accounts.revoke_token(platform.world, who, token)


def _wish(form: TokenForm) -> TokenWish:
    scopes = None if form.scopes is None else frozenset(form.scopes)
    if isinstance(form.expires, msgspec.UnsetType):
        return TokenWish(form.name, scopes, user=form.user)
    return TokenWish(form.name, scopes, lasting=True, expires=form.expires, user=form.user)


def _user(user: User) -> UserView:
    return UserView(name=user.name, admin=user.admin, created=user.created)


def _token(token: Token) -> dict[str, Any]:
    fields = {name: getattr(token, name) for name in Token.__slots__}
    return fields | {"scopes": [scope for scope in Scope if scope in token.scopes]}


HANDLERS = (list_users, add_user, remove_user, list_tokens, make_token, revoke_token)
