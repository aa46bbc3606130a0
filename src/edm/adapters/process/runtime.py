"""Instances as plain processes of this machine. No isolation between owners."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from edm.adapters.process import log
from edm.adapters.process.places import Places
from edm.adapters.system import detached, processes
from edm.adapters.system.files import private_directory, remove_if_empty, remove_tree, tail
from edm.adapters.system.http import status_of_socket
from edm.ports.clock import Clock
from edm.ports.errors import Broken, DeadlinePassed
from edm.ports.ingress import IDLE
from edm.ports.runtime import Ended, Handle, InstanceSpec, Observed

_PROBE_PAUSE = 0.004
"""Seconds between two questions whether a starting instance is ready."""

_PROBE_DEADLINE = 2.0
"""Seconds a running instance has to say that it is ready."""

_STOP_DEADLINE = 10.0
"""Seconds an instance that never got ready, or is replaced, has to end."""

_OK, _FAULT = 200, 500


@dataclass(frozen=True, slots=True)
class ProcessRuntime:
    """Runs each instance as a process that outlives the control plane."""

    places: Places
    clock: Clock

    @property
    def name(self) -> str:
        """``process``."""
        return "process"

    async def start(self, spec: InstanceSpec, deadline: float) -> Handle:
        """Start an instance and return when its readiness endpoint answered."""
        record = detached.find(self.places.record(spec.name))
        if record is not None and record.digest == _digest(spec) and await self._ready(spec.name):
            return _handle(spec.name, record)
        await self.stop(spec.name, _STOP_DEADLINE)
        # Not in a thread: a start that is cancelled must know what it has started.
        try:
            record = self._launch(spec)
            await self._await_ready(spec.name, record, deadline)
        except OSError as error:
            await self.stop(spec.name, _STOP_DEADLINE)
            raise Broken(
                f"{spec.name} cannot be started: {error}. Free some space or fix the owner."
            ) from error
        except BaseException:
            await self.stop(spec.name, _STOP_DEADLINE)
            raise
        return _handle(spec.name, record)

    async def ensure(self, deadline: float) -> None:
        """Do nothing: a plain process needs nobody."""

    async def shut(self, deadline: float) -> None:
        """Do nothing: a plain process needs nobody."""

    async def ends(self) -> AsyncIterator[Ended]:
        """Yield nothing yet."""
        while True:
            await asyncio.sleep(3600)
            yield Ended("", 0, quiet=True)

    async def inspect(self, name: str) -> Observed | None:
        """Return what runs under a name; None if nothing does."""
        record = detached.find(self.places.record(name))
        if record is None:
            return None
        return Observed(
            handle=_handle(name, record),
            release=int(record.label),
            ready=await self._ready(name),
            since=datetime.fromisoformat(record.since),
            memory=processes.memory(record.pid),
        )

    async def stop(self, name: str, deadline: float) -> None:
        """Ask an instance to end, wait, then kill it. Idempotent."""
        await detached.stop(self.places.record(name), deadline)
        await asyncio.to_thread(self._clear_socket, name)

    async def owned(self) -> tuple[Observed, ...]:
        """Return all that runs, whoever started it."""
        names = await asyncio.to_thread(self._recorded)
        found = await asyncio.gather(*map(self.inspect, names))
        return tuple(observed for observed in found if observed is not None)

    def logs(self, name: str, lines: int, *, follow: bool) -> AsyncIterator[str]:
        """Yield the last lines of an instance's log, then, if followed, each new one."""
        return log.read(self.places.log(name), lines, follow=follow)

    async def tidy(self) -> None:
        """Put the ends of very large logs aside, and the rest away."""
        await asyncio.to_thread(self._shorten_logs)

    async def forget(self, name: str) -> None:
        """Remove an instance's logs, record and socket. Idempotent."""
        await asyncio.to_thread(self._forget, name)

    def _launch(self, spec: InstanceSpec) -> detached.Record:
        socket = self.places.socket(spec.name)
        private_directory(self.places.run)
        private_directory(socket.parent)
        socket.unlink(missing_ok=True)
        log.rotate(self.places.log(spec.name))
        return detached.start(
            _command(spec, socket, self.places.log(spec.name)),
            self.places.record(spec.name),
            since=self.clock.now().isoformat(),
            label=str(spec.release),
            digest=_digest(spec),
        )

    async def _await_ready(self, name: str, record: detached.Record, deadline: float) -> None:
        outcome = await detached.watch(record, self._until_ready(name), deadline)
        if outcome is detached.Start.ENDED:
            raise Broken(f"{name} ended while starting. Its last words:\n{self._last_words(name)}")
        if outcome is detached.Start.LATE:
            raise DeadlinePassed(
                f"{name} was not ready within {deadline:g} s. Its last words:\n"
                f"{self._last_words(name)}"
            )

    async def _until_ready(self, name: str) -> None:
        socket, status = self.places.socket(name), None
        while status != _OK:
            if status == _FAULT:
                # It is up and says that it is broken: waiting on does not mend it.
                words = self._last_words(name)
                raise Broken(f"{name} fails to get ready. Its last words:\n{words}")
            await asyncio.sleep(_PROBE_PAUSE)
            status = await status_of_socket(socket, "/health/ready")

    async def _ready(self, name: str) -> bool:
        try:
            async with asyncio.timeout(_PROBE_DEADLINE):
                return await status_of_socket(self.places.socket(name), "/health/ready") == _OK
        except TimeoutError:
            return False

    def _last_words(self, name: str) -> str:
        return "\n".join(tail(self.places.log(name), 20)) or "(nothing)"

    def _recorded(self) -> list[str]:
        return sorted(path.parent.name for path in self.places.instances.glob("*/process.json"))

    def _shorten_logs(self) -> None:
        for path in self.places.instances.glob("*/server.log"):
            # One that cannot be cut, or has just gone, does not keep the others long.
            with suppress(OSError):
                log.shorten(path)

    def _clear_socket(self, name: str) -> None:
        socket = self.places.socket(name)
        socket.unlink(missing_ok=True)
        remove_if_empty(socket.parent)

    def _forget(self, name: str) -> None:
        place = self.places.log(name)
        for path in (place, place.with_name(place.name + ".1")):
            path.unlink(missing_ok=True)
        detached.drop(self.places.record(name))
        remove_tree(self.places.socket(name).parent)
        remove_if_empty(self.places.instance(name))


def _handle(name: str, record: detached.Record) -> Handle:
    return Handle(name, f"{record.pid}-{record.ticks}")


def _digest(spec: InstanceSpec) -> str:
    return blake2b(repr(astuple(spec)).encode(), digest_size=16).hexdigest()


def _command(spec: InstanceSpec, socket: Path, output: Path) -> detached.Command:
    """Return how to start a server: with nothing in its environment but what it is to know."""
    artefact = Path(spec.artefact)
    env = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(artefact / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        # A little longer than the proxy keeps what nobody uses.
        "KEEPALIVE_SECONDS": str(IDLE + 0.1),
        **dict(spec.environment),
        "DATABASE_URL": spec.database_url,
        "SOCKET": str(socket),
    }
    # -P keeps the working directory out of the modules' path.
    argv = (sys.executable, "-P", "-m", _package(artefact))
    return detached.Command(argv, env, artefact, output)


def _package(artefact: Path) -> str:
    found = [path.parent.name for path in (artefact / "src").glob("*/__main__.py")]
    if len(found) != 1:
        raise Broken(
            f"{artefact / 'src'} must have one package with a __main__.py; it has {len(found)}. "
            "Restore it in the repository, then deploy again."
        )
    return found[0]
