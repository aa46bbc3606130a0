"""Work on hostile input, away from the event loop and within limits."""

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Sandbox(Protocol):
    """Runs pure functions of the core where they can do no harm."""

    async def run(
        self, deadline: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call a module-level function in a process of its own.

        Args:
            deadline: Seconds it may take.
            function: A function of the core. It returns values of the core, or of Python's own
                types: anything else does not come back.
            *args: Its arguments; they travel to the other process.
            **kwargs: As above.

        Raises:
            DeadlinePassed: It took longer; it was killed.
            Broken: It needed more memory than it may, raised or died.
        """
        ...

    async def close(self) -> None:
        """End what was started for the work; whatever still runs is killed. Idempotent."""
        ...
