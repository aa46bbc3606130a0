"""Who asks: a bearer token on every route that does not say otherwise."""

from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from edm.ports.store import Principal
from edm.services.accounts import authenticate

OPEN = {"exclude_from_auth": True}
"""The options of a route that anybody may call."""


class NoToken(Exception):  # noqa: N818 - an answer, not a fault
    """The request shows no token that is valid."""


class Authentication(AbstractAuthenticationMiddleware):
    """Lets nobody pass whose token is not known."""

    async def authenticate_request(self, connection: ASGIConnection) -> AuthenticationResult:  # type: ignore[type-arg]
        """Return who asks.

        Raises:
            NoToken: The request shows no valid token.
        """
        scheme, _, secret = connection.headers.get("Authorization", "").partition(" ")
        who = None
        if scheme.lower() == "bearer" and secret:
            who = await authenticate(connection.app.state.world, secret.strip())
        if who is None:
            raise NoToken
        return AuthenticationResult(user=who, auth=None)


def principal(connection: ASGIConnection) -> Principal:  # type: ignore[type-arg]
    """Return who was let in."""
    who: Principal = connection.user
    return who
