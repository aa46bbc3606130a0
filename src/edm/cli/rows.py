"""Rows and single values of the control plane, as people read them."""

import re
from collections.abc import Sequence
from typing import Any

from edm.cli.talk import put_json, put_table
from edm.cli.wishes import shown_duration

Row = dict[str, Any]

_TIMES = frozenset({"at", "since", "created", "changed", "finished", "used", "expires", "tried"})
_BYTES = frozenset({"memory", "available"})
_FRACTION = re.compile(r"\.[0-9]+")


def put_rows(rows: list[Row], columns: Sequence[str], *, json: bool) -> None:
    """Print rows: their columns as a table, or all they have as JSON."""
    if json:
        put_json(rows)
    else:
        put_table(columns, [[shown(column, row.get(column)) for column in columns] for row in rows])


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
    if what == "mirror" and isinstance(value, dict):
        return f"{value['url']} {value['reason']}".rstrip()
    text = _plain(value)
    # Nobody reads microseconds.
    return _FRACTION.sub("", text) if what in _TIMES else text


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return str(value)
