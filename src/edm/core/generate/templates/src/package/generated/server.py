"""The process: one event loop, one socket, and an end that loses no request."""

import asyncio
import contextlib
import os
import signal
import socket
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from .app import Application

_CONNECTIONS = 2048
_TICK = 0.02


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen and how to stop.

    Attributes:
        host: Address, unless there is a socket.
        port: Port, unless there is a socket.
        socket: Path of a unix socket; None to listen on host and port.
        keepalive: Seconds for which a proxy keeps idle connections: a stop waits this long after
            the last answer, so that no request meets a closed door.
        drain: Seconds after which a stop no longer waits for requests under way.
    """

    host: str
    port: int
    socket: Path | None
    keepalive: float
    drain: float


class CannotListen(Exception):  # noqa: N818 - it says what happened
    """The address cannot be used; the message says why and what to do."""


def serve(make: Callable[[], Application], listen: Listen) -> None:
    """Serve until SIGTERM or SIGINT; a second one ends at once.

    Raises:
        CannotListen: The port is taken, or the socket's directory is missing.
    """
    uvloop.run(_serve(make, listen))


async def _serve(make: Callable[[], Application], listen: Listen) -> None:
    _check(listen)
    app = make()
    server = _server(app, listen)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _ask_to_stop, stopping, server)
    stopper = asyncio.create_task(_stop_when_asked(stopping, app, server, listen))
    announcer = asyncio.create_task(_announce(listen))
    try:
        await server.serve()
    finally:
        stopper.cancel()
        announcer.cancel()
        app.database.close()


def _server(app: Application, listen: Listen) -> Server:
    return Server(
        app,
        address=listen.host,
        port=listen.port,
        uds=listen.socket,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=_CONNECTIONS,
        backpressure=_CONNECTIONS,
        log_enabled=False,
    )


async def _announce(listen: Listen) -> None:
    """Say where the server is as soon as somebody could connect, not before."""
    while not _connects(listen):
        await asyncio.sleep(_TICK / 4)
    if listen.socket is not None:
        listen.socket.chmod(0o660)
    place = str(listen.socket) if listen.socket else f"http://{listen.host}:{listen.port}"
    sys.stderr.write(f"Serving at {place} (process {os.getpid()})\n")
    sys.stderr.flush()


def _connects(listen: Listen) -> bool:
    family = _family(listen.host) if listen.socket is None else socket.AF_UNIX
    address = (listen.host, listen.port) if listen.socket is None else str(listen.socket)
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(address) == 0


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _check(listen: Listen) -> None:
    """Make room for the socket, or see that the port is free: the server itself would hang."""
    if listen.socket is not None:
        _remove_stale(listen.socket)
        return
    with socket.socket(_family(listen.host), socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listen.host, listen.port))
        except OSError as error:
            raise CannotListen(
                f"{listen.host}:{listen.port} cannot be used: {error.strerror}. Set HOST or PORT."
            ) from None


def _remove_stale(path: Path) -> None:
    if not path.parent.is_dir():
        raise CannotListen(f"There is no directory {path.parent}. Make it, or set SOCKET.")
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise CannotListen(f"{path} is there and is no socket. Remove it, or set SOCKET.")
        path.unlink()


def _ask_to_stop(stopping: asyncio.Event, server: Server) -> None:
    if stopping.is_set():
        server.stop()  # type: ignore[no-untyped-call]
    stopping.set()


async def _stop_when_asked(
    stopping: asyncio.Event, app: Application, server: Server, listen: Listen
) -> None:
    await stopping.wait()
    # First the door, so that a proxy sends nobody new; then those who are inside.
    if listen.socket is not None:
        listen.socket.unlink(missing_ok=True)
    app.draining = True
    await _quiet(app, listen)
    server.stop()  # type: ignore[no-untyped-call]


async def _quiet(app: Application, listen: Listen) -> None:
    """Wait until nothing is under way and no kept connection can bring anything."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + max(listen.drain, listen.keepalive)
    free = app.last_answer + listen.keepalive
    while loop.time() < deadline and (app.active or loop.time() < free):
        await asyncio.sleep(_TICK)
