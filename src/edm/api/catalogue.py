"""Routes about the platform: its health, its workers, and what it serves."""

import os

import msgspec
from litestar import Response, get, post
from litestar.status_codes import HTTP_204_NO_CONTENT

from edm.adapters.system import machine
from edm.api.instances import further
from edm.api.needs import AfterName, Here, Page, Who
from edm.api.rules import ADMIN, OPEN, READ
from edm.ports.store import PLATFORM, State
from edm.services.platform import VERSION

_TAGS = ["platform"]


class WorkerView(msgspec.Struct, kw_only=True):
    """A machine that runs instances.

    ``load`` is the processes that wanted one of its ``cpus``, on average of the last minute;
    ``memory`` and ``available`` are in bytes; ``instances`` are those that run, beside others
    that are ``sleeping``.
    """

    name: str
    state: str
    runtime: str
    instances: int
    sleeping: int
    load: float
    cpus: int
    memory: int
    available: int


class ServiceView(msgspec.Struct, kw_only=True):
    """An entry of the catalogue of services."""

    name: str
    url: str
    state: str
    worker: str


class StatusView(msgspec.Struct, kw_only=True):
    """The platform at a glance. ``ingress`` is ``up`` if the proxy answers, else ``down``.

    ``running`` counts the instances that run; those that sleep are counted beside them.
    """

    url: str
    home: str
    runtime: str
    pid: int
    version: str
    ingress: str
    ingress_port: int
    instances: int
    running: int
    sleeping: int


class HealthView(msgspec.Struct, kw_only=True):
    """Whether the control plane can do its work."""

    status: str
    version: str


@get("/health", opt=OPEN, tags=_TAGS)
async def health(platform: Here) -> HealthView:
    """Say whether the control plane answers and its database does."""
    await platform.world.store.taken("health")
    return HealthView(status="ok", version=VERSION)


@get("/status", opt=READ, tags=_TAGS)
async def status(platform: Here, who: Who) -> StatusView:
    """Show the platform at a glance, counting the instances the caller may see."""
    states = await platform.world.store.states(who)
    settings = platform.world.settings
    return StatusView(
        url=platform.url,
        home=str(settings.home),
        runtime=platform.world.runtime.name,
        pid=os.getpid(),
        version=VERSION,
        ingress="up" if await platform.world.ingress.running() else "down",
        ingress_port=settings.ingress_port,
        instances=sum(states.values()),
        running=states.get(State.RUNNING, 0),
        sleeping=states.get(State.SLEEPING, 0),
    )


@post("/ingress", status_code=HTTP_204_NO_CONTENT, opt=ADMIN, tags=_TAGS)
async def ensure_ingress(platform: Here) -> None:
    """Have the proxy run now, where one that ended would be started again only later."""
    await platform.world.ingress.ensure(platform.world.settings.deadlines.ingress)


@get("/workers", opt=READ, tags=_TAGS)
async def list_workers(platform: Here) -> list[WorkerView]:
    """List the machines that run instances, and how busy they are."""
    states = await platform.world.store.states(PLATFORM)
    seen = machine.look()
    return [
        WorkerView(
            name=platform.worker,
            state="ready",
            runtime=platform.world.runtime.name,
            instances=states.get(State.RUNNING, 0),
            sleeping=states.get(State.SLEEPING, 0),
            load=seen.load,
            cpus=seen.cpus,
            memory=seen.memory,
            available=seen.available,
        )
    ]


@get("/services", opt=READ, tags=_TAGS)
async def list_services(
    platform: Here, who: Who, limit: Page = 10_000, after: AfterName = ""
) -> Response[list[ServiceView]]:
    """List what is served: the catalogue for others to find services in."""
    found = await platform.world.store.instances(who, after, limit + 1)
    views = [
        ServiceView(
            name=instance.name,
            url=platform.world.ingress.url(instance.name),
            state=instance.state.value,
            worker=platform.worker,
        )
        for instance in found[:limit]
    ]
    return Response(views, headers=further("/api/v1/services", found, limit))


HANDLERS = (health, status, ensure_ingress, list_workers, list_services)
