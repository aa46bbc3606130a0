"""Waiting until an instance that starts is ready: it says so, or it is asked."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edm.adapters.system.http import status_of_socket

OK, FAULT = 200, 500

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 0.25
"""Seconds after which a server that has not said that it is ready is asked, growing: releases
made long ago, and own servers, do not say so. Many that start at once are not asked as well."""


class Faulty(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The server is up and says that it is broken."""


class Notices:
    """What a server says about itself on the socket named by ``NOTIFY_SOCKET``, as to systemd."""

    def __init__(self, endpoint: socket.socket) -> None:
        self._endpoint = endpoint

    async def ready(self) -> None:
        """Return when the server has said that it is ready."""
        loop = asyncio.get_running_loop()
        while b"READY=1" not in (await loop.sock_recv(self._endpoint, 4096)).split(b"\n"):
            pass


@contextmanager
def listening(path: Path) -> Iterator[Notices]:
    """Listen to what a server says about itself while inside."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as endpoint:
        endpoint.setblocking(False)  # noqa: FBT003 - positional only
        endpoint.bind(str(path))
        try:
            yield Notices(endpoint)
        finally:
            path.unlink(missing_ok=True)


async def until_ready(path: Path, notices: Notices) -> None:
    """Return when the server on a socket has said, or answered, that it is ready.

    Raises:
        Faulty: It answered that it is broken: waiting on does not mend it.
    """
    said = asyncio.create_task(notices.ready())
    try:
        await _until_ready(path, said)
    finally:
        said.cancel()
        await asyncio.gather(said, return_exceptions=True)


async def _until_ready(path: Path, said: asyncio.Task[None]) -> None:
    pause, status = _FIRST_PAUSE, None
    while status != OK:
        if status == FAULT:
            raise Faulty
        await asyncio.wait({said}, timeout=pause)
        if said.done():
            return
        pause = min(pause * 1.5, _LONGEST_PAUSE)
        if path.exists():  # noqa: ASYNC240 - RUN is in memory; a thread takes longer than the look
            status = await status_of_socket(path, "/health/ready")
