"""Time that stands still, and dangerous work that is done right here."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeVar

from edm.ports.errors import Broken, DeadlinePassed

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class MemoryClock:
    """A clock that moves when told to."""

    time: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self.time

    def advance(self, seconds: float) -> None:
        """Move on."""
        self.time += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class MemorySandbox:
    """Calls functions in a thread: no limits on memory, and what is late goes on unseen."""

    async def run(
        self, deadline: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call a function."""
        try:
            async with asyncio.timeout(deadline):
                return await asyncio.to_thread(function, *args, **kwargs)
        except TimeoutError:
            raise DeadlinePassed(
                f"{function.__name__} took longer than {deadline:g} s. Give it a smaller file."
            ) from None
        except MemoryError as error:
            raise Broken(f"{function.__name__} needed too much memory.") from error
        except Exception as error:
            raise Broken(f"{function.__name__} failed: {error!r}. Report this fault.") from error

    async def close(self) -> None:
        """Do nothing: there is nothing to end."""
