"""Tells those who wait that something changed, so that nobody has to look again and again."""

from asyncio import Event


class Bell:
    """One bell per operation."""

    def __init__(self) -> None:
        self._waiting: dict[str, Event] = {}

    def listen(self, key: str) -> Event:
        """Return what is set at the next ring. Listen first, then look, else a ring is missed."""
        return self._waiting.setdefault(key, Event())

    def ring(self, key: str) -> None:
        """Say that something changed."""
        event = self._waiting.pop(key, None)
        if event is not None:
            event.set()
