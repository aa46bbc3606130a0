"""How long a crashed instance rests before it is started again, and when it is given up."""

WINDOW = 60.0
"""Seconds for which a crash counts."""

PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each new start, of as many crashes as count. One more crash is too many."""


def recent(crashes: tuple[float, ...], now: float) -> tuple[float, ...]:
    """Return the crashes that count still.

    Args:
        crashes: When they were, in seconds of a clock that never jumps, oldest first.
        now: The moment on the same clock.
    """
    return tuple(crash for crash in crashes if now - crash < WINDOW)


def rest(crashes: int) -> float | None:
    """Return the seconds to rest after so many crashes; None to give the instance up."""
    return PAUSES[crashes - 1] if crashes <= len(PAUSES) else None
