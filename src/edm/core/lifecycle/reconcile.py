"""What to do so that what runs is what should run."""

from dataclasses import dataclass
from enum import Enum

from edm.core.lifecycle.states import State


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the store says of an instance.

    Attributes:
        name: Which one.
        state: What should serve.
        release: Number of the release that should run; None if there is none.
        busy: Whether an operation is under way, which then knows better.
        sleeps: Whether it goes to sleep by itself, so that it need not run to serve.
    """

    name: str
    state: State
    release: int | None
    busy: bool = False
    sleeps: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a runtime sees: an instance that runs, and the release it runs."""

    name: str
    release: int


class Move(Enum):
    """What can be done about one instance."""

    START = "start"
    """Have its release run, in the place of whatever runs."""
    STOP = "stop"
    """Have nothing run."""
    RECORD = "record"
    """Have the store say what is seen: that it runs, or that it sleeps."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do about one instance."""

    move: Move
    name: str


def plan(wanted: tuple[Wanted, ...], found: tuple[Found, ...]) -> tuple[Action, ...]:
    """Return what closes the difference, stops first so that starts have room.

    What already runs as it should needs nothing: it is adopted by being left alone.
    """
    running = {one.name: one.release for one in found}
    known = {one.name for one in wanted}
    strays = [Action(Move.STOP, name) for name in sorted(running.keys() - known)]
    moves = [(one.name, _move(one, running.get(one.name))) for one in wanted]
    actions = [Action(move, name) for name, move in moves if move is not None]
    return tuple(sorted(strays + actions, key=_order))


def _move(wanted: Wanted, running: int | None) -> Move | None:
    if wanted.busy:
        return None
    if wanted.state is State.RUNNING:
        return _awake(wanted, running)
    if running is None:
        return None
    if wanted.state is State.SLEEPING:
        return Move.RECORD if running == wanted.release else Move.START
    return Move.STOP


def _awake(wanted: Wanted, running: int | None) -> Move | None:
    if running is None:
        # A request wakes it, so after a reboot not everything starts at once.
        return Move.RECORD if wanted.sleeps else Move.START
    return None if running == wanted.release else Move.START


def _order(action: Action) -> tuple[bool, str]:
    return action.move is not Move.STOP, action.name
