"""What is remembered of instances: their releases, the operations on them, what happened."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from edm.core.lifecycle.states import State, Verb
from edm.core.problems import Problem


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
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Instance:
    """What an owner runs under a name.

    Attributes:
        name: Unique on the platform.
        owner: Id of the user it belongs to.
        state: What serves under the name.
        access: Who may call it without its key.
        key_hash: SHA-256 of the API key, hexadecimal; empty while there is none.
        release: Number of the release that serves; None before the first.
        created: When it was first asked for, UTC.
        changed: When its state or its settings changed last.
        reason: Why it is failed, and what to do; empty otherwise.
        sleep_after: Seconds without a request until it sleeps; 0 for never.
        origins: Web origins whose pages may call it; what they mean depends on its access.
        used: When the last request came, as far as is known; None if none is.
    """

    name: str
    owner: int
    state: State
    access: Access
    key_hash: str
    release: int | None
    created: datetime
    changed: datetime
    reason: str = ""
    sleep_after: int = 0
    origins: tuple[str, ...] = ()
    used: datetime | None = None

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
    scripts: tuple[str, ...] = ()
    """Names of the migrations it knows."""


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
        sleep_after: Seconds without a request until it sleeps, 0 for never; None for no change.
        origins: Web origins whose pages may call it; None for no change.
        release: The release to go back to; None for the one before.
    """

    filename: str = ""
    content: bytes = b""
    access: Access | None = None
    key_hash: str = ""
    sleep_after: int | None = None
    origins: tuple[str, ...] | None = None
    release: int | None = None


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
    """Something that happened, and who did it.

    Attributes:
        id: Grows from event to event.
        instance: What it happened to; empty for what is no instance's.
        owner: Id of the user who may read it.
        principal: Who did it, by name.
        what: What happened, in words. The first word is its kind.
        at: When, UTC.
        operation: The operation it ended; empty if it was none.
    """

    id: int
    instance: str
    owner: int
    principal: str
    what: str
    at: datetime
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Mirror:
    """A repository elsewhere that follows an instance's.

    Attributes:
        instance: Whose repository is pushed there.
        url: Where to.
        username: Who pushes, as that place knows them.
        secret: Their password or token, encrypted; the key is not in the store.
        commit: The head of ``main`` that was pushed last; empty before the first time.
        failures: Tries that failed since the last that did not.
        reason: Why the last one failed; empty if it did not.
        tried: When the last one was, UTC; None before the first.
    """

    instance: str
    url: str
    username: str
    secret: bytes = field(repr=False)
    commit: str = ""
    failures: int = 0
    reason: str = ""
    tried: datetime | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How often something happened since the platform was made.

    Attributes:
        what: The verb of an operation, or the first word of an event that was none.
        outcome: How the operation ended; empty for an event.
        times: How often.
    """

    what: str
    outcome: str
    times: int
