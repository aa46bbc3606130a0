"""What runs instances. Runtimes are siblings behind this one interface."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Limits:
    """What an instance may use. Who uses more of memory or processes is ended.

    Attributes:
        memory: Bytes, those of the processes it started included.
        files: Files it may have open.
        processes: Processes it may be, itself included.
    """

    memory: int = 512 * 1024 * 1024
    files: int = 4096
    processes: int = 64


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
        limits: What it may use.
    """

    name: str
    release: int
    artefact: str
    database_url: str
    environment: tuple[tuple[str, str], ...] = ()
    limits: Limits = Limits()


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
        used: When it was last asked for something, UTC; None if unknown.
        requests: How many requests it has answered; None if unknown.
    """

    handle: Handle
    release: int
    ready: bool
    since: datetime
    memory: int | None = None
    used: datetime | None = None
    requests: int | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of an instance that nobody asked for.

    Attributes:
        name: Which one.
        release: The release it ran.
        quiet: Whether it ended well, by itself: it went to sleep. Else it crashed or was ended
            because it used more than it may.
        reason: How it ended, for people; empty if quiet.
        last_lines: The end of its log, if it did not end well.
    """

    name: str
    release: int
    quiet: bool
    reason: str = ""
    last_lines: tuple[str, ...] = ()


class Runtime(Protocol):
    """Starts, stops and finds instances."""

    @property
    def name(self) -> str:
        """``process``, ``docker`` or ``swarm``."""
        ...

    async def start(self, spec: InstanceSpec, deadline: float) -> Handle:
        """Start an instance and return when its readiness endpoint answered.

        The same spec again, while it runs and is ready, does nothing. What serves under the name
        goes on until the new one is ready; then requests go to the new one, and the old one
        ends when it has answered its last. Cancelled or failed, it leaves the old one as it was.

        Raises:
            DeadlinePassed: It was not ready within ``deadline`` seconds; it was ended.
            Broken: It died; the message has the last lines of its log.
            Unable: The machine refuses what a start takes; that says nothing about the instance.
        """
        ...

    async def replaced(self, name: str, deadline: float) -> None:
        """Return when nothing answers any more but what serves under a name. Idempotent.

        What a start has replaced gives its last answers, also on connections that a proxy kept:
        to who may have them no longer, if it was started for that.

        Args:
            name: Which instance.
            deadline: Seconds after which what still answers is ended, in the middle of a stream.

        Raises:
            DeadlinePassed: It was killed, and does not end.
        """
        ...

    async def ensure(self, deadline: float) -> None:
        """Have the runtime's own processes running, in their present version. Idempotent.

        Instances are left alone.

        Raises:
            Broken: They cannot run; the message says why and what to do.
            DeadlinePassed: They did not answer within ``deadline`` seconds.
        """
        ...

    async def shut(self, deadline: float) -> None:
        """End the runtime's own processes; instances stay. Idempotent."""
        ...

    def ends(self) -> AsyncIterator[Ended]:
        """Yield each end of an instance that nobody asked for, as it happens, until closed.

        Ends that came while nobody listened, since the machine started, are yielded first. There
        is one listener at a time.
        """
        ...

    async def inspect(self, name: str) -> Observed | None:
        """Return what serves under a name, with all its figures; None if nothing does."""
        ...

    async def stop(self, name: str, deadline: float) -> None:
        """Stop an instance, its last requests answered first. Idempotent."""
        ...

    async def owned(self) -> tuple[Observed, ...]:
        """Return all that runs, whoever started it: what is there after a restart.

        Cheap however much runs: nothing is asked, so ``ready`` says only that it has been ready,
        and there are no figures. What was left of starts that were cut short is ended.
        """
        ...

    async def names(self) -> tuple[str, ...]:
        """Return every name under which there is something to stop, whether or not it serves."""
        ...

    def logs(self, name: str, lines: int, *, follow: bool) -> AsyncIterator[str]:
        """Yield the last lines of an instance's log, then, if followed, each new one.

        Following ends when the instance is forgotten or the reader stops reading. An instance
        without a log has no lines.
        """
        ...

    async def tidy(self) -> None:
        """End what was to end and does not. Called often.

        Logs stay within bounds also while nobody calls.
        """
        ...

    async def forget(self, name: str) -> None:
        """Remove what is left of a stopped instance: logs, sockets, directories. Idempotent."""
        ...
