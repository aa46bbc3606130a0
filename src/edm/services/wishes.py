"""What somebody wants changed about how their instance is served, checked before it is accepted."""

import re
from collections.abc import Sequence

from edm.ports.errors import Refused
from edm.ports.store import Access, Order
from edm.services import kinds

_ORIGIN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[0-9]{1,5})?"
)
_LONGEST_ORIGIN = 262
"""Characters of ``https://``, the longest host name there can be, and a port."""
_MOST_ORIGINS = 32
_LONGEST_WAKE = 31 * 24 * 3600
"""Seconds without a request after which an instance sleeps, at most: a month."""


def changes(access: str | None, sleep_after: int | None, origins: Sequence[str] | None) -> Order:
    """Return the order to change what is given; None is no change.

    Raises:
        Refused: Nothing is given, or something that cannot be.
    """
    if access is None and sleep_after is None and origins is None:
        message = "Nothing is to be changed: give access, sleep_after or origins."
        raise Refused(kinds.SETTING.at("body", message))
    return Order(
        access=None if access is None else to_access(access),
        sleep_after=None if sleep_after is None else _seconds(sleep_after),
        origins=None if origins is None else _origins(origins),
    )


def to_access(text: str) -> Access:
    """Return a kind of access by its name. Raises ``Refused`` if there is none."""
    try:
        return Access(text)
    except ValueError:
        message = f"{text[:40]!r} is no kind of access."
        raise Refused(kinds.ACCESS_UNKNOWN.at("access", message)) from None


def _seconds(number: int) -> int:
    if not 0 <= number <= _LONGEST_WAKE:
        message = f"It is a number of seconds from 0, which is never, to {_LONGEST_WAKE}."
        raise Refused(kinds.SETTING.at("sleep_after", message))
    return number


def _origins(origins: Sequence[str]) -> tuple[str, ...]:
    if len(origins) > _MOST_ORIGINS:
        message = f"There can be at most {_MOST_ORIGINS} origins."
        raise Refused(kinds.SETTING.at("origins", message))
    for origin in origins:
        if len(origin) > _LONGEST_ORIGIN or _ORIGIN.fullmatch(origin) is None:
            message = (
                f"{origin[:80]!r} is no origin such as https://app.example.org, in lower case."
            )
            raise Refused(kinds.SETTING.at("origins", message))
    return tuple(dict.fromkeys(origins))
