"""Rows and single values of the control plane, as people read them."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from edm.cli.moments import relative
from edm.cli.talk import put_json, put_table
from edm.cli.wishes import shown_duration

Row = dict[str, Any]

_TIMES = frozenset({"at", "since", "created", "changed", "finished", "used", "expires", "tried"})
_RELATIVE = frozenset({"used", "expires"})
"""Moments that people want to know the distance of."""

_COMMIT = 10
_BYTES = frozenset({"memory", "available"})
_FRACTION = re.compile(r"\.[0-9]+")


def put_rows(rows: list[Row], columns: Sequence[str] | Mapping[str, str], *, json: bool) -> None:
    """Print rows as a table, or all they have as JSON.

    Args:
        rows: What to print.
        columns: Which of their values to show; or these, each with its heading.
        json: Whether to print JSON.
    """
    if json:
        put_json(rows)
        return
    now = datetime.now(UTC)
    heads = columns if isinstance(columns, Mapping) else {column: column for column in columns}
    cells = [[_cell(column, row.get(column), now) for column in columns] for row in rows]
    put_table(tuple(heads.values()), cells)


def put_fields(row: Row) -> None:
    """Print what one thing has, a line each; what it has not is left out."""
    given = [(key, shown(key, value)) for key, value in row.items()]
    put_table(("what", "value"), [(key, text) for key, text in given if text])


def shown(what: str, value: object) -> str:
    """Return a value as its column shows it."""
    if what in _BYTES and isinstance(value, int):
        return f"{value / 1024**2:.0f} MiB"
    if what == "sleep_after" and isinstance(value, int):
        return shown_duration(value)
    text = _plain(value)
    # Nobody reads microseconds.
    return _FRACTION.sub("", text) if what in _TIMES else text


def _cell(what: str, value: object, now: datetime) -> str:
    if what in _RELATIVE and isinstance(value, str):
        return relative(value, now)
    if what == "commit":
        # Long enough for git.
        return _plain(value)[:_COMMIT]
    return shown(what, value)


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return str(value)
