"""Caddy as a process that outlives the control plane."""

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from edm.adapters.caddy.configuration import Site, configuration
from edm.adapters.caddy.secure import reached_at
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
        tls: Where certificates come from: ``auto``, ``internal``, or ``off`` for none.
        http_port: The port that sends plain requests to the secure one; unused without TLS.
    """

    home: Path
    run: Path
    port: int
    clock: Clock
    hosts: tuple[str, ...] = LOOPBACK
    domain: str = "localhost"
    tls: str = "off"
    http_port: int = 80
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, compare=False)

    async def ensure(self, deadline: float) -> None:
        """Have the proxy running with this configuration. Idempotent."""
        async with self._turn:
            await self._ensure(deadline)

    async def _ensure(self, deadline: float) -> None:
        program = await tool("caddy")
        content = configuration(self._site())
        digest = _digest(program, content)
        record = detached.find(self._record)
        if record is not None and record.digest == digest and await self.running():
            return
        await detached.stop(self._record, _STOP_DEADLINE)
        self._refuse_taken_ports()
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

    def _site(self) -> Site:
        hosts = available(self.hosts)
        if not hosts:
            raise Broken(
                f"This machine does not have the address {self.hosts[0]}. "
                "Choose another one with --bind."
            )
        return Site(self.home, self.run, hosts, self.port, self.domain, self.tls, self.http_port)

    def _refuse_taken_ports(self) -> None:
        wanted = {"--ingress-port": self.port}
        if self.tls != "off":
            wanted["--http-port"] = self.http_port
        for option, port in wanted.items():
            if not is_free(port, self.hosts):
                raise Broken(
                    f"Port {port} is taken by another program. Stop it, or choose another port "
                    f"with {option}."
                )

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

    def started(self) -> bool:
        """Return whether its process runs, whether or not it answers."""
        return detached.find(self._record) is not None

    async def current(self) -> bool:
        """Return whether what runs has the configuration of these settings."""
        record = detached.find(self._record)
        if record is None:
            return False
        with suppress(Broken):
            return record.digest == _digest(await tool("caddy"), configuration(self._site()))
        return False

    def url(self, name: str) -> str:
        """Return an instance's URL, with a slash at its end."""
        if self.tls == "off":
            return f"http://{name}.{self.domain}:{self.port}/"
        port = "" if self.port == 443 else f":{self.port}"  # noqa: PLR2004 - the port of HTTPS
        return f"https://{name}.{self.domain}{port}/"

    def path_url(self, name: str) -> str:
        """Return the URL for clients that do not resolve names; the same one at a domain."""
        if self.domain == "localhost":
            return f"http://127.0.0.1:{self.port}/i/{name}/"
        return self.url(name)

    @property
    def _record(self) -> Path:
        return self.home / "process.json"

    @property
    def _output(self) -> Path:
        return self.home / "caddy.out"

    async def _status(self) -> int | None:
        # The plain port answers anybody; the secure one would have to be asked by a name.
        port = self.port if self.tls == "off" else self.http_port
        return await status_of_port(reached_at(self.hosts[0]), port, "/")

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
