"""From a broken constraint to what the client is told."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from .database import NotUnique, Queries
from .refusals import Refused, Violation, invalid

T = TypeVar("T")


class Stored(NamedTuple, Generic[T]):
    """An object as it is kept, and the version that its tag shows."""

    item: T
    version: int


class Check(NamedTuple):
    """A statement that looks for one row by an id.

    Attributes:
        field: The field that refers.
        noun: To whom, or who.
        statement: The SQL.
    """

    field: str
    noun: str
    statement: str


def taken(error: NotUnique) -> Refused:
    """Say which values another object has already."""
    errors = tuple(
        Violation(column, "unique", "Another object has this value.") for column in error.columns
    )
    fields = " and ".join(error.columns)
    return Refused(f"Another object has the same {fields}.", status=409, errors=errors)


async def dangling(
    queries: Queries, references: Sequence[Check], ids: Sequence[int | None]
) -> Refused:
    """Say which references refer to nothing."""
    errors = []
    for check, target in zip(references, ids, strict=True):
        if target is not None and await queries.fetch_one(check.statement, (target,)) is None:
            message = f"There is no {check.noun} with id {target}."
            errors.append(Violation(check.field, "reference", message))
    return invalid(tuple(errors)) if errors else Refused("A reference refers to nothing.")


async def referred(queries: Queries, referrers: Sequence[Check], id: int) -> Refused:
    """Say who refers to an object that is to be deleted, or to its parts."""
    errors = []
    for check in referrers:
        if await queries.fetch_one(check.statement, (id,)) is not None:
            message = f"It is referred to by {check.noun} ({check.field})."
            errors.append(Violation("", "in_use", message))
    who = ", ".join(dict.fromkeys(check.message for check in errors)) or "It is referred to."
    return Refused(
        f"{who} Delete or change what refers to it first.", status=409, errors=tuple(errors)
    )
