"""Follow an operation while it happens."""

from collections.abc import AsyncIterator

from edm.ports.store import Operation, Principal, Progress
from edm.services.bell import heard
from edm.services.world import World

_WEIGHTS = {Progress.WAITING: 0, Progress.ACTIVE: 1}
"""What a step adds to the number of a change; however it ended, it adds two."""


async def follow(
    world: World, who: Principal, operation: str, seen: int, pause: float
) -> AsyncIterator[tuple[int, Operation] | None]:
    """Yield an operation at each change until it ended, with the change's number.

    Numbers follow from what is stored, so one who was cut off goes on after the last they saw,
    also when the control plane was started anew meanwhile.

    Args:
        world: The ports.
        who: Who asks.
        operation: Its id.
        seen: Number of the last change that was seen; 0 for none.
        pause: Seconds without a change after which None is yielded.

    Raises:
        NotFound: There is no such operation for this principal.
    """
    while True:
        # Listen before looking, else a change in between is missed.
        ringing = world.bell.listen(operation)
        found = await world.store.operation(who, operation)
        if number(found) > seen:
            seen = number(found)
            yield seen, found
        if found.finished is not None:
            return
        if not await heard(ringing, pause):
            yield None


def number(operation: Operation) -> int:
    """Return which change of an operation this is: it grows from step to step."""
    ended = operation.finished is not None
    return 1 + sum(_WEIGHTS.get(step.progress, 2) for step in operation.steps) + ended
