"""From a body to a checked value: one fast decode, and on failure every violation at once."""

import datetime as dt
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request

from .looking import doubtful, refuse_deep
from .refusals import Refused, Violation, invalid
from .responses import header

Checks = Mapping[str, Callable[[Any], None]]
JSON_TYPES = ("application/json",)
MERGE_TYPES = ("application/merge-patch+json", "application/json")
_MAX_DIGITS = 38
_LONGEST = dt.timedelta(microseconds=2**63 - 1)
_EDGES = (1, 9999)


def exact_number(text: str) -> Decimal:
    """Return a JSON number that is not whole, every digit of it.

    Raises:
        ValueError: Most readers of JSON would take it for infinite.
    """
    if math.isinf(float(text)):
        raise ValueError("A number is too large")
    return Decimal(text)


decode = msgspec.json.Decoder(float_hook=exact_number).decode
"""Decodes JSON whose shape is not known, without rounding a number."""


class Input(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The base of bodies. ``checks`` holds, for each field, what its type cannot say."""

    checks: ClassVar[Checks] = {}


T = TypeVar("T", bound=Input)


class Unacceptable(ValueError):  # noqa: N818 - it says what happened
    """A value breaks a rule that its type cannot say."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Exact:
    """Decimal numbers: finite, of at most 38 digits, within bounds."""

    def __init__(self, minimum: str | None = None, maximum: str | None = None) -> None:
        """Keep the bounds, both inclusive; None for no bound."""
        self._minimum = None if minimum is None else Decimal(minimum)
        self._maximum = None if maximum is None else Decimal(maximum)

    def __call__(self, value: Decimal | list[Decimal] | None) -> None:
        """Check a number, or each of a list.

        Raises:
            Unacceptable: It breaks a bound.
        """
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Decimal):
                self._check(each)

    def _check(self, value: Decimal) -> None:
        if not value.is_finite():
            raise Unacceptable("type", "Expected a finite number.")
        _, digits, exponent = value.as_tuple()
        if max(len(digits), abs(int(exponent)), value.adjusted()) > _MAX_DIGITS:
            raise Unacceptable("too_long", f"Expected at most {_MAX_DIGITS} digits.")
        if self._minimum is not None and value < self._minimum:
            raise Unacceptable("too_small", f"Expected at least {self._minimum}.")
        if self._maximum is not None and value > self._maximum:
            raise Unacceptable("too_large", f"Expected at most {self._maximum}.")


def present(value: object) -> None:
    """Check that there is a value: any JSON includes null.

    Raises:
        Unacceptable: It is null.
    """
    if value is None:
        raise Unacceptable("required", "A value is required; null is none.")


def storable(value: object) -> None:
    """Check a moment or a duration, or each of a list: not every one has a place in a database.

    Raises:
        Unacceptable: It is outside the years 1 to 9999 in UTC, or longer than 292,000 years.
    """
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dt.timedelta) and abs(each) > _LONGEST:
            raise Unacceptable("too_large", "Expected less than 292,000 years.")
        if isinstance(each, dt.datetime) and each.year in _EDGES and each.tzinfo is not None:
            _require_year(each)


def _require_year(value: dt.datetime) -> None:
    try:
        value.astimezone(dt.UTC)
    except OverflowError:
        message = "Expected a year from 1 to 9999 in UTC."
        raise Unacceptable("too_large", message) from None


def run_checks(given: Input) -> None:
    """Run the checks of a body's fields; called when it is made.

    Raises:
        Unacceptable: The first that fails.
    """
    for name, check in given.checks.items():
        check(getattr(given, name))


class Reader(Generic[T]):
    """Reads bodies of one type."""

    def __init__(self, kind: type[T]) -> None:
        """Prepare the decoder.

        Args:
            kind: The type of the body.
        """
        self._kind = kind
        self._decode = msgspec.json.Decoder(kind, float_hook=exact_number).decode

    async def read(self, request: Request, limit: int) -> T:
        """Read, decode and check a request's body.

        Raises:
            Refused: 400, 413, 415 or 422, the last with every violation.
        """
        body = await read_body(request, limit, JSON_TYPES)
        try:
            given = self._decode(body)
        except (msgspec.MsgspecError, ValueError):
            given = self._refuse(body)
        if doubtful(body):
            given = self._refuse(body)
        return given

    def check(self, document: dict[str, Any]) -> T:
        """Check a decoded body.

        Raises:
            Refused: 422 with every violation.
        """
        from .explaining import violations

        errors = violations(document, self._kind)
        if errors:
            raise invalid(errors)
        return msgspec.convert(document, self._kind)

    def _refuse(self, body: bytes) -> T:
        """Say all that is wrong; what only looked wrong is returned."""
        return self.check(decode_object(body))


async def read_body(request: Request, limit: int, types: tuple[str, ...]) -> bytes:
    """Read a body of one of the media types, and no more than ``limit`` bytes of it.

    Raises:
        Refused: 413 if it is longer, 415 if it is of another type, 400 if it is nested too
            deeply.
    """
    _require_type(request, types)
    receive = request.receive
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body", False):
        if len(body) > limit:
            break
        message = await receive()
        body += message.get("body", b"")
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    if len(body) > limit:
        raise Refused(
            f"The body is longer than {limit} bytes. Send less at once.",
            status=413,
        )
    refuse_deep(body)
    return body


def _require_type(request: Request, types: tuple[str, ...]) -> None:
    media = header(request, b"content-type")
    if media is None or media == b"application/json":
        return
    if media.partition(b";")[0].strip().lower().decode("latin-1") not in types:
        raise Refused(
            f"The body must be {' or '.join(types)}; set Content-Type.",
            status=415,
            headers=((b"accept", ", ".join(types).encode()),),
        )


def decode_object(body: bytes) -> dict[str, Any]:
    """Decode a body that must be a JSON object.

    Raises:
        Refused: 400 if it is no JSON, 422 if it is something else than an object.
    """
    try:
        document = decode(body)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Refused(f"The body is not readable as JSON: {error}.", status=400) from None
    if not isinstance(document, dict):
        raise invalid((Violation("", "type", "Expected an object."),))
    return document
