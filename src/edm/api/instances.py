"""Routes about instances and their states."""

import asyncio
from contextlib import suppress
from typing import Annotated
from urllib.parse import quote

from litestar import Response, delete, get, patch, post
from litestar.params import JSONBody, MultipartBody, QueryParameter
from litestar.status_codes import HTTP_202_ACCEPTED

from edm.api.forms import ChangeForm, DeployForm, RollbackForm, change, wish
from edm.api.needs import SMALL, AfterName, Here, Page, Text, Who
from edm.api.rules import READ, WRITE
from edm.api.views import (
    AcceptedView,
    FiguresView,
    InstanceView,
    OperationView,
    failure_view,
    figures_view,
    first_collection,
    instance_view,
    operation_view,
)
from edm.ports.errors import NotFound
from edm.ports.runtime import Observed
from edm.ports.store import Instance, Order, Principal, State, Verb
from edm.services import keys
from edm.services.history import last_failure
from edm.wiring.platform import Platform

_TAGS = ["instances"]
_ASKED_AT_ONCE = 16

Live = Annotated[
    bool, QueryParameter(description="Ask what runs for its figures too, which takes longer.")
]


@get("/instances", opt=READ, tags=_TAGS)
async def list_instances(
    platform: Here, who: Who, limit: Page = 1000, after: AfterName = "", *, live: Live = False
) -> Response[list[InstanceView]]:
    """List the instances the caller may see, by name; a `Link` header leads to further ones."""
    found = await platform.world.store.instances(who, after, limit + 1)
    owners = await _owners(platform, who)
    seen = await _observed(platform, found[:limit]) if live else {}
    views = [
        instance_view(platform, one, owners.get(one.owner, ""), seen.get(one.name))
        for one in found[:limit]
    ]
    path = f"/api/v1/instances{'?live=true' if live else ''}"
    return Response(views, headers=further(path, found, limit))


@post("/instances", status_code=HTTP_202_ACCEPTED, opt=WRITE, tags=_TAGS)
async def deploy(data: MultipartBody[DeployForm], platform: Here, who: Who) -> AcceptedView:
    """Publish and run a model, as a new instance or in the place of what one runs."""
    accepted = await platform.operator.deploy(who, data.name, await wish(data))
    view = operation_view(platform, accepted.operation)
    return AcceptedView(operation=view, api_key=accepted.api_key)


@get("/instances/{name:str}", opt=READ, tags=_TAGS)
async def show_instance(name: Text, platform: Here, who: Who) -> InstanceView:
    """Show an instance with what is known of it now."""
    instance = await platform.world.store.instance(who, name)
    owners = await _owners(platform, who)
    observed = await platform.world.runtime.inspect(name)
    view = instance_view(platform, instance, owners.get(instance.owner, ""), observed)
    await _add_release(platform, who, view, instance)
    open_ones = await platform.world.store.unfinished()
    view.operation = next((one.id for one in open_ones if one.instance == name), None)
    view.backups = await platform.world.databases.copies(name)
    failed = await last_failure(platform.world, who, name)
    view.failure = failure_view(failed) if failed else None
    return view


@get("/instances/{name:str}/metrics", opt=READ, tags=_TAGS)
async def show_figures(name: Text, platform: Here, who: Who) -> FiguresView:
    """Show what is known of an instance in figures."""
    instance = await platform.world.store.instance(who, name)
    return figures_view(instance, await platform.world.runtime.inspect(name))


@patch(
    "/instances/{name:str}",
    status_code=HTTP_202_ACCEPTED,
    opt=WRITE,
    tags=_TAGS,
    request_max_body_size=SMALL,
)
async def change_instance(
    name: Text, data: JSONBody[ChangeForm], platform: Here, who: Who
) -> OperationView:
    """Change who may call an instance, when it sleeps, and which web pages may call it.

    What is left out stays. An instance that is no longer public and has no key gets one, which is
    in the answer.
    """
    return await _ask(platform, who, name, Verb.CONFIGURE, change(data))


@post("/instances/{name:str}/key", status_code=HTTP_202_ACCEPTED, opt=WRITE, tags=_TAGS)
async def rotate_key(name: Text, platform: Here, who: Who) -> AcceptedView:
    """Make a new API key, shown this once. The old one ends when the operation is done."""
    accepted = await keys.rotate(platform.world, platform.operator, who, name)
    view = operation_view(platform, accepted.operation)
    return AcceptedView(operation=view, api_key=accepted.api_key)


