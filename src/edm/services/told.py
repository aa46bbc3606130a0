"""What is told of an operation that ended, in a line: in its event, and to who pushed."""

from contextlib import suppress

from edm.core.problems import Problem
from edm.ports.errors import NotFound
from edm.ports.store import Operation, Order, Progress, Verb
from edm.services import kinds
from edm.services.journal import cancelled
from edm.services.world import World

_PLAIN = {
    Verb.START: "started",
    Verb.STOP: "stopped",
    Verb.RESTART: "restarted",
    Verb.SLEEP: "put to sleep",
    Verb.DELETE: "deleted",
}

FAILED = ("deploy failed: ", "push not released: ")
"""What the events begin with of what was to serve and does not."""

_SERVES = ("deployed ", "rolled back ")
_SERVED = frozenset({"deploy", "rollback"})
"""What platforms before this version said."""


def serves(what: str) -> bool:
    """Return whether an event is of what serves from then on."""
    return what.startswith(_SERVES) or what in _SERVED


async def success(world: World, operation: Operation) -> str:
    """Return what an operation did that ended well, before its order is erased."""
    if not operation.steps:
        return f"{operation.verb.value}: there was nothing to do"
    if operation.verb is Verb.CONFIGURE:
        # Closed already, its order is erased, and nobody keeps what is said here.
        with suppress(NotFound):
            return _configured(await world.store.order(operation.id))
    return done(operation)


def done(operation: Operation) -> str:
    """Return what an operation did, as far as it tells by itself."""
    if operation.verb is Verb.ROLLBACK:
        return f"rolled back to release {operation.release}"
    if operation.verb is not Verb.DEPLOY:
        return _PLAIN.get(operation.verb, operation.verb.value)
    if any(problem.code == kinds.UNCHANGED.code for problem in operation.problems):
        return f"deployed nothing new: release {operation.release} goes on serving"
    return f"deployed release {operation.release}"


def failure(operation: Operation, problems: tuple[Problem, ...]) -> str:
    """Return how an operation failed, with the last line of the cause: there a program says it."""
    outcome = "cancelled" if cancelled(problems) else "failed"
    return f"{operation.verb.value} {outcome}: {cause(problems)}"


def to_pusher(operation: Operation) -> str:
    """Return what somebody is told whose push an operation released, or did not."""
    if operation.progress is Progress.DONE:
        return f"Release {operation.release} is live."
    said = failure(operation, operation.problems)
    name = operation.instance
    return f"{said[0].upper()}{said[1:]} (`edm show {name}` and `edm logs {name}` have more)"


def cause(problems: tuple[Problem, ...]) -> str:
    """Return the last line of the first problem."""
    lines = [line.strip() for line in problems[0].message.splitlines() if line.strip()]
    return lines[-1] if lines else problems[0].message


def _configured(order: Order) -> str:
    said = []
    if order.access is not None:
        said.append(f"access: {order.access.value}")
    if order.key_hash:
        # With an access it is the first one.
        said.append("key rotated" if order.access is None else "key made")
    if order.sleep_after is not None:
        said.append(f"sleeps after {order.sleep_after} s" if order.sleep_after else "never sleeps")
    if order.origins is not None:
        said.append(f"origins: {', '.join(order.origins) or 'none'}")
    return "; ".join(said) or "configured nothing"
