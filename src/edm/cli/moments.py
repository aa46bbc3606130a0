"""Moments as people think of them: how long ago, or how long from now."""

from datetime import UTC, datetime

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
_NOW = 1.0


def relative(text: str, now: datetime) -> str:
    """Return an ISO 8601 moment as ``5 min ago`` or ``in 3 d``; the text if it is none."""
    gone = _gone(text, now)
    if gone is None:
        return text
    if abs(gone) < _NOW:
        return "now"
    return f"{_rough(gone)} ago" if gone > 0 else f"in {_rough(-gone)}"


def lasting(text: str, now: datetime) -> str:
    """Return how long something goes on since an ISO 8601 moment: ``for 5 min``."""
    gone = _gone(text, now)
    return f"since {text}" if gone is None else f"for {_rough(max(gone, 0.0))}"


def _gone(text: str, now: datetime) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    whole = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (now - whole).total_seconds()


def _rough(seconds: float) -> str:
    # The largest whole unit: nobody wants to know more.
    size, unit = next((each for each in _UNITS if seconds >= each[0]), _UNITS[-1])
    return f"{int(seconds // size)} {unit}"
