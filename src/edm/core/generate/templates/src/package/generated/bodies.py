"""What becomes of the bodies that nobody reads: an answer that comes before them breaks proxies."""

import asyncio
import contextlib

from starlette.types import Message, Receive, Scope

_SPARE = 16 << 20
_PATIENCE = 5.0


class Body:
    """Receives a request's body, and knows whether all of it has come."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._size = 0
        self.done = False

    async def __call__(self) -> Message:
        """Receive the next piece."""
        message = await self._receive()
        self._size += len(message.get("body", b""))
        self.done = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def finish(self) -> bool:
        """Receive what has not been read, and return whether that was all.

        A client, or the proxy before it, writes its whole request before it reads the answer. More
        than 16 MiB, or more than 5 seconds of it, are not waited for.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while not self.done and self._size < _SPARE:
                    await self()
        return self.done


def has_body(scope: Scope) -> bool:
    """Return whether a request brings a body."""
    for name, value in scope["headers"]:
        if name == b"transfer-encoding" or (name == b"content-length" and value != b"0"):
            return True
    return False
