"""What an examination finds, and what may be done about it without asking."""

from dataclasses import dataclass
from enum import StrEnum

from edm.core.problems import Kind, Problem


class Act(StrEnum):
    """What can be done about a finding and harms nobody: no data is ever touched."""

    CLOSE = "close"
    """Take away what others may do with a file or a directory."""
    REMOVE = "remove"
    """Remove a socket that nobody listens at, or what a write that was cut short left."""
    END = "end"
    """End a process that nothing knows of."""


@dataclass(frozen=True, slots=True)
class Repair:
    """An act and what it is done to: a path, or a process as ``pid:ticks``."""

    act: Act
    target: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of the platform, and its repair where there is a safe one."""

    problem: Problem
    repair: Repair | None = None


def found(kind: Kind, where: str, message: str, hint: str = "") -> Finding:
    """Return a finding that somebody has to see to."""
    return Finding(kind.at(where, message, hint))


def mendable(kind: Kind, where: str, message: str, act: Act, target: str = "") -> Finding:
    """Return a finding that can be put right; ``target`` is the place unless given."""
    return Finding(kind.at(where, message), Repair(act, target or where))
