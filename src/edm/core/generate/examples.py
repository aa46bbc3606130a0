"""Example values: valid, readable, different for different numbers, and always the same."""

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta

from edm.core.generate.views import EntityView, EnumerationView, FieldView, ServerView
from edm.core.model.domain import Scalar

Json = object
"""Anything ``json`` can write."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_FIRST_DAY = date(2026, 1, 1)
_FIRST_MOMENT = datetime.combine(_FIRST_DAY, datetime.min.time()).replace(hour=9)


def example(field: FieldView, number: int) -> Json:
    """Return the ``number``-th example of a field's value, counted from 1.

    Numbers give different values as far as the type and its limits have that many. None where
    no value is both of the type and within the limits.
    """
    value = _item(field, number)
    return [value] if field.many and value is not None else value


def _item(field: FieldView, number: int) -> Json:
    if isinstance(field.type, EnumerationView):
        literals = field.type.literals
        return literals[(number - 1) % len(literals)].value
    return _MAKERS[field.type](field, number)


def _moment(number: int) -> datetime:
    return _FIRST_MOMENT + timedelta(minutes=number - 1)


def address_pattern(field: FieldView) -> str | None:
    """Return an address with ``{n}`` for its number; None where no address has such a length."""
    kebab = field.json.replace("_", "-")
    patterns = {
        Scalar.URI: (f"https://example.org/{kebab}/{{n}}", "http://e.org/{n}", "a:{n}"),
        Scalar.EMAIL: ("person{n}@example.org", "p{n}@e.org", "{n}@e"),
    }
    low, high = field.limits.min_length or 0, field.limits.max_length
    for pattern in patterns[Scalar(str(field.type))]:
        length = len(pattern.replace("{n}", "01"))
        if high is None or length <= high:
            # The part behind the @ has room for it.
            before, at, after = pattern.partition("@" if "@" in pattern else "{n}")
            return before + at + "x" * (low - length) + after
    return None


def _addressed(field: FieldView, number: int) -> Json:
    pattern = address_pattern(field)
    return None if pattern is None else pattern.replace("{n}", f"{number:02}")


def _text(field: FieldView, number: int) -> str:
    low, high = field.limits.min_length or 0, field.limits.max_length
    text = f"{field.json.replace('_', ' ').capitalize()} {number}"
    if high is not None and len(text) > high:
        return _shortest(number).rjust(low, "0")[-high:] if high else ""
    return text.ljust(low, "x")


def _shortest(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        text = _DIGITS[digit] + text
    return text


def _integer(field: FieldView, number: int) -> int:
    limits = field.limits
    low = None if limits.minimum is None else math.ceil(limits.minimum)
    high = None if limits.maximum is None else math.floor(limits.maximum)
    start = 1 if low is None else max(low, 1)
    if high is None:
        return start + number - 1
    first = low if low is not None else min(start, high - 9)
    return first + (min(start, high) - first + number - 1) % (high - first + 1)


def _fraction(field: FieldView, number: int) -> int | float:
    low, high = field.limits.minimum, field.limits.maximum
    if low is not None and high is not None:
        # The first is the bound itself: no rounding can push it outside.
        return low if number == 1 else low + (high - low) * ((number - 1) % 64) / 64
    if low is not None:
        return low if number == 1 else low + number / 2
    return number + 0.5 if high is None else high - number / 2


def _plain(value: float) -> str:
    text = str(value)
    return text if "e" not in text else f"{value:.6f}"


def create_example(server: ServerView, entity: EntityView) -> dict[str, Json]:
    """Return a body that creates an object with its parts, as if all else had the id 1."""
    body = {field.json: _given(field) for field in entity.fields}
    parts: dict[str, Json] = {}
    for part in entity.parts:
        view = server.entity(part.entity)
        item: Json = {f.json: _given(f) for f in view.fields if f.reference != part.reference}
        parts[part.json] = [item] if part.many else item
    return body | parts


def read_example(server: ServerView, entity: EntityView) -> dict[str, Json]:
    """Return an object as the server shows it; of an abstract entity, one of its first kind."""
    head: dict[str, Json] = {"id": 1}
    if entity.type_field is not None:
        kinds = [server.entity(kind) for kind in (entity.id, *entity.kinds)]
        head[entity.type_field] = next((k.snake for k in kinds if not k.abstract), entity.snake)
    return head | {field.json: _given(field) for field in entity.fields}


def replace_example(entity: EntityView) -> dict[str, Json]:
    """Return a body that replaces an object."""
    return {field.json: _given(field) for field in entity.fields if not field.read_only}


def merge_example(entity: EntityView) -> dict[str, Json]:
    """Return a body that changes one field of an object, where it has one."""
    free = [f for f in entity.fields if not f.read_only and f.reference is None]
    return {field.json: example(field, 2) for field in free[:1]}


def _given(field: FieldView) -> Json:
    if field.reference is not None:
        return 1 if field.required else None
    if field.default is not None:
        return [field.default] if field.many else field.default
    return example(field, 1)


_MAKERS: dict[Scalar, Callable[[FieldView, int], Json]] = {
    Scalar.STRING: _text,
    Scalar.INTEGER: _integer,
    Scalar.FLOAT: _fraction,
    Scalar.DECIMAL: lambda field, number: _plain(_fraction(field, number)),
    Scalar.BOOLEAN: lambda _, number: number % 2 == 1,
    Scalar.DATE: lambda _, number: (_FIRST_DAY + timedelta(days=number - 1)).isoformat(),
    Scalar.TIME: lambda _, number: _moment(number).time().isoformat(),
    Scalar.DATETIME: lambda _, number: _moment(number).isoformat() + "+00:00",
    Scalar.DURATION: lambda _, number: f"P{number}D",
    Scalar.UUID: lambda _, number: f"00000000-0000-4000-8000-{number:012d}",
    Scalar.URI: _addressed,
    Scalar.EMAIL: _addressed,
    Scalar.JSON: lambda _, number: {"number": number},
}
