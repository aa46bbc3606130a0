"""Rows to values and back."""

from typing import Any

import msgspec
from sqlalchemy import RowMapping

from edm.core.problems import Problem
from edm.ports.store import (
    Access,
    Event,
    Instance,
    Operation,
    Order,
    Principal,
    Progress,
    Release,
    State,
    Step,
    Token,
    Verb,
)

# Tables name their columns like the fields of the values, so that a row is a value's arguments.
_Steps = tuple[Step, ...]
_Problems = tuple[Problem, ...]


def principal(row: RowMapping) -> Principal:
    """Return a row of users as a value."""
    return Principal(id=row["id"], name=row["name"], admin=row["admin"])


def token(row: RowMapping) -> Token:
    """Return a row of tokens, with its user's name as ``owner``, as a value."""
    return Token(id=row["id"], user=row["owner"], name=row["name"], created=row["created"])


def instance(row: RowMapping) -> Instance:
    """Return a row of instances as a value."""
    fields = dict(row)
    fields["state"], fields["access"] = State(row["state"]), Access(row["access"])
    return Instance(**fields)


def release(row: RowMapping) -> Release:
    """Return a row of releases as a value."""
    return Release(**dict(row))


def operation(row: RowMapping) -> Operation:
    """Return a row of operations as a value."""
    fields = dict(row)
    fields["verb"], fields["progress"] = Verb(row["verb"]), Progress(row["progress"])
    fields["steps"] = msgspec.json.decode(row["steps"], type=_Steps)
    fields["problems"] = msgspec.json.decode(row["problems"], type=_Problems)
    return Operation(**fields)


def order(row: RowMapping) -> Order:
    """Return a row of orders as a value."""
    access = None if row["access"] is None else Access(row["access"])
    return Order(row["filename"], row["content"], access, row["key_hash"])


def event(row: RowMapping) -> Event:
    """Return a row of events as a value."""
    return Event(**dict(row))


def columns(value: Instance | Release | Operation | Order) -> dict[str, Any]:
    """Return a value as the columns of its table."""
    fields = {name: getattr(value, name) for name in value.__slots__}
    for name in ("steps", "problems"):
        if name in fields:
            fields[name] = msgspec.json.encode(fields[name])
    return fields
