"""A process with the core imported that forks itself for each piece of dangerous work.

Started by the sandbox as ``python -m edm.adapters.sandbox.forkserver DESCRIPTOR``. Over the
socket it inherits come connections, one per piece of work; on each it answers with a descriptor
of the fork, reads the work, and writes the outcome. It ends when the control plane does.
"""

import gc
import importlib
import os
import resource
import signal
import socket
import struct
import sys
import traceback
from contextlib import suppress

from edm.adapters.sandbox.wire import pack, unpack_trusted

LIMITS = struct.Struct("!Qd")
"""The first message of a connection: bytes of memory, seconds of time."""

RETURNED, RAISED, NO_MEMORY = b"r", b"x", b"m"
"""The first byte of an outcome."""


def serve(control: socket.socket) -> None:
    """Fork for each connection that comes, until the control plane closes its end."""
    # Else each fork's first garbage collection would copy every page it shares.
    gc.freeze()
    # The kernel reaps the forks; the control plane watches them by descriptor.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, LIMITS.size, 1)
        if not message:
            return
        with socket.socket(fileno=descriptors[0]) as connection:
            _fork(control, connection, *LIMITS.unpack(message))


def _fork(control: socket.socket, connection: socket.socket, memory: int, seconds: float) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            control.close()
            _limit(memory, seconds)
            _work(connection)
        finally:
            os._exit(0)
    # A fork that has died by now, or a control plane that no longer waits: nothing to tell.
    with suppress(OSError):
        descriptor = os.pidfd_open(pid)
        try:
            socket.send_fds(connection, [b"p"], [descriptor])
        finally:
            os.close(descriptor)


def _limit(memory: int, seconds: float) -> None:
    """Bound what a fork may use, even if nobody is left to watch it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds + 1)
    _bound(resource.RLIMIT_AS, memory)
    _bound(resource.RLIMIT_CPU, int(seconds) + 1)
    _bound(resource.RLIMIT_FSIZE, 0)
    _bound(resource.RLIMIT_CORE, 0)


def _bound(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (lowest, lowest))


def _work(connection: socket.socket) -> None:
    with connection.makefile("rwb") as stream:
        size = int.from_bytes(stream.read(8), "big")
        outcome = _outcome(stream.read(size))
        stream.write(outcome)


def _outcome(work: bytes) -> bytes:
    try:
        function, args, kwargs = unpack_trusted(work)
        return RETURNED + pack(function(*args, **kwargs))
    except MemoryError:
        return NO_MEMORY
    except BaseException:  # noqa: BLE001 - whatever it is, the control plane hears of it
        return RAISED + traceback.format_exc().encode(errors="replace")


def main() -> None:
    """Import what most work needs, then serve on the inherited socket."""
    for module in sys.argv[2:]:
        # One that cannot be imported says so better where it is used.
        with suppress(ImportError):
            importlib.import_module(module)
    with socket.socket(fileno=int(sys.argv[1])) as control:
        serve(control)


if __name__ == "__main__":
    main()
