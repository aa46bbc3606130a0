"""The control plane's memory: desired state, releases, operations, events.

Every query carries the principal: what somebody may not see does not exist for them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from edm.core.lifecycle.states import State, Verb
from edm.core.problems import Problem

__all__ = [
    "PLATFORM",
    "Access",
    "Event",
    "Instance",
    "Operation",
    "Order",
    "Principal",
    "Progress",
    "Release",
    "State",
    "Step",
    "Store",
    "Token",
    "Verb",
]


class Access(StrEnum):
    """Who may call an instance without its key: all, readers, nobody."""

    PUBLIC = "public"
    READ_PUBLIC = "read-public"
    PRIVATE = "private"


class Progress(StrEnum):
    """How far an operation or a step of it is."""

    WAITING = "waiting"
    ACTIVE = "active"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks."""

    id: int
    name: str
    admin: bool


PLATFORM = Principal(id=0, name="platform", admin=True)
"""The control plane itself, when it acts without being asked by somebody."""


@dataclass(frozen=True, slots=True)
class Token:
    """A secret's record: what it is called and when it came; never the secret."""

    id: int
    user: str
    name: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Instance:
    """What an owner runs under a name."""

    name: str
    owner: int
    state: State
    access: Access
    key_hash: str
    """SHA-256 of the API key, hexadecimal; empty while there is none."""
    release: int | None
    created: datetime
    changed: datetime
    reason: str = ""
    """Why it is failed, and what to do; empty otherwise."""

    @property
    def serves(self) -> bool:
        """Whether requests are to be answered: by what runs, or by what is woken for them."""
        return self.state in {State.RUNNING, State.SLEEPING}


@dataclass(frozen=True, slots=True)
class Release:
    """A commit of an instance that was or is run. Immutable."""

    instance: str
    number: int
    commit: str
    artefact: str
    created: datetime
    operation: str
    """Id of the operation that made it: one operation makes one release."""
    model: bytes
    """The domain model it serves, as the services encode it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of an operation, as its user sees it."""

    name: str
    progress: Progress
    detail: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What an operation was asked to do, kept so that it can be taken up again.

    Attributes:
        filename: The uploaded file's name; empty if there was no file.
        content: The uploaded file.
        access: Who may call the instance from now on; None for no change.
        key_hash: SHA-256 of the API key from now on; empty for no change.
    """

    filename: str = ""
    content: bytes = b""
    access: Access | None = None
    key_hash: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """A piece of work with steps.

    Attributes:
        id: Made by the server.
        instance: Name of the instance it works on, which may be gone by now.
        owner: Id of the user whose instance it is.
        principal: Id of the user who asked.
        verb: What it does.
        progress: How far it is.
        created: When it was asked for.
        finished: When it ended; None before.
        steps: All of them, waiting ones included.
        problems: Why it failed, or what it warns of.
        commit: The commit it published; empty before.
        release: The release it made or runs; None before.
        first: Whether it made the instance, and so removes it if it fails.
    """

    id: str
    instance: str
    owner: int
    principal: int
    verb: Verb
    progress: Progress
    created: datetime
    finished: datetime | None = None
    steps: tuple[Step, ...] = ()
    problems: tuple[Problem, ...] = ()
    commit: str = ""
    release: int | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an instance, and who did it."""

    id: int
    instance: str
    owner: int
    principal: str
    what: str
    at: datetime
    operation: str = ""


class Store(Protocol):
    """What is remembered. Each method is one transaction.

    A principal sees their own instances, an administrator everyone's. What they may not see
    raises ``NotFound``, exactly as what is not there.
    """

    async def authenticate(self, token_hash: str) -> Principal | None:
        """Return whose token has this hash; None if nobody's."""
        ...

    async def add_user(self, name: str, now: datetime, *, admin: bool) -> Principal:
        """Make a user, or return the one with this name as they are."""
        ...

    async def add_token(self, who: Principal, name: str, token_hash: str, now: datetime) -> Token:
        """Keep the hash of a principal's new token."""
        ...

    async def instance(self, who: Principal, name: str) -> Instance:
        """Return an instance. Raises ``NotFound``."""
        ...

    async def instances(self, who: Principal) -> tuple[Instance, ...]:
        """Return all instances the principal may see, by name."""
        ...

    async def taken(self, name: str) -> bool:
        """Return whether anybody has an instance of this name."""
        ...

    async def open(self, operation: Operation, order: Order, new: Instance | None) -> Operation:
        """Record an operation with its order, and the instance it makes, all or nothing.

        Returns:
            The operation; or the unfinished one of the same instance that is in its way, and
            then nothing was recorded.

        Raises:
            NotFound: ``new`` is None and the instance is gone by now.
            Taken: ``new`` is given and the name was taken by now.
        """
        ...

    async def record(self, operation: Operation) -> None:
        """Keep an operation's progress, steps, problems, commit and release."""
        ...

    async def close(self, operation: Operation, what: str) -> None:
        """Record a finished operation and its event, by who asked, and erase its order.

        Once: what is closed already stays as it is.
        """
        ...

    async def order(self, operation: str) -> Order:
        """Return what an unfinished operation was asked to do."""
        ...

    async def operation(self, who: Principal, operation: str) -> Operation:
        """Return an operation, unfinished or not. Raises ``NotFound``."""
        ...

    async def unfinished(self) -> tuple[Operation, ...]:
        """Return all operations that did not end, oldest first."""
        ...

    async def move(self, name: str, state: State, now: datetime, reason: str = "") -> None:
        """Set an instance's state and why it is so. Does nothing if it is gone."""
        ...

    async def activate(
        self, name: str, release: int, now: datetime, access: Access, key_hash: str
    ) -> None:
        """Say that a release serves, to whom, and that the instance runs."""
        ...

    async def add_release(self, release: Release) -> Release:
        """Keep a release under the next number and return it. Once per operation."""
        ...

    async def release(self, who: Principal, name: str, number: int) -> Release:
        """Return a release. Raises ``NotFound``."""
        ...

    async def releases(self, who: Principal, name: str) -> tuple[Release, ...]:
        """Return an instance's releases, newest first. Raises ``NotFound``."""
        ...

    async def events(self, who: Principal, name: str | None, limit: int) -> tuple[Event, ...]:
        """Return the newest events the principal may see, oldest first."""
        ...

    async def erase(self, name: str) -> None:
        """Remove an instance and its releases; its operations and events stay. Idempotent."""
        ...

    async def shut(self) -> None:
        """Let go of the database."""
        ...
