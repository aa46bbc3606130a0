"""Instances and a proxy that only say that they run."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from edm.ports.clock import Clock
from edm.ports.errors import Broken
from edm.ports.runtime import Ended, Handle, InstanceSpec, Observed

_PAUSE = 0.01


@dataclass(slots=True)
class MemoryRuntime:
    """Remembers what was started.

    Attributes:
        clock: Tells when.
        failing: Names whose starts fail, and what their log says then.
        specs: What runs.
        starts: How often each name was started.
        ensured: Whether the runtime's own processes run.
    """

    clock: Clock
    failing: dict[str, str] = field(default_factory=dict)
    specs: dict[str, InstanceSpec] = field(default_factory=dict)
    starts: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    ensured: bool = False
    _observed: dict[str, Observed] = field(default_factory=dict)
    _logs: dict[str, list[str]] = field(default_factory=dict)
    _ends: asyncio.Queue[Ended] = field(default_factory=asyncio.Queue)

    @property
    def name(self) -> str:
        """``memory``."""
        return "memory"

    async def start(self, spec: InstanceSpec, deadline: float) -> Handle:  # noqa: ARG002
        """Start an instance, unless this very spec runs; one that fails changes nothing."""
        if self.specs.get(spec.name) == spec:
            return self._observed[spec.name].handle
        if spec.name in self.failing:
            raise Broken(f"{spec.name} ended while starting. {self.failing[spec.name]}")
        self.starts[spec.name] += 1
        self._logs.setdefault(spec.name, []).append(f"started release {spec.release}")
        handle = Handle(spec.name, str(self.starts[spec.name]))
        self.specs[spec.name] = spec
        now = self.clock.now()
        self._observed[spec.name] = Observed(handle, spec.release, ready=True, since=now, memory=1)
        return handle

    async def replaced(self, name: str, deadline: float) -> None:
        """Do nothing: what is replaced is gone at once."""

    async def ensure(self, deadline: float) -> None:  # noqa: ARG002
        """Have what it does not need running. Idempotent."""
        self.ensured = True

    async def shut(self, deadline: float) -> None:  # noqa: ARG002
        """End what it does not need. Idempotent."""
        self.ensured = False

    async def ends(self) -> AsyncIterator[Ended]:
        """Yield each end that nobody asked for."""
        while True:
            yield await self._ends.get()

    async def inspect(self, name: str) -> Observed | None:
        """Return what runs under a name."""
        return self._observed.get(name)

    async def stop(self, name: str, deadline: float) -> None:  # noqa: ARG002
        """Stop an instance. Idempotent."""
        self._end(name)

    async def owned(self) -> tuple[Observed, ...]:
        """Return all that runs."""
        return tuple(self._observed[name] for name in sorted(self._observed))

    async def names(self) -> tuple[str, ...]:
        """Return the names of all that runs."""
        return tuple(sorted(self.specs))

    async def logs(self, name: str, lines: int, *, follow: bool) -> AsyncIterator[str]:
        """Yield the last lines of an instance's log, then, if followed, each new one."""
        position = max(0, len(self._logs.get(name, ())) - lines)
        while True:
            for line in self._logs.get(name, [])[position:]:
                position += 1
                yield line
            if not follow or name not in self._logs:
                return
            await asyncio.sleep(_PAUSE)

    async def tidy(self) -> None:
        """Do nothing: logs are short."""

    async def forget(self, name: str) -> None:
        """Remove an instance's log. Idempotent."""
        self._logs.pop(name, None)

    def crash(self, name: str, reason: str = "It was ended by SIGKILL.") -> None:
        """End an instance without anybody having asked for it."""
        lines = tuple(self._logs.get(name, ()))[-1:]
        if (observed := self._end(name)) is not None:
            self._ends.put_nowait(
                Ended(name, observed.release, quiet=False, reason=reason, last_lines=lines)
            )

    def fall_asleep(self, name: str) -> None:
        """End an instance as one ends that nobody used."""
        if (observed := self._end(name)) is not None:
            self._ends.put_nowait(Ended(name, observed.release, quiet=True))

    def use(self, name: str, used: datetime, requests: int = 1) -> None:
        """Have an instance say when it was last used, and how often."""
        self._observed[name] = replace(self._observed[name], used=used, requests=requests)

    def _end(self, name: str) -> Observed | None:
        self.specs.pop(name, None)
        return self._observed.pop(name, None)


def _set_event() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass(slots=True)
class MemoryIngress:
    """Says that it runs after it was asked to.

    Attributes:
        port: What its addresses show.
        failing: How many of the next starts fail.
        starts: How often it was started.
        hung: Whether it runs and does not answer, until it is started anew.
    """

    port: int = 8080
    failing: int = 0
    starts: int = 0
    hung: bool = False
    _down: asyncio.Event = field(default_factory=_set_event)

    async def ensure(self, deadline: float) -> None:  # noqa: ARG002
        """Run. Idempotent."""
        if not self._down.is_set() and not self.hung:
            return
        self._down.set()
        if self.failing:
            self.failing -= 1
            raise Broken("The proxy ended while starting.")
        self.starts += 1
        self.hung = False
        self._down.clear()

    async def ended(self) -> None:
        """Return when it has been stopped or has crashed."""
        await self._down.wait()

    async def stop(self, deadline: float) -> None:  # noqa: ARG002
        """Stop. Idempotent."""
        self.crash()

    async def running(self) -> bool:
        """Return whether it was asked to run, and answers."""
        return not self._down.is_set() and not self.hung

    def crash(self) -> None:
        """End without anybody having asked for it."""
        self._down.set()

    def url(self, name: str) -> str:
        """Return an instance's URL."""
        return f"http://{name}.localhost:{self.port}/"

    def path_url(self, name: str) -> str:
        """Return an instance's other URL."""
        return f"http://127.0.0.1:{self.port}/i/{name}/"
