"""Routes about operations."""

from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import HeaderParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from edm.api.needs import Here, Text, Who
from edm.api.views import OperationView, operation_view
from edm.ports.store import Principal
from edm.services.follow import follow
from edm.wiring.platform import Platform

_TAGS = ["operations"]
_PAUSE = 15.0
"""Seconds of silence after which a comment keeps the connection alive."""

_Seen = Annotated[str, HeaderParameter(name="Last-Event-ID", description="Go on after this event.")]


@get("/operations/{operation:str}", tags=_TAGS)
async def show_operation(operation: Text, platform: Here, who: Who) -> OperationView:
    """Show an operation with its steps."""
    return operation_view(platform, await platform.world.store.operation(who, operation))


@get("/operations/{operation:str}/stream", tags=_TAGS)
async def stream_operation(
    operation: Text, platform: Here, who: Who, seen: _Seen = "0"
) -> ServerSentEvent:
    """Send the operation as an event at each change; the last one has its outcome."""
    # Asked first, so that who may not see it gets 404 and no stream.
    await platform.world.store.operation(who, operation)
    last = int(seen) if seen.isascii() and seen.isdigit() else 0
    return ServerSentEvent(_events(platform, who, operation, last))


async def _events(
    platform: Platform, who: Principal, operation: str, seen: int
) -> AsyncIterator[ServerSentEventMessage]:
    async for change in follow(platform.world, who, operation, seen, _PAUSE):
        if change is None:
            yield ServerSentEventMessage(comment="still here")
            continue
        number, found = change
        event = "operation" if found.finished is None else "outcome"
        data = msgspec.json.encode(operation_view(platform, found)).decode()
        yield ServerSentEventMessage(data=data, event=event, id=number)


HANDLERS = (show_operation, stream_operation)
