"""Caddy as a process that outlives the control plane."""

import asyncio
import os
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from edm.adapters.caddy.configuration import Site, configuration
from edm.adapters.system import detached
from edm.adapters.system.commands import tool
from edm.adapters.system.files import private_directory, remove_if_empty, tail, write_whole
from edm.adapters.system.http import status_of_port
from edm.adapters.system.ports import LOOPBACK, available, is_free
from edm.ports.clock import Clock
from edm.ports.errors import Broken, DeadlinePassed
from edm.ports.places import wake_socket

_PROBE_PAUSE = 0.01
"""Seconds between two questions whether the proxy answers."""

_PROBE_DEADLINE = 2.0
"""Seconds a running proxy has to answer."""

_STOP_DEADLINE = 5.0
"""Seconds a proxy that is replaced has to end."""


@dataclass(frozen=True, slots=True)
class CaddyIngress:
    """Starts Caddy, finds it again, and knows the addresses it serves.

    Attributes:
        home: Directory of its own files, e.g. ``<home>/ingress``.
        run: Directory of the sockets.
        port: The port it is to listen on.
        clock: Tells since when it runs.
        hosts: The addresses it is to listen on, as far as the machine has them.
        domain: What instances' names stand before.
    """

    home: Path
    run: Path
    port: int
    clock: Clock
    hosts: tuple[str, ...] = LOOPBACK
    domain: str = "localhost"
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, compare=False)

    async def ensure(self, deadline: float) -> None:
        """Have the proxy running with this configuration. Idempotent."""
        async with self._turn:
            await self._ensure(deadline)

    async def _ensure(self, deadline: float) -> None:
        program = await tool("caddy")
        site = Site(self.home, self.run, available(self.hosts), self.port, self.domain)
        content = configuration(site)
        digest = _digest(program, content)
        record = detached.find(self._record)
        if record is not None and record.digest == digest and await self.running():
            return
        await detached.stop(self._record, _STOP_DEADLINE)
        if not is_free(self.port, self.hosts):
            raise Broken(
                f"Port {self.port} is taken by another program. Stop it, or choose another port "
                "with --ingress-port."
            )
        # Not in a thread: a start that is cancelled must know what it has started.
        try:
            record = self._launch(program, content, digest)
            await self._await_answer(record, deadline)
        except OSError as error:
            await detached.stop(self._record, _STOP_DEADLINE)
            raise Broken(
                f"Caddy cannot be started: {error}. Free some space or fix the owner."
            ) from error
        except BaseException:
            await detached.stop(self._record, _STOP_DEADLINE)
            raise

    async def ended(self) -> None:
        """Return when the proxy has ended, however it did; at once if none runs."""
        record = detached.find(self._record)
        if record is not None:
            await detached.ended(record)

    async def stop(self, deadline: float) -> None:
        """Stop the proxy, and remove the directories of sockets if nobody has one. Idempotent."""
        await detached.stop(self._record, deadline)
        remove_if_empty(wake_socket(self.run).parent)
        remove_if_empty(self.run)

    async def running(self) -> bool:
        """Return whether the proxy runs and answers."""
        if detached.find(self._record) is None:
            return False
        try:
            async with asyncio.timeout(_PROBE_DEADLINE):
                return await self._status() is not None
        except TimeoutError:
            return False

    def url(self, name: str) -> str:
        """Return an instance's URL, with a slash at its end."""
        return f"http://{name}.{self.domain}:{self.port}/"

    def path_url(self, name: str) -> str:
        """Return the URL for clients that do not resolve names below ``localhost``."""
        return f"http://127.0.0.1:{self.port}/i/{name}/"

    @property
    def _record(self) -> Path:
        return self.home / "process.json"

    @property
    def _output(self) -> Path:
        return self.home / "caddy.out"

    async def _status(self) -> int | None:
        return await status_of_port(self.hosts[0], self.port, "/")

    def _launch(self, program: Path, content: bytes, digest: str) -> detached.Record:
        private_directory(self.home)
        private_directory(self.run)
        path = self.home / "caddy.json"
        write_whole(path, content)
        self._output.unlink(missing_ok=True)
        # Whatever Caddy would keep in its user's home, it keeps in this one.
        env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home),
            "XDG_DATA_HOME": str(self.home),
        }
        argv = (str(program), "run", "--config", str(path))
        command = detached.Command(argv, env, self.home, self._output)
        since = self.clock.now().isoformat()
        return detached.start(command, self._record, since=since, label="caddy", digest=digest)

    async def _await_answer(self, record: detached.Record, deadline: float) -> None:
        outcome = await detached.watch(record, self._until_answer(), deadline)
        if outcome is detached.Start.ENDED:
            raise Broken(f"Caddy ended while starting. Its last words:\n{self._last_words()}")
        if outcome is detached.Start.LATE:
            raise DeadlinePassed(
                f"Caddy did not answer within {deadline:g} s. Its last words:\n{self._last_words()}"
            )

    async def _until_answer(self) -> None:
        status = None
        while status is None:
            await asyncio.sleep(_PROBE_PAUSE)
            status = await self._status()

    def _last_words(self) -> str:
        return "\n".join(tail(self._output, 5) + tail(self.home / "caddy.log", 5)) or "(nothing)"


def _digest(program: Path, content: bytes) -> str:
    """Return what changes when the proxy must be restarted: its configuration or itself."""
    found = program.stat()
    about = f"{program} {found.st_size} {found.st_mtime_ns}".encode()
    return blake2b(about + content, digest_size=16).hexdigest()
