"""Bodies of requests read part by part: counted, unpacked, and left when the client is gone."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from typing import Any

from litestar.types import Receive

_PART = 256 * 1024
"""Bytes unpacked at a time: what is packed well must not take the memory."""

_GZIP = 16 + zlib.MAX_WBITS


class TooMuch(Exception):  # noqa: N818 - an answer, not a fault
    """The body is larger than the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The request is larger than {limit} bytes. Push less at a time.")


class Garbled(Exception):  # noqa: N818 - an answer, not a fault
    """The body is not packed the way it says."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The body is not gzip as it says: {why}.")


class Gone(Exception):  # noqa: N818 - an answer, not a fault
    """The client left before the body was there."""


class Body:
    """The body of one request.

    Attributes:
        limit: Bytes it may have, unpacked.
    """

    def __init__(self, receive: Receive, limit: int, *, packed: bool) -> None:
        self._receive = receive
        self._packed = packed
        self._whole = asyncio.Event()
        self.limit = limit

    async def parts(self) -> AsyncIterator[bytes]:
        """Give the body as it comes.

        Raises:
            TooMuch: It is larger than the limit.
            Garbled: It is not packed the way it says.
            Gone: The client left.
        """
        count = 0
        async for part in self._unpacked() if self._packed else self._received():
            count += len(part)
            if count > self.limit:
                raise TooMuch(self.limit)
            yield part

    async def left(self) -> None:
        """Return when the client has gone after sending all of the body."""
        await self._whole.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _received(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            message: Any = await self._receive()
            if message["type"] == "http.disconnect":
                raise Gone
            if part := message.get("body", b""):
                yield part
            more = message.get("more_body", False)
        self._whole.set()

    async def _unpacked(self) -> AsyncIterator[bytes]:
        unpacker = zlib.decompressobj(_GZIP)
        try:
            async for packed in self._received():
                rest = packed
                while rest and not unpacker.eof:
                    yield unpacker.decompress(rest, _PART)
                    rest = unpacker.unconsumed_tail
        except zlib.error as error:
            raise Garbled(str(error)) from None
        if not unpacker.eof:
            raise Garbled("it ends too early")
