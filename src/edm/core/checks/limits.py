"""Bounds on values: from tags, constraints and the arguments of types."""

import math
import re
from dataclasses import replace

from edm.core.checks import kinds, tags
from edm.core.checks.text import clean
from edm.core.model.domain import Limits, Scalar
from edm.core.model.draft import Origin
from edm.core.problems import Problem

INT64 = (-(2**63), 2**63 - 1)
"""Least and greatest integer a server stores."""

_TEXTS = frozenset({Scalar.STRING, Scalar.URI, Scalar.EMAIL})
_NUMBERS = frozenset({Scalar.INTEGER, Scalar.FLOAT, Scalar.DECIMAL})
_LONGEST = 2**31 - 1
_RANGE = re.compile(r"([0-9]{1,10})?\s*(\.\.|-|,)?\s*([0-9]{1,10}|\*)?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")

Number = int | float


def read(origin: Origin, scalar: object, given: Limits) -> tuple[Limits, tuple[Problem, ...]]:
    """Return the limits of an attribute.

    Args:
        origin: The attribute, with its tags.
        scalar: Its type; anything but a scalar has no limits.
        given: Limits that its type's name carries; tags narrow or replace them.
    """
    lengths, length_problems = _lengths(origin)
    numbers, number_problems = _numbers(origin)
    problems = [*length_problems, *number_problems]
    if scalar in _TEXTS:
        wanted = replace(given, min_length=lengths[0], max_length=lengths[1] or given.max_length)
        problems.extend(_unsuited(origin, numbers, "numbers"))
    elif scalar in _NUMBERS:
        wanted = _number_limits(numbers, given, integral=scalar is Scalar.INTEGER)
        problems.extend(_unsuited(origin, lengths, "texts"))
    else:
        problems.extend(_unsuited(origin, (*lengths, *numbers), "texts and numbers"))
        return Limits(), tuple(problems)
    return _consistent(origin, wanted, tuple(problems))


def _lengths(origin: Origin) -> tuple[tuple[int | None, int | None], tuple[Problem, ...]]:
    low, high, problems = None, None, []
    both = tags.value(origin, "length", "len", "lengte", "size")
    if both:
        low, high, valid = _length_range(both)
        problems += [] if valid else [_not_understood(origin, "length", both)]
    for name, text in (
        ("minLength", tags.value(origin, "minlength", "minlen", "minimumlength")),
        ("maxLength", tags.value(origin, "maxlength", "maxlen", "maximumlength")),
    ):
        if not text:
            continue
        length = _length(text)
        if length is None:
            problems.append(_not_understood(origin, name, text))
        elif name == "minLength":
            low = length
        else:
            high = length
    return (low or None, high), tuple(problems)


def _length_range(text: str) -> tuple[int | None, int | None, bool]:
    found = _RANGE.fullmatch(text)
    if not found or not (found[1] or found[3]):
        return None, None, False
    first, second = _length(found[1]), _length(found[3])
    if found[2] is None:
        # One number: EA writes 0 where no length is set.
        return None, first or None, True
    return first, second, True


def _length(text: str | None) -> int | None:
    if text is None or not re.fullmatch("[0-9]{1,10}", text):
        return None
    return int(text) if int(text) <= _LONGEST else None


def _numbers(origin: Origin) -> tuple[tuple[Number | None, Number | None], tuple[Problem, ...]]:
    found: list[Number | None] = []
    problems = []
    for name, text in (
        ("min", tags.value(origin, "min", "minimum", "minvalue", "mininclusive", "minimumvalue")),
        ("max", tags.value(origin, "max", "maximum", "maxvalue", "maxinclusive", "maximumvalue")),
    ):
        number = _number(text) if text else None
        if text and number is None:
            problems.append(_not_understood(origin, name, text))
        found.append(number)
    return (found[0], found[1]), tuple(problems)


def _number(text: str) -> Number | None:
    if not _NUMBER.fullmatch(text):
        return None
    if re.fullmatch("[+-]?[0-9]+", text):
        return int(text)
    number = float(text)
    return number if math.isfinite(number) else None


def _number_limits(
    drawn: tuple[Number | None, Number | None], given: Limits, *, integral: bool
) -> Limits:
    low = given.minimum if drawn[0] is None else drawn[0]
    high = given.maximum if drawn[1] is None else drawn[1]
    if not integral:
        return Limits(minimum=low, maximum=high)
    return Limits(
        minimum=None if low is None else math.ceil(low),
        maximum=None if high is None else math.floor(high),
    )


def _consistent(
    origin: Origin, wanted: Limits, problems: tuple[Problem, ...]
) -> tuple[Limits, tuple[Problem, ...]]:
    if wanted.max_length == 0 or _reversed(wanted.min_length, wanted.max_length):
        wanted = replace(wanted, min_length=None, max_length=None)
        problems = (*problems, kinds.BAD_LIMIT.at(origin.where, "No text has such a length."))
    outside = any(
        number is not None and not INT64[0] <= number <= INT64[1]
        for number in (wanted.minimum, wanted.maximum)
    )
    if outside or _reversed(wanted.minimum, wanted.maximum):
        wanted = replace(wanted, minimum=None, maximum=None)
        problems = (*problems, kinds.BAD_LIMIT.at(origin.where, "No number is in that range."))
    return wanted, problems


def _reversed(low: Number | None, high: Number | None) -> bool:
    return low is not None and high is not None and low > high


def _unsuited(origin: Origin, found: tuple[Number | None, ...], suited: str) -> tuple[Problem, ...]:
    if all(number is None for number in found):
        return ()
    return (kinds.BAD_LIMIT.at(origin.where, f"Such a limit is for {suited} only."),)


def _not_understood(origin: Origin, name: str, text: str) -> Problem:
    return kinds.BAD_LIMIT.at(origin.where, f"{name}={clean(text, 60)} is not understood.")
