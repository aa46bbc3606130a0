"""What a client is told when something cannot be done: problem documents (RFC 9457)."""

from http import HTTPStatus
from typing import Self

import msgspec

_SHOWN = 100


class Violation(msgspec.Struct, frozen=True):
    """One thing that is wrong with a request.

    Attributes:
        field: Where, e.g. ``lines[0].amount``; empty for the whole.
        code: For programs, e.g. ``required``.
        message: For people.
    """

    field: str
    code: str
    message: str


class Problem(msgspec.Struct):
    """A problem document."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    errors: tuple[Violation, ...] = ()


class Refused(Exception):  # noqa: N818 - it says what happened
    """Raised to refuse a request; rules may raise it too.

    Args:
        detail: What is wrong and what to do, for people.
        field: The field it is about; empty if there is none.
        code: For programs.
        status: 422 for a wrong value, 409 for a conflict with what is there.
    """

    def __init__(
        self,
        detail: str,
        *,
        field: str = "",
        code: str = "refused",
        status: int = 422,
        errors: tuple[Violation, ...] = (),
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.headers = headers
        self.errors = errors or ((Violation(field, code, detail),) if field else ())

    def within(self, place: str) -> Self:
        """Say that it happened in a part of the request, e.g. ``lines[0]``."""
        self.errors = tuple(
            Violation(f"{place}.{error.field}" if error.field else place, error.code, error.message)
            for error in self.errors
        )
        return self

    def document(self) -> Problem:
        """Return what the client reads."""
        title = HTTPStatus(self.status).phrase
        return Problem(
            title=title, status=self.status, detail=self.detail, errors=self.errors
        )


def invalid(errors: tuple[Violation, ...]) -> Refused:
    """Refuse a body, naming every violation at once, or as many as anybody reads."""
    count = "1 value is" if len(errors) == 1 else f"{len(errors)} values are"
    more = len(errors) - _SHOWN
    shown = f"the first {_SHOWN} in errors, and {more} more" if more > 0 else "see errors"
    return Refused(f"{count} not acceptable; {shown}.", errors=errors[:_SHOWN])


def not_found(what: str, id: int) -> Refused:
    """Refuse what asks for an object that is not there."""
    return Refused(f"There is no {what} with id {id}.", status=404)


def of_later_kind(what: str, id: int, kind: str) -> Refused:
    """Refuse to change or delete what a later release knows more about, and its rules."""
    return Refused(
        f"The {what} {id} is a {kind[:100]!r}, which this release does not know. It can only be read.",
        status=409,
    )
