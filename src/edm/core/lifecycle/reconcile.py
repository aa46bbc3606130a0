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
    """

    name: str
    state: State
    release: int | None
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a runtime sees: an instance that runs, and the release it runs."""

    name: str
    release: int


class Move(Enum):
    """What can be done about one instance."""

    START = "start"
    RESTART = "restart"
    STOP = "stop"


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
    if wanted.state is not State.RUNNING:
        return None if running is None else Move.STOP
    if running is None:
        return Move.START
    return None if running == wanted.release else Move.RESTART


def _order(action: Action) -> tuple[bool, str]:
    return action.move is not Move.STOP, action.name
