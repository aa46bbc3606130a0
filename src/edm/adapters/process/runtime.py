"""Instances as processes of this machine, forked by a fork server. No isolation between owners.

``RUN/<name>/s.sock`` is a link to the socket of the process that serves. Who serves is decided by
that link alone, which is switched at once; what else runs under the name is on its way up or down.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from edm.adapters.process import figures, log, record, starting
from edm.adapters.process.ends import Ends
from edm.adapters.process.forks import Forks
from edm.adapters.process.places import Places
from edm.adapters.process.record import Life
from edm.adapters.process.starting import Starter
from edm.adapters.system import processes
from edm.adapters.system.files import remove_if_empty, remove_tree
from edm.adapters.system.http import status_of_socket
from edm.ports.clock import Clock
from edm.ports.operator_key import operator_key
from edm.ports.runtime import Ended, Handle, InstanceSpec, Observed

_PROBE_DEADLINE = 2.0
"""Seconds a running instance has to say that it is ready."""

_DRAIN = 15.0
"""Seconds an instance that was replaced has for its last answers; it drains for ten itself."""

_SETTLE_DEADLINE = 5.0
"""Seconds that the start of a control plane that was killed may still take to come to something."""

_PAUSE = 0.005
"""Seconds between two looks at such a start."""

_OK = 200


@dataclass(frozen=True, slots=True)
class ProcessRuntime:
    """Runs each instance as a process that outlives the control plane.

    Attributes:
        places: Where everything is.
        clock: Tells when.
        secret: From which keys are made that instances show their figures to.
    """

    places: Places
    clock: Clock
    secret: str = field(default="", repr=False)
    _forks: Forks = field(init=False, repr=False)
    _starter: Starter = field(init=False, repr=False)
    _ends: Ends = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Put the parts together."""
        forks = Forks(self.places, self.clock)
        object.__setattr__(self, "_forks", forks)
        object.__setattr__(self, "_starter", Starter(self.places, self.clock, forks))
        object.__setattr__(self, "_ends", Ends(self.places, forks))

    @property
    def name(self) -> str:
        """``process``."""
        return "process"

    async def ensure(self, deadline: float) -> None:
        """Have the fork server running. Idempotent."""
        await self._forks.ensure(deadline)

    async def shut(self, deadline: float) -> None:  # noqa: ARG002 - it never works for long
        """End the fork server. Idempotent."""
        await self._forks.shut()

    async def start(self, spec: InstanceSpec, deadline: float) -> Handle:
        """Start an instance beside what serves, and switch to it when it is ready."""
        lives = await self._settled(spec.name)
        serving = self._serving(spec.name, lives)
        same = serving is not None and serving.digest == starting.digest(spec)
        if serving is not None and same:
            if await self._ready(serving):
                return _handle(serving)
            if _closed_itself(serving, spec, self.clock.now()):
                self._ends.report(serving, "It removed its own socket and ran on.")
        life = await self._starter.bring_up(spec, deadline)
        self._switch(life)
        self._ends.watch(life)
        for old in lives:
            _dismiss(old)
        return _handle(life)

    async def replaced(self, name: str, deadline: float) -> None:
        """Return when what served before has ended; what still does at the deadline is killed."""
        lives = await self._settled(name)
        serving = self._serving(name, lives)
        await _end(tuple(life for life in lives if life is not serving), deadline)

    async def inspect(self, name: str) -> Observed | None:
        """Return what serves under a name, with its figures; None if nothing does."""
        life = self._serving(name, self._lives(name))
        if life is None:
            return None
        key = operator_key(self.secret, name)
        ready, told = await asyncio.gather(self._ready(life), figures.ask(life.socket, key))
        return Observed(
            handle=_handle(life),
            release=life.release,
            ready=ready,
            since=datetime.fromisoformat(life.since),
            memory=processes.memory(life.pid),
            used=told.used,
            requests=told.requests,
        )

    async def stop(self, name: str, deadline: float) -> None:
        """Ask an instance to end, wait, then kill it. Idempotent."""
        # First the door, so that nobody new is sent to it, whatever it does itself.
        self.places.socket(name).unlink(missing_ok=True)
        await _end(await self._settled(name), deadline)
        remove_if_empty(self.places.sockets(name))

    async def owned(self) -> tuple[Observed, ...]:
        """Return all that serves, whoever started it; what else was left is ended."""
        found = []
        for name in await self.names():
            lives = await self._settled(name)
            serving = self._serving(name, lives)
            for life in lives:
                if life is not serving:
                    _dismiss(life)
            if serving is not None:
                found.append(_glimpse(serving))
        return tuple(found)

    async def names(self) -> tuple[str, ...]:
        """Return every name that a process is recorded under."""
        return tuple(sorted({path.parent.name for path in record.every(self.places.run)}))

    def ends(self) -> AsyncIterator[Ended]:
        """Yield each end of an instance that nobody asked for."""
        return self._ends.listen()

    def logs(self, name: str, lines: int, *, follow: bool) -> AsyncIterator[str]:
        """Yield the last lines of an instance's log, then, if followed, each new one."""
        return log.read(self.places.log(name), lines, follow=follow)

    async def tidy(self) -> None:
        """End what was to end and does not; the fork server keeps logs within bounds."""
        now = time.monotonic()
        for path in record.every(self.places.run):
            life = record.read(path)
            if life is not None and life.asked is not None and now - life.asked > _DRAIN:
                await starting.undo(path)

    async def forget(self, name: str) -> None:
        """Remove an instance's logs, records and sockets. Idempotent."""
        await asyncio.to_thread(self._forget, name)

    def _lives(self, name: str) -> tuple[Life, ...]:
        """Return the processes that run under a name, but for those that this one brings up."""
        found = map(record.read, record.paths(self.places.sockets(name)))
        return tuple(
            life
            for life in found
            if life is not None and life.alive and life.id not in self._starter.under_way
        )

    def _serving(self, name: str, lives: tuple[Life, ...]) -> Life | None:
        try:
            target = self.places.socket(name).readlink().stem
        except OSError:
            return None
        return next((life for life in lives if life.id == target), None)

    async def _settled(self, name: str) -> tuple[Life, ...]:
        """Return what runs under a name, when nothing is undecided about the past any more."""
        lives = []
        for path in record.paths(self.places.sockets(name)):
            if path.stem in self._starter.under_way:
                continue
            life = await _decided(path)
            if life is None:
                await starting.undo(path)
            elif life.alive:
                lives.append(life)
            else:
                await self._ends.conclude(life)
        return tuple(lives)

    def _switch(self, life: Life) -> None:
        link = self.places.socket(life.name)
        new = life.path.with_suffix(".link")
        new.unlink(missing_ok=True)
        new.symlink_to(life.socket.name)
        new.replace(link)

    async def _ready(self, life: Life) -> bool:
        try:
            async with asyncio.timeout(_PROBE_DEADLINE):
                return await status_of_socket(life.socket, "/health/ready") == _OK
        except TimeoutError:
            return False

    def _forget(self, name: str) -> None:
        place = self.places.log(name)
        for path in (place, log.previous(place)):
            path.unlink(missing_ok=True)
        remove_tree(self.places.sockets(name))
        remove_if_empty(self.places.instance(name))


