"""Routes about what there was: releases, logs, events."""

from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromQuery, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage, Stream

from edm.api.needs import After, Here, Limit, Open, Seen, Text, Who, seen_id
from edm.api.rules import READ
from edm.api.streams import Streams
from edm.api.views import EventView, ReleaseView, event_view, release_view
from edm.ports.errors import NotFound
from edm.ports.store import PLATFORM, Event, Principal
from edm.services.history import follow_events
from edm.wiring.platform import Platform

_TAGS = ["history"]
_PAUSE = 15.0
"""Seconds of silence after which a comment keeps the connection alive."""

_Lines = Annotated[int, QueryParameter(ge=0, le=10_000, description="How many of the last lines.")]


@get("/instances/{name:str}/releases", opt=READ, tags=_TAGS)
async def list_releases(name: Text, platform: Here, who: Who) -> list[ReleaseView]:
    """List an instance's releases, newest first."""
    store = platform.world.store
    releases = await store.releases(who, name)
    names = {user.id: user.name for user in await store.users(PLATFORM)}
    views = []
    for release in releases:
        view = release_view(release)
        with suppress(NotFound):
            made = await store.operation(who, release.operation)
            view.by, view.outcome = names.get(made.principal, ""), made.progress.value
        views.append(view)
    return views


@get("/instances/{name:str}/logs", opt=READ, tags=_TAGS)
async def read_logs(
    name: Text,
    platform: Here,
    who: Who,
    streams: Open,
    *,
    lines: _Lines = 100,
    follow: FromQuery[bool] = False,
) -> Stream:
    """Give the last lines of an instance's log; with `follow` also each new one."""
    instance = await platform.world.store.instance(who, name)
    streams.have_room(who)
    text = _lines(platform, name, lines, follow=follow)
    return Stream(streams.while_admitted(who, text, instance), media_type="text/plain")


@get("/events", opt=READ, tags=_TAGS)
async def list_events(
    platform: Here, who: Who, limit: Limit = 100, after: After = None
) -> list[EventView]:
    """List what happened to the caller's instances, and what the caller did, oldest first."""
    found = await platform.world.store.events(who, None, limit, after)
    return [await _view(platform, who, one) for one in found]


@get("/events/stream", opt=READ, tags=_TAGS)
async def stream_events(
    platform: Here, who: Who, streams: Open, seen: Seen = ""
) -> ServerSentEvent:
    """Send what happens as it does, as events; one who was cut off goes on where that was."""
    return _stream(platform, streams, who, None, seen)


@get("/instances/{name:str}/events", opt=READ, tags=_TAGS)
async def list_instance_events(
    name: Text, platform: Here, who: Who, limit: Limit = 100, after: After = None
) -> list[EventView]:
    """List what happened to an instance, oldest first."""
    await platform.world.store.instance(who, name)
    found = await platform.world.store.events(who, name, limit, after)
    return [await _view(platform, who, one) for one in found]


@get("/instances/{name:str}/events/stream", opt=READ, tags=_TAGS)
async def stream_instance_events(
    name: Text, platform: Here, who: Who, streams: Open, seen: Seen = ""
) -> ServerSentEvent:
    """Send what happens to an instance as it does, as events."""
    await platform.world.store.instance(who, name)
    return _stream(platform, streams, who, name, seen)


def _stream(
    platform: Platform, streams: Streams, who: Principal, name: str | None, seen: str
) -> ServerSentEvent:
    streams.have_room(who)
    happening = _happening(platform, who, name, seen_id(seen))
    return ServerSentEvent(streams.while_admitted(who, happening))


async def _happening(
    platform: Platform, who: Principal, name: str | None, after: int | None
) -> AsyncGenerator[ServerSentEventMessage, None]:
    # At once, so that the client knows that it is connected, and nothing is missed from here on.
    yield ServerSentEventMessage(data=None, comment="here")
    async for event in follow_events(platform.world, who, name, after, _PAUSE):
        if event is None:
            yield ServerSentEventMessage(data=None, comment="still here")
            continue
        data = msgspec.json.encode(await _view(platform, who, event)).decode()
        yield ServerSentEventMessage(data=data, event="event", id=event.id)


async def _view(platform: Platform, who: Principal, event: Event) -> EventView:
    # Events only tell in words how things ended; few are failures, so few are asked for.
    if " failed: " not in event.what or not event.operation:
        return event_view(event, "")
    try:
        operation = await platform.world.store.operation(who, event.operation)
    except NotFound:
        # Forgotten since the event was read.
        return event_view(event, "")
    return event_view(event, operation.problems[0].where if operation.problems else "")


async def _lines(
    platform: Platform, name: str, lines: int, *, follow: bool
) -> AsyncGenerator[str, None]:
    async for line in platform.world.runtime.logs(name, lines, follow=follow):
        yield line + "\n"


HANDLERS = (
    list_releases,
    read_logs,
    list_events,
    stream_events,
    list_instance_events,
    stream_instance_events,
)
