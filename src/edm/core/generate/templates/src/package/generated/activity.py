"""What the server does and has done, so that it knows when it may sleep."""

from math import inf
from time import monotonic


class Activity:
    """Counts requests. Health checks and the server's own figures are not counted as such.

    Attributes:
        active: How many are being answered, open streams and WebSockets included.
        using: How many of these keep the server awake; what strangers ask does not.
        answered: How many were answered, by the first digit of their status.
        last_answer: When a request was last answered on a connection that stays open, on the
            monotonic clock.
        last_use: When a request that keeps the server awake ended last, on the same clock.
    """

    __slots__ = ("active", "answered", "last_answer", "last_use", "using")

    def __init__(self) -> None:
        self.active = 0
        self.using = 0
        self.answered = [0] * 6
        self.last_answer = -inf
        self.last_use = -inf

    def begin(self, use: bool) -> None:
        """Count a request that begins.

        Args:
            use: Whether it keeps the server awake, as far as known.
        """
        self.active += 1
        self.using += use

    def dismiss(self) -> bool:
        """Note that a request that began as a use is none: a stranger's. Return that."""
        self.using -= 1
        return False

    def end(self, use: bool, kept: bool) -> None:
        """Count a request that ends.

        Args:
            use: What was said when it began, or since.
            kept: Whether its connection stays open.
        """
        self.active -= 1
        if kept or use:
            now = monotonic()
            if kept:
                self.last_answer = now
            if use:
                self.using -= 1
                self.last_use = now

    def idle_in(self, seconds: float, since: float) -> float:
        """Return after how long nobody may have used the server for some seconds; 0 if so now.

        Args:
            seconds: How long.
            since: From when on somebody could, on the monotonic clock.
        """
        if self.using:
            return seconds
        return max(0.0, max(since, self.last_use) + seconds - monotonic())
