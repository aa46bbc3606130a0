"""Dangerous work in forks with limits on memory and time."""

import asyncio
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar, cast

from edm.adapters.sandbox import forkserver
from edm.adapters.sandbox.wire import pack, unpack
from edm.ports.errors import Broken, DeadlinePassed

P = ParamSpec("P")
T = TypeVar("T")

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space a fork may have."""


AT_ONCE = 4
"""Forks that work at the same time; with ``MEMORY`` it bounds what hostile files may take."""


@dataclass(frozen=True, slots=True)
class _Server:
    """A running fork server and our end of the socket to it."""

    process: subprocess.Popen[bytes]
    control: socket.socket


@dataclass(slots=True)
class ProcessSandbox:
    """Sends each function to a fork of a process that has the core imported.

    Attributes:
        memory: Bytes of address space a fork may have.
        preload: Modules that most work needs, imported once for all forks.
    """

    memory: int = MEMORY
    preload: tuple[str, ...] = ()
    _server: _Server | None = field(default=None, init=False)
    _room: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(AT_ONCE), init=False, repr=False
    )

    async def run(
        self, deadline: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call a module-level function in a process of its own."""
        work = pack((function, args, kwargs))
        await self._enter(deadline)
        try:
            async with asyncio.timeout(deadline):
                outcome = await self._send(work, deadline)
        except TimeoutError:
            raise DeadlinePassed(
                f"{function.__name__} took longer than {deadline:g} s and was stopped. "
                "Give it a smaller or simpler file."
            ) from None
        finally:
            self._room.release()
        return cast("T", self._read(function.__name__, outcome))

    async def close(self) -> None:
        """End the fork server. Idempotent."""
        server, self._server = self._server, None
        if server is not None:
            await asyncio.to_thread(_end, server)

    async def _enter(self, deadline: float) -> None:
        """Wait until fewer than ``AT_ONCE`` work. It is not this work that takes the time."""
        try:
            async with asyncio.timeout(deadline):
                await self._room.acquire()
        except TimeoutError:
            raise DeadlinePassed(
                f"Others kept the sandbox busy for {deadline:g} s. Try again in a while."
            ) from None

    async def _send(self, work: bytes, deadline: float) -> bytes:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._ask(theirs, deadline)
            fork = await _receive_descriptor(ours)
            try:
                return await _exchange(ours, work, self.memory)
            finally:
                _kill(fork)
        finally:
            ours.close()

    def _ask(self, connection: socket.socket, deadline: float) -> None:
        """Hand the connection to the fork server; to a new one if the old one has died."""
        limits = forkserver.LIMITS.pack(self.memory, deadline)
        for _ in range(2):
            if self._server is None:
                self._server = _start(self.preload)
            try:
                socket.send_fds(self._server.control, [limits], [connection.fileno()])
            except OSError:
                _end(self._server)
                self._server = None
            else:
                return
        raise Broken("The fork server does not start. Look for a full disk or memory.")

    def _read(self, name: str, outcome: bytes) -> object:
        kind, content = outcome[:1], outcome[1:]
        if kind == forkserver.RETURNED:
            try:
                return unpack(content)
            except pickle.UnpicklingError as error:
                raise Broken(f"{name} returned what it may not: {error}.") from error
        if kind == forkserver.RAISED:
            words = content.decode(errors="replace")
            failure = Broken(f"{name} failed: {words.strip().splitlines()[-1]}. Report this fault.")
            failure.add_note(words)
            raise failure
        if kind == forkserver.NO_MEMORY:
            raise Broken(
                f"{name} needed more than {self.memory // 1024**2} MiB of memory. "
                "Give it a smaller or simpler file."
            )
        raise Broken(f"{name} died. Give it a smaller or simpler file, or report this fault.")


def _environment() -> dict[str, str]:
    """Return what Python needs; whoever breaks out of a parser finds no secrets here."""
    needed = ("PATH", "LANG", "LC_ALL", "PYTHONPATH")
    return {name: os.environ[name] for name in needed if name in os.environ}


def _start(preload: tuple[str, ...]) -> _Server:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        # -P: what lies in the caller's directory is no module of ours.
        argv = (sys.executable, "-P", "-m", forkserver.__name__, str(theirs.fileno()), *preload)
        process = subprocess.Popen(  # noqa: S603 - an argument list of our own making
            argv,
            env=_environment(),
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    return _Server(process, ours)


def _end(server: _Server) -> None:
    """Kill a fork server and its forks: they share its process group."""
    server.control.close()
    with suppress(ProcessLookupError):
        os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()


async def _receive_descriptor(connection: socket.socket) -> int:
    """Wait for the fork and return its descriptor."""
    connection.setblocking(False)  # noqa: FBT003 - positional only
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(connection, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(connection)
    _, descriptors, _, _ = socket.recv_fds(connection, 1, 1)
    if not descriptors:
        raise Broken("The fork server died. Try again; if it stays, look at its memory.")
    return descriptors[0]


async def _exchange(connection: socket.socket, work: bytes, most: int) -> bytes:
    """Send the work and return the outcome; empty if the fork died or talks without end."""
    loop = asyncio.get_running_loop()
    outcome = bytearray()
    with suppress(ConnectionError):
        await loop.sock_sendall(connection, len(work).to_bytes(8, "big") + work)
        while chunk := await loop.sock_recv(connection, 1024 * 1024):
            outcome += chunk
            if len(outcome) > most:
                return b""
    return bytes(outcome)


def _kill(fork: int) -> None:
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(fork, signal.SIGKILL)
    os.close(fork)
