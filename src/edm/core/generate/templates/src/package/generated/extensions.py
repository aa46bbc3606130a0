"""The owner's own applications: they answer below a first part of a path that is theirs."""

import logging

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOG = logging.getLogger(__name__)


class Extension(Response):
    """Lets another application answer."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self.raw_headers = []
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it answer, with the headers that every answer gets."""

        async def send_too(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status_code = message["status"]
                message["headers"] = [*message.get("headers", ()), *self.raw_headers]
            await send(message)

        try:
            await self._app(scope, receive, send_too)
        except Exception:
            _LOG.exception("%s %s failed", scope["method"], scope["path"])
            raise


async def converse(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Let an application talk over a WebSocket."""
    try:
        await app(scope, receive, send)
    except Exception:
        _LOG.exception("The WebSocket %s failed", scope["path"])
        raise