async def _decided(path: Path) -> Life | None:
    """Return what a start has come to, also that of a control plane that was killed meanwhile."""
    life = record.read(path)
    if life is not None and life.pid:
        return life
    with suppress(TimeoutError):
        async with asyncio.timeout(_SETTLE_DEADLINE):
            while _undecided(path):  # noqa: ASYNC110 - nobody tells: who asked for it is dead
                await asyncio.sleep(_PAUSE)
    life = record.read(path)
    return life if life is not None and life.pid else None


def _undecided(path: Path) -> bool:
    life = record.read(path)
    return (life is None or not life.pid) and record.locked(path)


async def _end(lives: tuple[Life, ...], deadline: float) -> None:
    """Ask processes to end, wait, then kill them."""
    for life in lives:
        _dismiss(life)
    with suppress(TimeoutError):
        async with asyncio.timeout(deadline):
            for life in lives:
                await processes.ended(life.process)
    for life in lives:
        await starting.kill(life)
        record.forget(life.path)


def _dismiss(life: Life) -> None:
    """Have a process end when it has given its last answers, without waiting for it."""
    ends_already = life.asked is not None
    if not ends_already:
        # Noted first: it may end at once, and would be taken for one that fell asleep. On a full
        # disk it has to end all the same.
        try:
            record.note(life.path, asked=time.monotonic())
        except OSError:
            ends_already = not life.socket.exists()
    if not life.serving:
        processes.kill(life.process)
    # Told a second time, it would not wait for its last answers.
    elif not ends_already:
        processes.send(life.process, signal.SIGTERM)


def _closed_itself(life: Life, spec: InstanceSpec, now: datetime) -> bool:
    """Return whether a process took its socket away though it was too early to go to sleep."""
    if life.asked is not None or life.socket.exists() or not life.alive:
        return False
    enough = float(dict(spec.environment).get("SLEEP_AFTER_SECONDS") or 0)
    return not enough or (now - datetime.fromisoformat(life.since)).total_seconds() < enough


def _handle(life: Life) -> Handle:
    return Handle(life.name, f"{life.pid}-{life.ticks}")


def _glimpse(life: Life) -> Observed:
    since = datetime.fromisoformat(life.since)
    return Observed(_handle(life), life.release, ready=life.serving, since=since)
