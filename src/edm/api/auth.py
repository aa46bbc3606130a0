"""Who asks, and whether they may: by a bearer token, and the rule of the route."""

import asyncio

from litestar.connection import ASGIConnection
from litestar.datastructures import Headers
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import HTTPScope, WebSocketScope

from edm.api.rules import Rule, rule_of
from edm.core.lifecycle.rate import Rate, client_of
from edm.ports.store import Principal, Scope
from edm.services.accounts import authenticate
from edm.services.world import World

_FAILURES = 60
"""Requests without a valid token that are answered as such to one address in a minute.

Who shows a valid one is always let in: tokens cannot be guessed, and one program with an old
token must not lock out its neighbours. What is saved is the noise."""


class NoToken(Exception):  # noqa: N818 - an answer, not a fault
    """The request shows no token that is valid."""


class TooOften(Exception):  # noqa: N818 - an answer, not a fault
    """The client showed no valid token too often.

    Attributes:
        retry_after: Seconds until it makes sense to try again.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Try again in {retry_after} s.")
        self.retry_after = retry_after


class Lacking(Exception):  # noqa: N818 - an answer, not a fault
    """The token that was shown may not do this.

    Attributes:
        scope: What it lacks.
    """

    def __init__(self, scope: Scope) -> None:
        super().__init__(f"This needs the scope {scope.value}.")
        self.scope = scope


class Door:
    """Lets in who shows a valid token."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._failures = Rate(_FAILURES)

    async def enter(self, secret: str, address: str) -> Principal:
        """Return who shows a secret.

        Args:
            secret: What was shown; empty if nothing was.
            address: The client's address; any text.

        Raises:
            NoToken: It is nobody's, or has ended.
            TooOften: The same, and so it was too often at this address.
        """
        if not secret:
            # As git and browsers do it, which show theirs once they are asked.
            raise NoToken
        who = await authenticate(self._world, secret)
        if who is not None:
            return who
        wait = self._failures.spend(client_of(address), asyncio.get_running_loop().time())
        if wait:
            raise TooOften(int(wait) + 1)
        raise NoToken


class Authentication(AbstractAuthenticationMiddleware):
    """Lets nobody pass whose token is not known, or may not do what the route does."""

    async def authenticate_request(self, connection: ASGIConnection) -> AuthenticationResult:  # type: ignore[type-arg]
        """Return who asks.

        Raises:
            NoToken: The request shows no valid token.
            TooOften: The same, too often.
            Lacking: The token may not do this.
        """
        door: Door = connection.app.state.door
        scheme, _, secret = connection.headers.get("Authorization", "").partition(" ")
        shown = secret.strip() if scheme.lower() == "bearer" else ""
        who = await door.enter(shown, peer(connection.scope))
        allow(rule_of(connection.route_handler.opt), who)
        return AuthenticationResult(user=who, auth=None)


def allow(rule: Rule, who: Principal) -> None:
    """Do nothing if a principal may call a route with this rule.

    Raises:
        Lacking: They may not.
    """
    if rule.scope is not None and rule.scope not in who.scopes:
        raise Lacking(rule.scope)
    if rule.admins and not who.admin:
        raise Lacking(Scope.ADMIN)


def principal(connection: ASGIConnection) -> Principal:  # type: ignore[type-arg]
    """Return who was let in."""
    who: Principal = connection.user
    return who


def peer(scope: HTTPScope | WebSocketScope) -> str:
    """Return the address of who sends a request; empty if nobody knows.

    What comes over our own socket comes from the proxy, which names its client last.
    """
    client = scope["client"]
    if client is not None and client[0]:
        return client[0]
    named = Headers(scope["headers"]).getall("x-forwarded-for", [""])
    return named[-1].rpartition(",")[2].strip()
