"""Routes about instances."""

from collections.abc import AsyncIterator
from typing import Annotated

from litestar import delete, get, post
from litestar.params import FromQuery, MultipartBody, QueryParameter
from litestar.response import Stream
from litestar.status_codes import HTTP_202_ACCEPTED

from edm.api.forms import DeployForm, wish
from edm.api.needs import Here, Text, Who
from edm.api.views import (
    AcceptedView,
    EventView,
    InstanceView,
    OperationView,
    ReleaseView,
    event_view,
    first_collection,
    instance_view,
    operation_view,
    release_view,
)
from edm.ports.store import Event, Principal, Verb
from edm.wiring.platform import Platform

_TAGS = ["instances"]
_Lines = Annotated[int, QueryParameter(ge=0, le=10_000, description="How many of the last lines.")]
_Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="How many of the newest.")]


@get("/instances", tags=_TAGS)
async def list_instances(platform: Here, who: Who) -> list[InstanceView]:
    """List the instances the caller may see, by name."""
    found = await platform.world.store.instances(who)
    return [instance_view(platform, instance) for instance in found]


@post("/instances", status_code=HTTP_202_ACCEPTED, tags=_TAGS)
async def deploy(
    data: MultipartBody[DeployForm],
    platform: Here,
    who: Who,
) -> AcceptedView:
    """Publish and run a model, as a new instance or in the place of what one runs."""
    accepted = await platform.operator.deploy(who, data.name, await wish(data))
    view = operation_view(platform, accepted.operation)
    return AcceptedView(operation=view, api_key=accepted.api_key)


@get("/instances/{name:str}", tags=_TAGS)
async def show_instance(name: Text, platform: Here, who: Who) -> InstanceView:
    """Show an instance."""
    instance = await platform.world.store.instance(who, name)
    view = instance_view(platform, instance, await platform.world.runtime.inspect(name))
    if instance.release is not None:
        await _add_release(platform, who, view, instance.release)
    return view


@delete("/instances/{name:str}", status_code=HTTP_202_ACCEPTED, tags=_TAGS)
async def delete_instance(name: Text, platform: Here, who: Who) -> OperationView:
    """Delete an instance with its repository, releases and data, for ever."""
    return await _ask(platform, who, name, Verb.DELETE)


@post("/instances/{name:str}/start", status_code=HTTP_202_ACCEPTED, tags=_TAGS)
async def start_instance(name: Text, platform: Here, who: Who) -> OperationView:
    """Start an instance. One that runs is left alone."""
    return await _ask(platform, who, name, Verb.START)


@post("/instances/{name:str}/stop", status_code=HTTP_202_ACCEPTED, tags=_TAGS)
async def stop_instance(name: Text, platform: Here, who: Who) -> OperationView:
    """Stop an instance. Requests do not wake it."""
    return await _ask(platform, who, name, Verb.STOP)


@post("/instances/{name:str}/restart", status_code=HTTP_202_ACCEPTED, tags=_TAGS)
async def restart_instance(name: Text, platform: Here, who: Who) -> OperationView:
    """Stop an instance and start it again."""
    return await _ask(platform, who, name, Verb.RESTART)


@get("/instances/{name:str}/logs", tags=_TAGS)
async def read_logs(
    name: Text,
    platform: Here,
    who: Who,
    lines: _Lines = 100,
    follow: FromQuery[bool] = False,  # noqa: FBT002 - a query parameter
) -> Stream:
    """Give the last lines of an instance's log; with ``follow`` also each new one."""
    await platform.world.store.instance(who, name)
    return Stream(_lines(platform, name, lines, follow=follow), media_type="text/plain")


@get("/instances/{name:str}/releases", tags=_TAGS)
async def list_releases(name: Text, platform: Here, who: Who) -> list[ReleaseView]:
    """List an instance's releases, newest first."""
    return [release_view(one) for one in await platform.world.store.releases(who, name)]


@get("/instances/{name:str}/events", tags=_TAGS)
async def list_instance_events(
    name: Text, platform: Here, who: Who, limit: _Limit = 100
) -> list[EventView]:
    """List what happened to an instance, oldest first."""
    await platform.world.store.instance(who, name)
    found = await platform.world.store.events(who, name, limit)
    return [event_view(one, await _place(platform, who, one)) for one in found]


@get("/events", tags=_TAGS)
async def list_events(platform: Here, who: Who, limit: _Limit = 100) -> list[EventView]:
    """List what happened to the caller's instances, oldest first."""
    found = await platform.world.store.events(who, None, limit)
    return [event_view(one, await _place(platform, who, one)) for one in found]


async def _place(platform: Platform, who: Principal, event: Event) -> str:
    # Events only tell in words how things ended; few are failures, so few are asked for.
    if " failed: " not in event.what:
        return ""
    operation = await platform.world.store.operation(who, event.operation)
    return operation.problems[0].where if operation.problems else ""


async def _add_release(platform: Platform, who: Principal, view: InstanceView, number: int) -> None:
    release = await platform.world.store.release(who, view.name, number)
    operation = await platform.world.store.operation(who, release.operation)
    view.problems = operation.problems
    view.try_url = view.url + first_collection(release.model)


async def _ask(platform: Platform, who: Principal, name: str, verb: Verb) -> OperationView:
    accepted = await platform.operator.ask(who, name, verb)
    return operation_view(platform, accepted.operation)


async def _lines(platform: Platform, name: str, lines: int, *, follow: bool) -> AsyncIterator[str]:
    async for line in platform.world.runtime.logs(name, lines, follow=follow):
        yield line + "\n"


HANDLERS = (
    list_instances,
    deploy,
    show_instance,
    delete_instance,
    start_instance,
    stop_instance,
    restart_instance,
    read_logs,
    list_releases,
    list_instance_events,
    list_events,
)
