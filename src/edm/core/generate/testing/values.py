"""Values for tests as Python expressions; those that must differ carry a number ``n``."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from edm.core.generate.examples import address_pattern, example
from edm.core.generate.views import EnumerationView, FieldView
from edm.core.model.domain import Scalar

PLENTY = 24
"""How many different values are as good as any number of them: no test makes more objects."""


@dataclass(frozen=True, slots=True)
class Maker:
    """How values of a field are made.

    Attributes:
        expression: Python; ``n`` counts from 1.
        room: How many different values it gives, up to ``PLENTY``; 0 where no value is valid.
        numbered: Whether the expression uses ``n``.
    """

    expression: str
    room: int = PLENTY
    numbered: bool = False


def maker(field: FieldView, *, distinct: bool) -> Maker:
    """Return how to make values of an attribute, each different where that is asked for."""
    value = example(field, 1)
    if value is None:
        return Maker("None", 0)
    if not distinct:
        return Maker(repr(value))
    if isinstance(field.type, EnumerationView):
        return _choice(tuple(literal.value for literal in field.type.literals))
    return _DISTINCT[field.type](field)


def _numbered(expression: str, room: int = PLENTY) -> Maker:
    return Maker(expression, min(room, PLENTY), numbered=True)


def _choice(values: tuple[object, ...]) -> Maker:
    return _numbered(f"{list(values)!r}[n % {len(values)}]", len(values))


def _text(field: FieldView) -> Maker:
    low, high = field.limits.min_length or 0, field.limits.max_length
    words = field.json.replace("_", " ").capitalize()
    if high is None or high >= len(words) + 3:
        fill = f'.ljust({low}, "x")' if low > len(words) + 2 else ""
        return _numbered(f'f"{words} {{n}}"{fill}')
    digits = min(high, max(low, 2))
    return _numbered(f'f"{{n:0{digits}}}"', 10**digits - 1)


def _integer(field: FieldView) -> Maker:
    low, high = field.limits.minimum, field.limits.maximum
    if low is None and high is None:
        return _numbered("n")
    if low is None:
        return _numbered(f"{math.floor(high or 0)} - n")
    start = math.ceil(low)
    if high is None:
        return _numbered(f"{start} + n")
    room = math.floor(high) - start + 1
    return _numbered(f"{start} + n % {room}", room)


def _fraction(field: FieldView) -> Maker:
    low, high = field.limits.minimum, field.limits.maximum
    if low is not None and high is not None:
        step = (high - low) / PLENTY
        room = PLENTY if step and low + step != low else 1
        return _numbered(f"{low!r} + n % {PLENTY} * {step!r}", room)
    if low is not None:
        return _numbered(f"{low!r} + n / 2")
    return _numbered("n + 0.5" if high is None else f"{high!r} - n / 2")


def _decimal(field: FieldView) -> Maker:
    fraction = _fraction(field)
    # Unique ones come back without zeros at their end.
    bare = '.removesuffix(".0")' if field.unique else ""
    return _numbered(f"str({fraction.expression}){bare}", fraction.room)


def _address(field: FieldView) -> Maker:
    pattern = address_pattern(field) or ""
    return _numbered(f'f"{pattern.replace("{n}", "{n:02}")}"')


_DISTINCT: dict[Scalar, Callable[[FieldView], Maker]] = {
    Scalar.STRING: _text,
    Scalar.INTEGER: _integer,
    Scalar.FLOAT: _fraction,
    Scalar.DECIMAL: _decimal,
    Scalar.BOOLEAN: lambda _: _numbered("n % 2 == 1", 2),
    Scalar.DATE: lambda _: _numbered('f"2026-01-{n:02}"'),
    Scalar.TIME: lambda _: _numbered('f"09:{n:02}:00"'),
    Scalar.DATETIME: lambda _: _numbered('f"2026-01-01T09:{n:02}:00+00:00"'),
    Scalar.DURATION: lambda _: _numbered('f"P{n}D"'),
    Scalar.UUID: lambda _: _numbered('f"00000000-0000-4000-8000-{n:012}"'),
    Scalar.URI: _address,
    Scalar.EMAIL: _address,
    Scalar.JSON: lambda _: _numbered('{"number": n}'),
}
