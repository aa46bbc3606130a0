"""Values that a field must refuse, and how the server names what is wrong with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from edm.core.generate.views import EntityView, EnumerationView, FieldView
from edm.core.model.domain import Scalar

_LONGEST = 4000
"""No test sends a text longer than this."""
_TEXTS = frozenset({Scalar.STRING, Scalar.URI, Scalar.EMAIL})
_NUMBERS = frozenset({Scalar.INTEGER, Scalar.FLOAT, Scalar.DECIMAL})
_NO_ADDRESS = "no address"
_INTEGERS = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that is refused.

    Attributes:
        place: Where the violation is said to be.
        value: The field's value, in Python.
        code: The code of the violation.
    """

    place: str
    value: str
    code: str


def refusals(entity: EntityView) -> Iterator[Refusal]:
    """Return a refusal for each rule of each field."""
    for field in entity.fields:
        if field.required:
            yield Refusal(field.json, "None", "required")
        if field.many:
            yield from _of_list(field)
        else:
            yield from (Refusal(field.json, value, code) for value, code in _of_value(field))


def _of_list(field: FieldView) -> Iterator[Refusal]:
    yield Refusal(field.json, '"no list"', "type")
    if field.required:
        yield Refusal(field.json, "[]", "too_short")
    for value, code in _of_value(field):
        yield Refusal(f"{field.json}[0]", f"[{value}]", code)


def _of_value(field: FieldView) -> Iterator[tuple[str, str]]:
    if isinstance(field.type, EnumerationView):
        yield '"no such value"', "not_allowed"
        return
    if field.type is Scalar.JSON:
        return
    yield ("{}", "type")
    if field.type in _TEXTS:
        yield from _of_text(field)
    elif field.type in _NUMBERS and field.target is None:
        yield from _of_number(field)
    elif field.type is not Scalar.BOOLEAN:
        yield '"no such value"', "type"


def _of_text(field: FieldView) -> Iterator[tuple[str, str]]:
    low, high = field.limits.min_length, field.limits.max_length
    if low:
        yield f'"x" * {low - 1}' if low > 1 else '""', "too_short"
    if high is not None and high < _LONGEST:
        yield f'"x" * {high + 1}', "too_long"
    if field.type is not Scalar.STRING and _fits(_NO_ADDRESS, low, high):
        yield f'"{_NO_ADDRESS}"', "format"


def _fits(text: str, low: int | None, high: int | None) -> bool:
    return (low or 0) <= len(text) <= (len(text) if high is None else high)


def _of_number(field: FieldView) -> Iterator[tuple[str, str]]:
    yield '"no number"', "type"
    for bound, step, code in (
        (field.limits.minimum, -1, "too_small"),
        (field.limits.maximum, 1, "too_large"),
    ):
        if bound is not None and int(bound) + step in _INTEGERS:
            yield _beyond(field, bound, step), code


def _beyond(field: FieldView, bound: float, step: int) -> str:
    if field.type is Scalar.DECIMAL:
        return repr(str(Decimal(str(bound)) + step))
    return repr(bound + step if field.type is Scalar.INTEGER else float(bound) + step)
