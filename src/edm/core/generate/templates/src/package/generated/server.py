"""The process: one event loop, one socket, and an end that loses no request."""

import asyncio
import contextlib
import os
import signal
import socket
import stat
import sys
from collections.abc import Callable
from math import inf
from pathlib import Path
from time import monotonic

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server
from msgspec import Struct

from .app import Application
from .notify import notify
from .sockets import connected

_CONNECTIONS = 2048
_TICK = 0.02
_MOMENT = 0.001


class Listen(Struct, frozen=True):
    """Where to listen and how to stop.

    Attributes:
        host: Address, unless there is a socket.
        port: Port, unless there is a socket.
        socket: Path of a unix socket; None to listen on host and port.
        keepalive: Seconds for which a proxy keeps idle connections: where nobody knows who is
            connected, a stop waits so long, so that no request meets a closed door.
        drain: Seconds after which a stop no longer waits for requests under way.
        sleep_after: Seconds without use after which the server ends by itself; 0 for never.
        notify: Where to say that it is ready and that it ends, as systemd's ``NOTIFY_SOCKET``;
            empty for nowhere.
    """

    host: str
    port: int
    socket: Path | None
    keepalive: float
    drain: float
    sleep_after: float = 0
    notify: str = ""


class CannotListen(Exception):  # noqa: N818 - it says what happened
    """The address cannot be used; the message says why and what to do."""


def serve(make: Callable[[], Application], listen: Listen) -> None:
    """Serve until SIGTERM or SIGINT, a second one ends at once, or until nobody has used it.

    Raises:
        CannotListen: The port is taken, or the socket's directory is missing.
    """
    uvloop.run(_serve(make, listen))


async def _serve(make: Callable[[], Application], listen: Listen) -> None:
    _check(listen)
    app = make()
    try:
        await _run(app, listen)
    finally:
        app.database.close()


async def _run(app: Application, listen: Listen) -> None:
    # Before anybody can connect: who connects is answered, and what is broken never listens.
    await app.ready()
    server = _server(app, listen)
    ending = _Ending(app, server, listen)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.ask)
    tasks = [asyncio.create_task(each) for each in (ending.rest(), ending.end())]
    try:
        await server.serve()
    finally:
        for task in tasks:
            task.cancel()


def _server(app: Application, listen: Listen) -> Server:
    return Server(
        app,
        address=listen.host,
        port=listen.port,
        uds=listen.socket,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=True,
        backlog=_CONNECTIONS,
        backpressure=_CONNECTIONS,
        log_enabled=False,
    )


async def _announce(listen: Listen) -> None:
    """Say where the server is as soon as somebody could connect, not before."""
    while not _connects(listen):
        await asyncio.sleep(_MOMENT)
    if listen.socket is not None:
        listen.socket.chmod(0o660)
    place = str(listen.socket) if listen.socket else f"http://{listen.host}:{listen.port}"
    sys.stderr.write(f"Serving at {place} (process {os.getpid()})\n")
    sys.stderr.flush()
    notify(listen.notify, "READY=1")


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


class _Ending:
    """How the server ends, whether it was asked to or has nothing to do."""

    def __init__(self, app: Application, server: Server, listen: Listen) -> None:
        self._app = app
        self._server = server
        self._listen = listen
        self._begun = asyncio.Event()
        self._deadline = inf

    def ask(self) -> None:
        """End when what is under way is answered, but not too late; asked again, at once."""
        if self._deadline < inf:
            self._server.stop()  # type: ignore[no-untyped-call]
            return
        self._deadline = monotonic() + max(self._listen.drain, self._listen.keepalive)
        notify(self._listen.notify, "STOPPING=1")
        self._begun.set()

    async def rest(self) -> None:
        """Once it serves, wait until nobody has used it for long enough, then begin to end."""
        await _announce(self._listen)
        since, activity, enough = monotonic(), self._app.activity, self._listen.sleep_after
        if not enough:
            return
        while left := activity.idle_in(enough, since):
            await asyncio.sleep(left)
        if not self._begun.is_set():
            notify(self._listen.notify, "STOPPING=1", "STATUS=idle")
            self._begun.set()

    async def end(self) -> None:
        """Once it has begun, lose no request: first the door, then those who are inside."""
        await self._begun.wait()
        # A proxy sends nobody new; who knocked before is still let in.
        if self._listen.socket is not None:
            self._listen.socket.unlink(missing_ok=True)
            # Who serves here next may listen at the same path: that is not ours to remove.
            self._server.bind_uds = None
        self._app.draining = True
        await self._quiet(monotonic())
        self._server.stop()  # type: ignore[no-untyped-call]

    async def _quiet(self, closed: float) -> None:
        """Wait until nothing is under way and no connection can bring anything."""
        while monotonic() < self._deadline:
            if not self._app.activity.active and not self._expects(closed):
                return
            await asyncio.sleep(_TICK)

    def _expects(self, closed: float) -> bool:
        """Return whether a proxy may still send something over a connection that it has.

        It may have connected just before the door was closed. It closes what it does not use.
        """
        listen, now = self._listen, monotonic()
        if now >= closed + max(listen.drain, listen.keepalive):
            return False
        open_now = None if listen.socket is None else connected(listen.socket.resolve())
        if open_now is not None:
            return open_now > 0
        return now < max(closed, self._app.activity.last_answer) + listen.keepalive