@delete("/instances/{name:str}", status_code=HTTP_202_ACCEPTED, opt=WRITE, tags=_TAGS)
async def delete_instance(name: Text, platform: Here, who: Who) -> OperationView:
    """Delete an instance with its repository, releases and data, for ever."""
    return await _ask(platform, who, name, Verb.DELETE)


@post("/instances/{name:str}/start", status_code=HTTP_202_ACCEPTED, opt=WRITE, tags=_TAGS)
async def start_instance(name: Text, platform: Here, who: Who) -> OperationView:
    """Start an instance. One that runs is left alone."""
    return await _ask(platform, who, name, Verb.START)


@post("/instances/{name:str}/stop", status_code=HTTP_202_ACCEPTED, opt=WRITE, tags=_TAGS)
async def stop_instance(name: Text, platform: Here, who: Who) -> OperationView:
    """Stop an instance. Requests do not wake it."""
    return await _ask(platform, who, name, Verb.STOP)


@post("/instances/{name:str}/restart", status_code=HTTP_202_ACCEPTED, opt=WRITE, tags=_TAGS)
async def restart_instance(name: Text, platform: Here, who: Who) -> OperationView:
    """Stop an instance and start it again."""
    return await _ask(platform, who, name, Verb.RESTART)


@post("/instances/{name:str}/sleep", status_code=HTTP_202_ACCEPTED, opt=WRITE, tags=_TAGS)
async def put_to_sleep(name: Text, platform: Here, who: Who) -> OperationView:
    """Put an instance to sleep. The next request wakes it."""
    return await _ask(platform, who, name, Verb.SLEEP)


@post(
    "/instances/{name:str}/rollback",
    status_code=HTTP_202_ACCEPTED,
    opt=WRITE,
    tags=_TAGS,
    request_max_body_size=SMALL,
)
async def roll_back(
    name: Text, platform: Here, who: Who, data: JSONBody[RollbackForm | None] = None
) -> OperationView:
    """Have an earlier release serve again: the one that is given, or the one before."""
    release = None if data is None else data.release
    return await _ask(platform, who, name, Verb.ROLLBACK, Order(release=release))


def further(path: str, found: tuple[Instance, ...], limit: int) -> dict[str, str]:
    """Return the header that leads to the next page, if one more was found than fits."""
    if len(found) <= limit:
        return {}
    sign = "&" if "?" in path else "?"
    there = f"{path}{sign}limit={limit}&after={quote(found[limit - 1].name)}"
    return {"Link": f'<{there}>; rel="next"'}


async def _observed(
    platform: Platform, instances: tuple[Instance, ...]
) -> dict[str, Observed | None]:
    """Ask what runs about itself, a few at a time."""
    room = asyncio.Semaphore(_ASKED_AT_ONCE)
    runtime = platform.world.runtime

    async def ask(name: str) -> Observed | None:
        async with room:
            return await runtime.inspect(name)

    names = [one.name for one in instances if one.state is State.RUNNING]
    return dict(zip(names, await asyncio.gather(*map(ask, names)), strict=True))


async def _owners(platform: Platform, who: Principal) -> dict[int, str]:
    return {user.id: user.name for user in await platform.world.store.users(who)}


async def _add_release(
    platform: Platform, who: Principal, view: InstanceView, instance: Instance
) -> None:
    if instance.release is None:
        return
    release = await platform.world.store.release(who, view.name, instance.release)
    with suppress(NotFound):
        made = await platform.world.store.operation(who, release.operation)
        view.problems = made.problems
    view.try_url = view.url + first_collection(release.model)


async def _ask(
    platform: Platform, who: Principal, name: str, verb: Verb, order: Order | None = None
) -> OperationView:
    accepted = await platform.operator.ask(who, name, verb, order or Order())
    view = operation_view(platform, accepted.operation)
    view.api_key = accepted.api_key
    return view


HANDLERS = (
    list_instances,
    deploy,
    show_instance,
    show_figures,
    change_instance,
    rotate_key,
    delete_instance,
    start_instance,
    stop_instance,
    restart_instance,
    put_to_sleep,
    roll_back,
)
