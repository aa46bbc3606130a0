"""Everything the services need from the world, in one value."""

from asyncio import Lock, Semaphore
from dataclasses import dataclass, field
from typing import Protocol
from weakref import WeakValueDictionary

from edm.ports.builder import Builder
from edm.ports.clock import Clock
from edm.ports.database import Databases
from edm.ports.formatter import Formatter
from edm.ports.ingress import Ingress
from edm.ports.repository import Repositories
from edm.ports.runtime import Runtime
from edm.ports.sandbox import Sandbox
from edm.ports.store import Store
from edm.ports.vault import Vault
from edm.services.bell import Bell
from edm.settings import Settings


class Chance(Protocol):
    """Makes what nobody can guess."""

    def id(self) -> str:
        """Return 32 hex digits that were never returned before."""
        ...

    def secret(self) -> str:
        """Return a text of 256 random bits, safe in URLs and headers."""
        ...


class Turns:
    """One at a time per instance: who starts or stops it holds its turn."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, Lock] = WeakValueDictionary()

    def of(self, name: str) -> Lock:
        """Return the lock to hold while touching what runs under a name."""
        return self._locks.setdefault(name, Lock())


@dataclass(frozen=True, slots=True)
class World:
    """The ports, and what the services share in memory.

    Attributes:
        operator_key: The secret from which the keys are made by which instances know the platform,
            one per instance (``ports.operator_key``).
        sealing: Held while secrets are sealed and kept: until then their key must not go.
        room: Held while an instance starts that nobody asked for by an operation. More at once
            than the machine has use for would only wait for each other.
        resting: Names of crashed instances that are started again when they have rested.
        making: Held while an operation makes a release, which takes a core for a while. Others,
            such as a stop, do not wait for it.
    """

    settings: Settings
    store: Store
    repositories: Repositories
    builder: Builder
    runtime: Runtime
    databases: Databases
    ingress: Ingress
    sandbox: Sandbox
    formatter: Formatter
    clock: Clock
    chance: Chance
    vault: Vault
    operator_key: str = ""
    sealing: Lock = field(default_factory=Lock)
    bell: Bell = field(default_factory=Bell)
    turns: Turns = field(default_factory=Turns)
    resting: set[str] = field(default_factory=set)
    room: Semaphore = field(default_factory=lambda: Semaphore(4))
    making: Semaphore = field(default_factory=lambda: Semaphore(2))
