"""The control plane's two applications: the REST API, and the proxy's way to wake instances."""

from litestar import Litestar, Router, get
from litestar.connection import Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.status_codes import HTTP_204_NO_CONTENT

from edm.api import catalogue, certificates, docs, errors, instances, models, operations, root
from edm.api.auth import Authentication, principal
from edm.api.needs import Here, Text
from edm.ports.store import Principal
from edm.wiring.platform import Platform

_FORM = 64 * 1024
"""Bytes that a form needs around its file."""


def create_app(platform: Platform) -> Litestar:
    """Return the REST API of a control plane."""
    handlers = [
        models.check_model,
        *instances.HANDLERS,
        *operations.HANDLERS,
        *catalogue.HANDLERS,
    ]
    dependencies = _dependencies(platform)
    return Litestar(
        [*root.HANDLERS, Router("/api/v1", route_handlers=handlers, middleware=[Authentication])],
        dependencies=dependencies,
        exception_handlers=errors.HANDLERS,
        openapi_config=docs.config(),
        logging_config=None,
        request_max_body_size=platform.world.settings.upload_limit + _FORM,
        state=State({"world": platform.world}),
    )


def create_wake_app(platform: Platform) -> Litestar:
    """Return what the proxy asks, over its own socket, to wake the instance of a request."""
    return Litestar(
        [wake, *certificates.HANDLERS],
        dependencies={"platform": Provide(lambda: platform, sync_to_thread=False)},
        exception_handlers=errors.HANDLERS,
        openapi_config=None,
        logging_config=None,
    )


@get("/wake/{name:str}", status_code=HTTP_204_NO_CONTENT)
async def wake(name: Text, platform: Here) -> None:
    """Answer when the instance is ready, or why it is not."""
    await platform.waker.wake(name)


def _dependencies(platform: Platform) -> dict[str, Provide]:
    def give_platform() -> Platform:
        return platform

    def give_principal(request: Request) -> Principal:  # type: ignore[type-arg]
        return principal(request)

    return {
        "platform": Provide(give_platform, sync_to_thread=False),
        "who": Provide(give_principal, sync_to_thread=False),
    }
