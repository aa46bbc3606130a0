"""Defaults as written, made values of their attribute's type."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time

from edm.core.checks.limits import INT64
from edm.core.checks.names import split
from edm.core.checks.text import clean
from edm.core.model.domain import Enumeration, Limits, Scalar, Value

_LONGEST = 1000
_NOTHING = frozenset({"", "null", "none", "nil", "undefined", "nothing"})
_TRUE = frozenset({"true", "1", "yes", "y", "on", "ja", "j", "waar", "t"})
_FALSE = frozenset({"false", "0", "no", "n", "off", "nee", "onwaar", "f"})
_INTEGER = re.compile(r"([+-]?[0-9]{1,20})[lL]?")
_FLOAT = re.compile(
    r"([+-]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?)[fFdDmM]?"
)
_DECIMAL = re.compile(r"([+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?)[mM]?")
_DURATION = re.compile(
    r"P(?=.)(?:[0-9]{1,6}D)?(?:T(?=.)(?:[0-9]{1,6}H)?(?:[0-9]{1,6}M)?(?:[0-9]{1,6}S)?)?"
)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:[!-~]{1,900}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,5}")


def means_nothing(text: str) -> bool:
    """Return whether the text says that there is no default (``null``)."""
    return text.strip().lower() in _NOTHING


def read(text: str, scalar: Scalar, limits: Limits) -> Value | None:
    """Return the default as a value; None if it is none of the type or beyond the limits."""
    if len(text) > _LONGEST:
        return None
    bare = _unquoted(text.strip())
    value = _READERS[scalar](bare)
    return value if value is not None and _within(value, limits, scalar) else None


def read_literal(text: str, enumeration: Enumeration) -> str | None:
    """Return the value of the literal that the text names; None if it names none."""
    bare = _unquoted(text.strip())
    last = re.split(r"::|[.#]", bare)[-1].strip()
    for wanted in (bare, last):
        for literal in enumeration.literals:
            if literal.value == wanted:
                return literal.value
    words = split(last)
    return next(
        (one.value for one in enumeration.literals if words and one.name.words == words), None
    )


def _unquoted(text: str) -> str:
    for quote in ('"', "'"):
        if len(text) > 1 and text[0] == quote == text[-1]:
            return text[1:-1]
    return text


def _within(value: Value, limits: Limits, scalar: Scalar) -> bool:
    if isinstance(value, bool):
        return True
    if scalar is Scalar.DECIMAL:
        return _between(float(value), limits.minimum, limits.maximum)
    if isinstance(value, str):
        return _between(len(value), limits.min_length, limits.max_length)
    return _between(value, limits.minimum, limits.maximum)


def _between(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or low <= value) and (high is None or value <= high)


def _string(text: str) -> str | None:
    return text if text == clean(text, _LONGEST) else None


def _integer(text: str) -> int | None:
    found = _INTEGER.fullmatch(text)
    value = int(found[1]) if found else None
    return value if value is not None and INT64[0] <= value <= INT64[1] else None


def _float(text: str) -> float | None:
    found = _FLOAT.fullmatch(text)
    value = float(found[1]) if found else math.inf
    return value if math.isfinite(value) else None


def _decimal(text: str) -> str | None:
    found = _DECIMAL.fullmatch(text)
    return found[1].removeprefix("+") if found else None


def _boolean(text: str) -> bool | None:
    lower = text.lower()
    return True if lower in _TRUE else False if lower in _FALSE else None


def _date(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _time(text: str) -> str | None:
    try:
        return time.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _datetime(text: str) -> str | None:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    # A moment without a zone is one of UTC, as everywhere in the server.
    return value.isoformat() if value.tzinfo else f"{value.isoformat()}Z"


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: text if pattern.fullmatch(text) else None


def _uuid(text: str) -> str | None:
    lower = text.lower()
    return lower if _UUID.fullmatch(lower) else None


_READERS: dict[Scalar, Callable[[str], Value | None]] = {
    Scalar.STRING: _string,
    Scalar.INTEGER: _integer,
    Scalar.FLOAT: _float,
    Scalar.DECIMAL: _decimal,
    Scalar.BOOLEAN: _boolean,
    Scalar.DATE: _date,
    Scalar.TIME: _time,
    Scalar.DATETIME: _datetime,
    Scalar.DURATION: _matching(_DURATION),
    Scalar.UUID: _uuid,
    Scalar.URI: _matching(_URI),
    Scalar.EMAIL: _matching(_EMAIL),
    # A default object would be shared by all who read the code; none is simpler.
    Scalar.JSON: lambda _: None,
}
