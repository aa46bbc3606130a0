"""Rows to values and back."""

from typing import Any

import msgspec
from sqlalchemy import RowMapping

from edm.core.problems import Problem
from edm.ports.store import (
    ORDINARY,
    Access,
    Count,
    Event,
    Instance,
    Mirror,
    Operation,
    Order,
    Principal,
    Progress,
    Release,
    Scope,
    State,
    Step,
    Token,
    User,
    Verb,
)

# Tables name their columns like the fields of the values, so that a row is a value's arguments.
_Steps = tuple[Step, ...]
_Problems = tuple[Problem, ...]


def principal(row: RowMapping) -> Principal:
    """Return a row of users, with the scopes and the end of their token, as a value."""
    scopes = _scopes(row["scopes"])
    return Principal(
        id=row["id"],
        name=row["name"],
        admin=row["admin"],
        scopes=scopes if row["admin"] else scopes & ORDINARY,
        expires=row["expires"],
        token=row["token"],
    )


def user(row: RowMapping) -> User:
    """Return a row of users as a value."""
    return User(**dict(row))


def token(row: RowMapping) -> Token:
    """Return a row of tokens, with its user's name and role, as a value."""
    fields = {name: row[name] for name in ("id", "name", "created", "expires", "used")}
    scopes = _scopes(row["scopes"])
    return Token(user=row["owner"], scopes=scopes if row["admin"] else scopes & ORDINARY, **fields)


def scopes_text(scopes: frozenset[Scope]) -> str:
    """Return scopes as their column has them."""
    return ",".join(sorted(scopes))


def _scopes(text: str) -> frozenset[Scope]:
    return frozenset(map(Scope, text.split(",") if text else ()))


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
    fields = {name: row[name] for name in Order.__slots__}
    fields["access"] = None if row["access"] is None else Access(row["access"])
    return Order(**fields)


def event(row: RowMapping) -> Event:
    """Return a row of events as a value."""
    return Event(**dict(row))


def mirror(row: RowMapping) -> Mirror:
    """Return a row of mirrors as a value."""
    return Mirror(**dict(row))


def count(row: RowMapping) -> Count:
    """Return a row of counts as a value."""
    return Count(**dict(row))


def columns(value: Instance | Release | Operation | Order | Mirror) -> dict[str, Any]:
    """Return a value as the columns of its table."""
    fields = {name: getattr(value, name) for name in value.__slots__}
    for name in ("steps", "problems"):
        if name in fields:
            fields[name] = msgspec.json.encode(fields[name])
    return fields
