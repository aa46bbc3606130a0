"""The control plane as a process: two servers on one event loop."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from socket import socket
from typing import Any

import uvicorn
from litestar.types import ASGIApp

import edm.wiring.platform as wiring
from edm.adapters.system import control
from edm.adapters.system.logs import log_to
from edm.adapters.system.notify import notify
from edm.api.app import create_app, create_wake_app
from edm.api.front import create_front
from edm.api.sockets import listen, listen_unix
from edm.ports.errors import EdmError
from edm.services.platform import VERSION
from edm.services.understand import understand
from edm.services.watch import watch
from edm.settings import Settings, from_environment
from edm.wiring.platform import Platform

FOREGROUND = "--foreground"
"""Argument of a control plane that somebody watches."""

_log = logging.getLogger("edm")
_DRAIN = 3
"""Seconds that requests under way have at the end; streams are cut then."""
_WARM_UP = 10.0
"""Seconds the sandbox may take to be ready for work."""


class Server(uvicorn.Server):
    """A server that leaves signals to whoever runs several of them."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


def main() -> int:
    """Run the control plane in the foreground; return the process's exit code."""
    # All of it is this user's alone, also what libraries make.
    os.umask(0o077)
    try:
        serve(from_environment(os.environ), terminal=FOREGROUND in sys.argv[1:])
    except (EdmError, OSError) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    return 0


def serve(settings: Settings, *, terminal: bool = False) -> None:
    """Run the control plane until SIGTERM or SIGINT.

    Args:
        settings: What it runs with.
        terminal: Whether it logs to the terminal too.

    Raises:
        EdmError: It cannot start; the message says why.
    """
    wiring.make_directory(settings.home)
    with control.alone(settings):
        log_to(settings.log_file, terminal=terminal)
        wiring.make_directory(settings.run)
        try:
            asyncio.run(_serve(settings))
        finally:
            wiring.clear_directories(settings)


async def _serve(wanted: Settings) -> None:
    with ExitStack() as stack:
        front = [stack.enter_context(one) for one in listen(wanted.port)]
        # Bound before the proxy's is looked for, so that both never choose the same port.
        settings = await wiring.choose_ingress_port(wanted)
        settings = replace(settings, port=front[0].getsockname()[1])
        front.append(stack.enter_context(_listening(settings.api_socket)))
        back = stack.enter_context(_listening(settings.control_socket))
        await _run(settings, front, back)


@contextmanager
def _listening(path: Path) -> Iterator[socket]:
    """Listen at a path while inside: the proxy tells by the missing socket that nobody is here."""
    with listen_unix(path) as one:
        try:
            yield one
        finally:
            path.unlink(missing_ok=True)


async def _run(settings: Settings, front: list[socket], back: socket) -> None:
    async with wiring.open_platform(settings) as platform:
        app = create_front(create_app(platform), platform, wiring.git_server(settings))
        servers = _server(app), _server(create_wake_app(platform))
        _stop_on_signals(servers)
        await _start(platform)
        mirrors = platform.mirrors.keep()
        async with _beside(_catch_up(platform), watch(platform.world), mirrors):
            await asyncio.gather(servers[0].serve(front), servers[1].serve([back]))


@asynccontextmanager
async def _beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Have work done while inside; what fails is logged and ends nothing else."""
    tasks = [asyncio.create_task(one) for one in work]
    for task in tasks:
        task.add_done_callback(_note_failure)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _note_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (failure := task.exception()) is not None:
        _log.error("Work beside the servers failed.", exc_info=failure)


async def _start(platform: Platform) -> None:
    settings = platform.world.settings
    await wiring.keep_admin(platform.world)
    await platform.world.runtime.ensure(settings.deadlines.start)
    await platform.world.ingress.ensure(settings.deadlines.ingress)
    # Both sockets listen already: who reads this and connects now is answered.
    control.announce(settings, _running(platform))
    notify("READY=1")
    _log.info("EDM is at %s, instances at port %d", platform.url, settings.ingress_port)


async def _catch_up(platform: Platform) -> None:
    """Go on where the last control plane stopped, while requests are answered already."""
    await platform.operator.resume()
    await platform.pushes.resume()
    # Its first use takes as long as a deploy may: better now than while somebody waits.
    with suppress(EdmError):
        await platform.world.sandbox.run(_WARM_UP, understand, b"", "nothing.xml")


def _running(platform: Platform) -> control.Running:
    settings = platform.world.settings
    return control.Running(
        url=platform.url,
        local_url=platform.local_url,
        home=str(settings.home),
        runtime=settings.runtime,
        pid=os.getpid(),
        port=settings.port,
        ingress_port=settings.ingress_port,
        version=VERSION,
    )


def _server(app: ASGIApp) -> Server:
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        # Where requests come from is nobody's to claim here.
        proxy_headers=False,
        timeout_graceful_shutdown=_DRAIN,
    )
    return Server(config)


def _stop_on_signals(servers: tuple[Server, ...]) -> None:
    def stop() -> None:
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
