"""From values to SQLite's columns: one form for each, and all but decimals sort as values do."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from .refusals import Refused

_MICROSECOND = dt.timedelta(microseconds=1)
_MAX_INTEGER = 2**63 - 1
_encode = msgspec.json.Encoder(decimal_format="number").encode


def instant(value: dt.datetime | None) -> str | None:
    """Return a moment in UTC; one without a time zone is taken as UTC."""
    if value is None:
        return None
    if value.tzinfo is None:
        return value.replace(tzinfo=dt.UTC).isoformat()
    try:
        return value.astimezone(dt.UTC).isoformat()
    except OverflowError:
        raise Refused("A time is outside the years 1 to 9999 in UTC.") from None


def iso(value: dt.date | dt.time | None) -> str | None:
    """Return a date or a time of day."""
    return None if value is None else value.isoformat()


def microseconds(value: dt.timedelta | None) -> int | None:
    """Return a duration as a number, so that it can be compared."""
    if value is None:
        return None
    count = value // _MICROSECOND
    if abs(count) > _MAX_INTEGER:
        raise Refused("A duration is longer than 292,000 years.")
    return count


def exact(value: Decimal | None) -> str | None:
    """Return a decimal number without an exponent."""
    return None if value is None else f"{value:f}"


def canonical(value: Decimal | None) -> str | None:
    """Return a decimal number in the one form that equal numbers share: ``1.50`` as ``1.5``."""
    if value is None:
        return None
    # An exact zero has a sign; what is equal must not differ by it.
    number = f"{abs(value) if value.is_zero() else value:f}"
    return number.rstrip("0").rstrip(".") if "." in number else number


def text(value: object | None) -> str | None:
    """Return the text of a value that has exactly one."""
    return None if value is None else str(value)


def flag(value: bool | None) -> int | None:
    """Return 1 for true, 0 for false."""
    return None if value is None else int(value)


def document(value: Any) -> str | None:
    """Return a value as JSON text."""
    return None if value is None else _encode(value).decode()


def listed(values: Sequence[Any]) -> str:
    """Return a list as JSON text, its items kept as they would be alone."""
    return _encode([_item(value) for value in values]).decode()


def _item(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return instant(value)
    if isinstance(value, Decimal):
        return exact(value)
    return value


def duration(value: int | None) -> dt.timedelta | None:
    """Return the duration kept as a number."""
    return None if value is None else dt.timedelta(microseconds=value)


def truth(value: int | None) -> bool | None:
    """Return the truth value kept as a number."""
    return None if value is None else value != 0


def raw(value: str | None) -> msgspec.Raw | None:
    """Return JSON text as it is kept, ready to be sent."""
    return None if value is None else msgspec.Raw(value.encode())
