"""From a spec to a process that is ready, beside whatever runs under the name."""

import os
from dataclasses import astuple, dataclass, field
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

from edm.adapters.process import log, readiness, record
from edm.adapters.process.child import Request
from edm.adapters.process.forks import Forks
from edm.adapters.process.places import Places
from edm.adapters.process.record import Life
from edm.adapters.system import detached, processes
from edm.adapters.system.files import private_directory, remove_if_empty, tail
from edm.ports.clock import Clock
from edm.ports.errors import Broken, DeadlinePassed, Unable
from edm.ports.ingress import IDLE
from edm.ports.runtime import InstanceSpec

_VERSION = version("edm")


@dataclass(frozen=True, slots=True)
class Starter:
    """Brings processes up.

    Attributes:
        places: Where they have their sockets and logs.
        clock: Tells when.
        forks: The fork server.
        under_way: Ids of the processes that are being brought up.
    """

    places: Places
    clock: Clock
    forks: Forks
    under_way: set[str] = field(default_factory=set)

    async def bring_up(self, spec: InstanceSpec, deadline: float) -> Life:
        """Return a process that is ready; if there is none, nothing of it is left.

        Raises:
            Broken: It died, or says that it is broken.
            Unable: The machine has no room for it.
            DeadlinePassed: It was not ready in time.
        """
        path, lock = self._begin(spec)
        self.under_way.add(path.stem)
        try:
            await self._bring_up(spec, path, lock, deadline)
        except OSError as error:
            await undo(path)
            raise Unable(
                f"{spec.name} cannot be started: {error}. Free some space or fix the owner."
            ) from error
        except BaseException:
            await undo(path)
            raise
        finally:
            os.close(lock)
            self.under_way.discard(path.stem)
        return _known(path)

    def _begin(self, spec: InstanceSpec) -> tuple[Path, int]:
        try:
            private_directory(self.places.run)
            directory = private_directory(self.places.sockets(spec.name))
            output = self.places.log(spec.name)
            output.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            log.rotate(output)
            return record.begin(
                directory,
                release=spec.release,
                digest=digest(spec),
                since=self.clock.now().isoformat(),
                boot=processes.boot(),
                memory=spec.limits.memory,
                processes=spec.limits.processes,
                log=str(output),
            )
        except OSError as error:
            raise Unable(
                f"{spec.name} cannot be started: {error}. Free some space or fix the owner."
            ) from error

    async def _bring_up(self, spec: InstanceSpec, path: Path, lock: int, deadline: float) -> None:
        request = self._request(spec, path)
        with readiness.listening(path.with_suffix(".ready")) as notices:
            await self.forks.fork(request, lock)
            life = _known(path)
            ready = readiness.until_ready(life.socket, notices)
            try:
                outcome = await detached.race(processes.ended(life.process), ready, deadline)
            except readiness.Faulty as fault:
                raise Broken(f"{spec.name} fails to get ready. {self._last(spec)}") from fault
        if outcome is detached.Start.ENDED:
            raise Broken(f"{spec.name} ended while starting. {self._last(spec)}")
        if outcome is detached.Start.LATE:
            raise DeadlinePassed(
                f"{spec.name} was not ready within {deadline:g} s. {self._last(spec)}"
            )
        record.note(path, serving=True)

    def _last(self, spec: InstanceSpec) -> str:
        words = "\n".join(tail(self.places.log(spec.name), 20))
        return f"Its last words:\n{words or '(nothing)'}"

    def _request(self, spec: InstanceSpec, path: Path) -> Request:
        artefact = Path(spec.artefact)
        since = self.clock.now().isoformat(timespec="seconds")
        return Request(
            record=str(path),
            package=package(artefact),
            source=str(artefact / "src"),
            directory=str(artefact),
            environment=_environment(spec, path),
            log=str(self.places.log(spec.name)),
            greeting=f"{since} EDM {_VERSION} starts release {spec.release}.",
            memory=spec.limits.memory,
            files=spec.limits.files,
            processes=spec.limits.processes,
        )


async def undo(path: Path) -> None:
    """End a process that never served, however far its start got, and forget it."""
    life = record.read(path)
    if life is None or not life.pid:
        life = record.withdraw(path)
    if life is not None and life.pid:
        await kill(life)
    record.forget(path)
    remove_if_empty(path.parent)


async def kill(life: Life) -> None:
    """Kill a process and all it started, and wait for its end.

    Raises:
        DeadlinePassed: It does not end; its record stays.
    """
    processes.kill(life.process)
    await processes.killed(life.process)
    processes.kill_group(life.process)


def digest(spec: InstanceSpec) -> str:
    """Return what tells a spec from another."""
    return blake2b(repr(astuple(spec)).encode(), digest_size=16).hexdigest()


def package(artefact: Path) -> str:
    """Return the name of the package to run.

    Raises:
        Broken: There is not exactly one.
    """
    found = [path.parent.name for path in (artefact / "src").glob("*/__main__.py")]
    if len(found) != 1:
        raise Broken(
            f"{artefact / 'src'} must have one package with a __main__.py; it has {len(found)}. "
            "Restore it in the repository, then deploy again."
        )
    return found[0]


def _known(path: Path) -> Life:
    life = record.read(path)
    if life is None or not life.pid:
        raise Unable(f"The record {path} was removed by somebody. Try again.")
    return life


def _environment(spec: InstanceSpec, path: Path) -> dict[str, str]:
    """Return all that a server is to know: what it was given, and nothing of ours."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(spec.artefact) / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        # A little longer than the proxy keeps what nobody uses.
        "KEEPALIVE_SECONDS": str(IDLE + 0.1),
        **dict(spec.environment),
        "DATABASE_URL": spec.database_url,
        "SOCKET": str(path.with_suffix(".sock")),
        "NOTIFY_SOCKET": str(path.with_suffix(".ready")),
    }
