"""Routes about the platform: its health, its workers, and what it serves."""

import os

from litestar import get, post
from litestar.status_codes import HTTP_204_NO_CONTENT

from edm.api.auth import OPEN
from edm.api.needs import Here, Who
from edm.api.views import HealthView, ServiceView, StatusView, WorkerView
from edm.ports.store import PLATFORM
from edm.services.platform import VERSION

_TAGS = ["platform"]


@get("/health", opt=OPEN, tags=_TAGS)
async def health(platform: Here) -> HealthView:
    """Say whether the control plane answers and its database does."""
    await platform.world.store.taken("health")
    return HealthView(status="ok", version=VERSION)


@get("/status", tags=_TAGS)
async def status(platform: Here, who: Who) -> StatusView:
    """Show the platform at a glance, counting the instances the caller may see."""
    instances = await platform.world.store.instances(who)
    settings = platform.world.settings
    return StatusView(
        url=platform.url,
        home=str(settings.home),
        runtime=platform.world.runtime.name,
        pid=os.getpid(),
        version=VERSION,
        ingress="up" if await platform.world.ingress.running() else "down",
        ingress_port=settings.ingress_port,
        instances=len(instances),
        running=sum(instance.serves for instance in instances),
    )


@post("/ingress", status_code=HTTP_204_NO_CONTENT, tags=_TAGS)
async def ensure_ingress(platform: Here) -> None:
    """Have the proxy run now, where one that ended would be started again only later."""
    await platform.world.ingress.ensure(platform.world.settings.deadlines.ingress)


@get("/workers", tags=_TAGS)
async def list_workers(platform: Here) -> list[WorkerView]:
    """List the machines that run instances."""
    instances = await platform.world.store.instances(PLATFORM)
    return [
        WorkerView(
            name=platform.worker,
            state="ready",
            runtime=platform.world.runtime.name,
            instances=sum(instance.serves for instance in instances),
        )
    ]


@get("/services", tags=_TAGS)
async def list_services(platform: Here, who: Who) -> list[ServiceView]:
    """List what is served: the catalogue for others to find services in."""
    return [
        ServiceView(
            name=instance.name,
            url=platform.world.ingress.url(instance.name),
            state=instance.state.value,
            worker=platform.worker,
        )
        for instance in await platform.world.store.instances(who)
    ]


HANDLERS = (health, status, ensure_ingress, list_workers, list_services)
