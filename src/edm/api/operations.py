"""Routes about operations."""

from collections.abc import AsyncGenerator

import msgspec
from litestar import get, post
from litestar.response import ServerSentEvent, ServerSentEventMessage
from litestar.status_codes import HTTP_202_ACCEPTED

from edm.api.needs import Here, Open, Seen, Text, Who, seen_id
from edm.api.rules import READ, WRITE
from edm.api.views import OperationView, operation_view
from edm.ports.store import Principal
from edm.services.follow import follow
from edm.wiring.platform import Platform

_TAGS = ["operations"]
_PAUSE = 15.0
"""Seconds of silence after which a comment keeps the connection alive."""


@get("/operations/{operation:str}", opt=READ, tags=_TAGS)
async def show_operation(operation: Text, platform: Here, who: Who) -> OperationView:
    """Show an operation with its steps."""
    return operation_view(platform, await platform.world.store.operation(who, operation))


@post("/operations/{operation:str}/cancel", status_code=HTTP_202_ACCEPTED, opt=WRITE, tags=_TAGS)
async def cancel_operation(operation: Text, platform: Here, who: Who) -> OperationView:
    """End an operation under way; what served before it goes on serving."""
    return operation_view(platform, await platform.operator.cancel(who, operation))


@get("/operations/{operation:str}/stream", opt=READ, tags=_TAGS)
async def stream_operation(
    operation: Text, platform: Here, who: Who, streams: Open, seen: Seen = ""
) -> ServerSentEvent:
    """Send the operation as an event at each change; the last one has its outcome."""
    # Asked first, so that who may not see it gets 404 and no stream.
    await platform.world.store.operation(who, operation)
    streams.have_room(who)
    changes = _changes(platform, who, operation, seen_id(seen) or 0)
    return ServerSentEvent(streams.while_admitted(who, changes))


async def _changes(
    platform: Platform, who: Principal, operation: str, seen: int
) -> AsyncGenerator[ServerSentEventMessage, None]:
    async for change in follow(platform.world, who, operation, seen, _PAUSE):
        if change is None:
            yield ServerSentEventMessage(data=None, comment="still here")
            continue
        number, found = change
        event = "operation" if found.finished is None else "outcome"
        data = msgspec.json.encode(operation_view(platform, found)).decode()
        yield ServerSentEventMessage(data=data, event=event, id=number)


HANDLERS = (show_operation, cancel_operation, stream_operation)
