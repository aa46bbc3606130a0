"""What runs instances. Runtimes are siblings behind this one interface."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class InstanceSpec:
    """All a runtime needs to start an instance.

    Attributes:
        name: The instance's name.
        release: Number of the release, from 1.
        artefact: What the builder made.
        database_url: Where its data is; the instance sees it as ``DATABASE_URL``.
        environment: Further environment variables, as pairs, e.g. ``("ACCESS", "public")``. The
            runtime itself adds ``SOCKET`` (or what it uses instead), ``PATH`` and the like.
    """

    name: str
    release: int
    artefact: str
    database_url: str
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Handle:
    """Enough to find a started instance again after the control plane died."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Observed:
    """What a runtime sees of an instance.

    Attributes:
        handle: Which one.
        release: The release it runs.
        ready: Whether its readiness endpoint answers.
        since: When it was started, UTC.
        memory: Proportional set size in bytes; None if unknown.
    """

    handle: Handle
    release: int
    ready: bool
    since: datetime
    memory: int | None = None


class Runtime(Protocol):
    """Starts, stops and finds instances."""

    @property
    def name(self) -> str:
        """``process``, ``docker`` or ``swarm``."""
        ...

    async def start(self, spec: InstanceSpec, deadline: float) -> Handle:
        """Start an instance and return when its readiness endpoint answered.

        The same spec again, while it runs and is ready, does nothing; another spec under the
        same name stops what runs first.

        Raises:
            DeadlinePassed: It was not ready within ``deadline`` seconds; it was stopped.
            Broken: It died; the message has the last lines of its log.
        """
        ...

    async def inspect(self, name: str) -> Observed | None:
        """Return what is there under a name; None if nothing runs."""
        ...

    async def stop(self, name: str, deadline: float) -> None:
        """Stop an instance, its last requests answered first. Idempotent."""
        ...

    async def owned(self) -> tuple[Observed, ...]:
        """Return all that runs, whoever started it: what is there after a restart."""
        ...

    def logs(self, name: str, lines: int, *, follow: bool) -> AsyncIterator[str]:
        """Yield the last lines of an instance's log, then, if followed, each new one.

        Following ends when the instance is forgotten or the reader stops reading. An instance
        without a log has no lines.
        """
        ...

    async def tidy(self) -> None:
        """Keep within bounds what instances write as they run: their logs. Called often."""
        ...

    async def forget(self, name: str) -> None:
        """Remove what is left of a stopped instance: logs, sockets, directories. Idempotent."""
        ...
