"""The control plane's memory: desired state, releases, operations, events.

Every query carries the principal: what somebody may not see does not exist for them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class State(StrEnum):
    """What serves under an instance's name."""

    DRAFT = "draft"
    BUILDING = "building"
    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    SLEEPING = "sleeping"
    STOPPING = "stopping"
    FAILED = "failed"
    DELETING = "deleting"


class Access(StrEnum):
    """Who may call an instance without its key: all, readers, nobody."""

    PUBLIC = "public"
    READ_PUBLIC = "read-public"
    PRIVATE = "private"


class Verb(StrEnum):
    """What an operation does."""

    DEPLOY = "deploy"
    START = "start"
    STOP = "stop"
    RESTART = "restart"
    DELETE = "delete"


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


@dataclass(frozen=True, slots=True)
class Instance:
    """What an owner runs under a name."""

    name: str
    owner: int
    state: State
    access: Access
    key_hash: str
    release: int | None
    created: datetime
    changed: datetime
    reason: str = ""
    """Why it is failed, and what to do; empty otherwise."""


@dataclass(frozen=True, slots=True)
class Release:
    """A commit of an instance that was or is run. Immutable."""

    instance: str
    number: int
    commit: str
    artefact: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """A part of an operation, as its user sees it."""

    name: str
    progress: Progress
    detail: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """A piece of work with steps."""

    id: str
    instance: str
    principal: int
    verb: Verb
    progress: Progress
    created: datetime
    finished: datetime | None = None
    steps: tuple[Step, ...] = ()
    problems: tuple[dict[str, str], ...] = ()
    """Why it failed; each has code, level, where, message and hint."""


class Store(Protocol):
    """To be completed with what the services need; transactions are inside each method."""
