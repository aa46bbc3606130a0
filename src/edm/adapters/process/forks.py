"""The fork server as the control plane sees it: one per home, started when it is needed."""

import asyncio
import json
import os
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from edm.adapters.process import child, forkserver, log, usage
from edm.adapters.process.child import Request
from edm.adapters.process.modules import DISTRIBUTIONS, MODULES
from edm.adapters.process.places import Places
from edm.adapters.system import detached, processes
from edm.adapters.system.files import private_directory, remove_if_empty, tail
from edm.ports.clock import Clock
from edm.ports.errors import Broken, DeadlinePassed, Unable

_PAUSE = 0.005
"""Seconds between two tries to reach a fork server that starts."""

_STOP_DEADLINE = 2.0
"""Seconds a fork server has to end: it never works for long."""

_START_DEADLINE = 15.0
"""Seconds a fork server that died has to be there again before an instance is started."""

_ANSWER_DEADLINE = 10.0
"""Seconds a fork server has to answer; many may have asked before."""


@dataclass(slots=True)
class Forks:
    """Asks the fork server, and has one running to be asked.

    Attributes:
        places: Where it is.
        clock: Tells when it was started.
    """

    places: Places
    clock: Clock
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)
    _ensured: bool = field(default=False, init=False)

    async def ensure(self, deadline: float) -> None:
        """Have a fork server of this version running. Idempotent.

        Raises:
            Unable: It cannot be started, or died at once.
            DeadlinePassed: It did not answer in time.
        """
        processes.allow_files()
        async with self._turn:
            if not await self._answers():
                await self._replace(deadline)
            self._ensured = True

    async def fork(self, request: Request, lock: int) -> None:
        """Have an instance forked, with its locked record; return when it goes its own way.

        Raises:
            Broken: It is more than fits.
            Unable: The machine refuses it; the message says why.
            DeadlinePassed: The fork server did not answer in time.
        """
        if not self._ensured:
            await self.ensure(_START_DEADLINE)
        content = json.dumps(request.fields()).encode()
        if len(content) > forkserver.LARGEST:
            raise Broken(f"{request.package} has more settings than fit. Give it fewer origins.")
        try:
            answer = await self._ask(content, lock)
        except OSError:
            # It has died since. Nothing was forked, or else the record says so.
            await self.ensure(_START_DEADLINE)
            answer = await self._ask(content, lock)
        if "error" in answer:
            raise Unable(f"{request.package} cannot be started: {answer['error']}.")

    async def settle(self) -> None:
        """Return when all that has ended by now is noted, as far as a fork server can tell."""
        with suppress(OSError, DeadlinePassed):
            await self._ask(b"{}")

    async def shut(self) -> None:
        """End the fork server; what it has forked goes on. Idempotent."""
        async with self._turn:
            self._ensured = False
            await detached.stop(self._record, _STOP_DEADLINE)
            self._socket.unlink(missing_ok=True)
            self._log.unlink(missing_ok=True)
            remove_if_empty(self._socket.parent)

    @property
    def _record(self) -> Path:
        return self.places.home / "forkserver.json"

    @property
    def _log(self) -> Path:
        return self.places.home / "forkserver.log"

    @property
    def _socket(self) -> Path:
        return self.places.control / "fork.sock"

    async def _answers(self) -> bool:
        record = detached.find(self._record)
        if record is None or record.digest != _digest():
            return False
        try:
            await self._ask(b"{}")
        except (OSError, DeadlinePassed):
            return False
        return True

    async def _replace(self, deadline: float) -> None:
        await detached.stop(self._record, _STOP_DEADLINE)
        try:
            record = self._launch()
        except OSError as error:
            raise Unable(
                f"The fork server cannot be started: {error}. Free some space or fix the owner."
            ) from error
        outcome = await detached.watch(record, self._until_answer(), deadline)
        if outcome is not detached.Start.READY:
            await detached.stop(self._record, _STOP_DEADLINE)
            words = "\n".join(tail(self._log, 5)) or "(nothing)"
            if outcome is detached.Start.LATE:
                raise DeadlinePassed(f"The fork server did not answer within {deadline:g} s.")
            raise Unable(f"The fork server ended while starting. Its last words:\n{words}")

    def _launch(self) -> detached.Record:
        private_directory(self.places.run)
        private_directory(self.places.control)
        self._log.unlink(missing_ok=True)
        argv = (sys.executable, "-P", "-u", "-m", forkserver.__name__)
        arguments = (str(self._socket), str(self.places.run))
        env = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
        return detached.start(
            detached.Command((*argv, *arguments), env, self.places.home, self._log),
            self._record,
            since=self.clock.now().isoformat(),
            label="fork server",
            digest=_digest(),
        )

    async def _until_answer(self) -> None:
        while True:
            with suppress(OSError):
                await self._ask(b"{}")
                return
            await asyncio.sleep(_PAUSE)

    async def _ask(self, content: bytes, *descriptors: int) -> dict[str, Any]:
        """Send one message and return the answer.

        Raises:
            OSError: The fork server is not there, or died; the message was not acted upon.
            DeadlinePassed: It does not answer.
        """
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
            connection.setblocking(False)  # noqa: FBT003 - positional only
            connection.connect(str(self._socket))
            socket.send_fds(connection, [content], list(descriptors))
            try:
                async with asyncio.timeout(_ANSWER_DEADLINE):
                    answer = await asyncio.get_running_loop().sock_recv(connection, 65536)
            except TimeoutError:
                raise DeadlinePassed(
                    "The fork server does not answer. Look for a busy disk or processor."
                ) from None
        if not answer:
            raise ConnectionResetError("The fork server died.")
        found: dict[str, Any] = json.loads(answer)
        return found


@cache
def _digest() -> str:
    """Return what a fork server is made of: Python, libraries, and its own source."""
    sources = (child.__file__, forkserver.__file__, log.__file__, usage.__file__)
    parts = [sys.version, sys.executable, repr(MODULES), *map(_version, DISTRIBUTIONS)]
    content = "\n".join(parts).encode() + b"".join(Path(one).read_bytes() for one in sources)
    return blake2b(content, digest_size=16).hexdigest()


def _version(distribution: str) -> str:
    with suppress(PackageNotFoundError):
        return f"{distribution} {version(distribution)}"
    return ""
