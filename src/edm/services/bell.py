"""Tells those who wait that something changed, so that nobody has to look again and again."""

from asyncio import Event, timeout
from weakref import WeakValueDictionary

EVENTS = "events"
"""Rings when something happened that is kept as an event."""


REPOSITORIES = "repositories"
"""Rings when a repository changed, or what follows it."""


class Bell:
    """One bell per operation and one for events, for as long as somebody listens to it."""

    def __init__(self) -> None:
        self._waiting: WeakValueDictionary[str, Event] = WeakValueDictionary()

    def listen(self, key: str) -> Event:
        """Return what is set at the next ring. Listen first, then look, else a ring is missed."""
        return self._waiting.setdefault(key, Event())

    def ring(self, key: str) -> None:
        """Say that something changed."""
        event = self._waiting.pop(key, None)
        if event is not None:
            event.set()


async def heard(ringing: Event, pause: float) -> bool:
    """Return whether a bell rang within ``pause`` seconds."""
    try:
        async with timeout(pause):
            return await ringing.wait()
    except TimeoutError:
        return False
