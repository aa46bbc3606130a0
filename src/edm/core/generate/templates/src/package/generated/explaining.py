"""What exactly is wrong with a body. Loaded when one is; correct bodies never come here."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, get_args, get_origin

import msgspec
from msgspec import inspect

from .refusals import Violation
from .scalars import FORMS
from .validation import Input, Unacceptable

_SERVER_FIELDS = ("id", "type")
_NAMES: dict[type[inspect.Type], str] = {
    inspect.BoolType: "true or false",
    inspect.IntType: "a whole number of at most 64 bits",
    inspect.FloatType: "a finite number",
    inspect.StrType: "a text",
    inspect.DateTimeType: "a date and time such as 2025-01-31T12:00:00Z, to the microsecond",
    inspect.DateType: "a date such as 2025-01-31",
    inspect.TimeType: "a time without zone such as 12:30:00, to the microsecond",
    inspect.TimeDeltaType: "a duration such as P1DT2H, to the microsecond",
    inspect.UUIDType: "a UUID",
    inspect.DecimalType: "a number, or a text that is one",
    inspect.ListType: "a list",
    inspect.StructType: "an object",
    inspect.NoneType: "null",
}

_TIMES = (inspect.DateTimeType, inspect.TimeType, inspect.TimeDeltaType)
_TOO_FINE = re.compile(r"\.[0-9]{7}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def violations(document: dict[str, Any], kind: type[Input], place: str = "") -> tuple[Violation, ...]:
    """Return all that is wrong with a decoded body.

    Args:
        document: The body.
        kind: What it should be.
        place: Where it stands in the whole, with a dot at its end.
    """
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    found = [_unknown(place, name) for name in document if name not in fields]
    for name, field in fields.items():
        if name in document:
            found += _field(document[name], field.type, place + name, kind.checks.get(field.name))
        elif field.required:
            found.append(Violation(place + name, "required", "A value is required."))
    return tuple(found)


def _unknown(place: str, name: str) -> Violation:
    shown = place + name[:100]
    if name in _SERVER_FIELDS:
        return Violation(shown, "read_only", "The server gives this value.")
    return Violation(shown, "unknown_field", "There is no such field.")


def _field(value: Any, hint: Any, place: str, check: Any) -> Iterator[Violation]:
    found = list(_value(value, hint, place))
    if not found and check is not None:
        found += _checked(msgspec.convert(value, hint), place, check)
    yield from found


def _checked(value: Any, place: str, check: Any) -> list[Violation]:
    """Run a check; of a list, say which items break it."""
    try:
        check(value)
    except Unacceptable as error:
        if not isinstance(value, list):
            return [Violation(place, error.code, str(error))]
        items = enumerate(value)
        return [found for index, each in items for found in _checked(each, f"{place}[{index}]", check)]
    return []


def _value(value: Any, hint: Any, place: str) -> Iterator[Violation]:
    kind, optional = _unwrapped(inspect.type_info(hint))
    if value is None:
        if not optional and not isinstance(kind, inspect.AnyType):
            yield Violation(place, "required", "A value is required; null is none.")
    elif isinstance(kind, inspect.StructType) and isinstance(value, dict):
        if issubclass(kind.cls, Input):
            yield from violations(value, kind.cls, place + ".")
    elif isinstance(kind, inspect.ListType) and isinstance(value, list):
        yield from _list(value, kind, _item_hint(hint), place)
    elif _holds_nul(value):
        yield Violation(place, "invalid_text", "A text must not contain the character NUL.")
    elif isinstance(value, str) and _misread(value, kind):
        yield Violation(place, *_other_type(kind))
    elif isinstance(kind, inspect.LiteralType):
        yield from _choice(value, kind, place)
    else:
        yield from _scalar(value, kind, hint, place)


def _misread(value: str, kind: inspect.Type) -> bool:
    """Return whether decoding would take a text for another value than it says."""
    if isinstance(kind, inspect.DecimalType):
        return _NUMBER.fullmatch(value) is None
    return isinstance(kind, _TIMES) and _TOO_FINE.search(value) is not None


def _list(
    value: list[Any], kind: inspect.ListType, hint: Any, place: str
) -> Iterator[Violation]:
    if kind.min_length is not None and len(value) < kind.min_length:
        yield Violation(place, "too_short", f"Expected at least {kind.min_length} items.")
    if kind.max_length is not None and len(value) > kind.max_length:
        yield Violation(place, "too_long", f"Expected at most {kind.max_length} items.")
    for index, item in enumerate(value):
        yield from _value(item, hint, f"{place}[{index}]")


def _choice(value: Any, kind: inspect.LiteralType, place: str) -> Iterator[Violation]:
    if value not in kind.values:
        choice = ", ".join(str(each) for each in kind.values)
        yield Violation(place, "not_allowed", f"Expected one of: {choice}.")


def _scalar(value: Any, kind: inspect.Type, hint: Any, place: str) -> Iterator[Violation]:
    try:
        msgspec.convert(value, hint)
    except (msgspec.ValidationError, ValueError, ArithmeticError):
        code, message = _out_of_bounds(value, kind) or _other_type(kind)
        yield Violation(place, code, message)


def _other_type(kind: inspect.Type) -> tuple[str, str]:
    return "type", f"Expected {_NAMES.get(type(kind), 'another type')}."


def _out_of_bounds(value: Any, kind: inspect.Type) -> tuple[str, str] | None:
    if isinstance(kind, inspect.StrType) and isinstance(value, str):
        return _text_out_of_bounds(value, kind)
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if isinstance(kind, inspect.IntType | inspect.FloatType) and number:
        if kind.ge is not None and value < kind.ge:
            return "too_small", f"Expected at least {kind.ge}."
        if kind.le is not None and value > kind.le:
            return "too_large", f"Expected at most {kind.le}."
    return None


def _text_out_of_bounds(value: str, kind: inspect.StrType) -> tuple[str, str] | None:
    if kind.min_length is not None and len(value) < kind.min_length:
        return "too_short", f"Expected at least {_characters(kind.min_length)}."
    if kind.max_length is not None and len(value) > kind.max_length:
        return "too_long", f"Expected at most {_characters(kind.max_length)}."
    return "format", f"Expected {FORMS.get(kind.pattern or '', 'another text')}."


def _characters(number: int) -> str:
    return "1 character" if number == 1 else f"{number} characters"


def _unwrapped(kind: inspect.Type) -> tuple[inspect.Type, bool]:
    """Return the type without its metadata and without null, and whether null is allowed."""
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    if not isinstance(kind, inspect.UnionType):
        return kind, False
    others = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
    return _unwrapped(others[0])[0], len(others) < len(kind.types)


def _item_hint(hint: Any) -> Any:
    """Return the annotation of a list's items."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is list:
        return arguments[0]
    inner = arguments[:1] if origin is Annotated else arguments
    return _item_hint(next(each for each in inner if each is not type(None)))


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(each) for key, each in value.items())
    return isinstance(value, list) and any(_holds_nul(each) for each in value)
