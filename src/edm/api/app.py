"""The control plane's two applications: the REST API, and the proxy's way to wake instances."""

from typing import cast

from litestar import Litestar, Router
from litestar.connection import Request
from litestar.datastructures import State
from litestar.di import Provide

from edm.api import (
    accounts,
    catalogue,
    certificates,
    docs,
    errors,
    figures,
    history,
    instances,
    mirrors,
    models,
    operations,
    root,
)
from edm.api.auth import Authentication, Door, principal
from edm.api.rules import demand_rules
from edm.api.streams import Streams
from edm.api.waking import App, create_waking
from edm.ports.store import Principal
from edm.wiring.platform import Platform

_FORM = 64 * 1024
"""Bytes that a form needs around its file."""

_HANDLERS = (
    *models.HANDLERS,
    *instances.HANDLERS,
    *mirrors.HANDLERS,
    *history.HANDLERS,
    *operations.HANDLERS,
    *catalogue.HANDLERS,
    *accounts.HANDLERS,
)


def create_app(platform: Platform) -> Litestar:
    """Return the REST API of a control plane.

    Raises:
        TypeError: A route has no rule for who may call it.
    """
    app = Litestar(
        [
            *root.HANDLERS,
            Router("/", route_handlers=figures.HANDLERS, middleware=[Authentication]),
            Router("/api/v1", route_handlers=_HANDLERS, middleware=[Authentication]),
        ],
        dependencies=_dependencies(platform),
        exception_handlers=errors.HANDLERS,
        openapi_config=docs.config(),
        logging_config=None,
        request_max_body_size=platform.world.settings.upload_limit + _FORM,
        state=State({"door": Door(platform.world)}),
    )
    demand_rules(app, docs.PATH)
    return app


def create_wake_app(platform: Platform) -> App:
    """Return what the proxy asks over its own socket."""
    rest = Litestar(
        [*certificates.HANDLERS],
        dependencies={"platform": Provide(lambda: platform, sync_to_thread=False)},
        exception_handlers=errors.HANDLERS,
        openapi_config=None,
        logging_config=None,
    )
    return create_waking(platform, cast("App", rest))


def _dependencies(platform: Platform) -> dict[str, Provide]:
    streams = Streams(platform.world)

    def give_platform() -> Platform:
        return platform

    def give_streams() -> Streams:
        return streams

    def give_principal(request: Request) -> Principal:  # type: ignore[type-arg]
        return principal(request)

    return {
        "platform": Provide(give_platform, sync_to_thread=False),
        "streams": Provide(give_streams, sync_to_thread=False),
        "who": Provide(give_principal, sync_to_thread=False),
    }
