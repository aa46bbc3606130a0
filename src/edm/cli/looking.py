"""Commands that look at instances and change nothing."""

import webbrowser
from collections.abc import Sequence
from typing import Any

from edm.cli.talk import put, put_json, put_json_line, put_table, say
from edm.cli.target import connect
from edm.cli.text import segment

Row = dict[str, Any]

_LISTED = ("name", "state", "access", "release", "url")
_RELEASED = ("number", "commit", "created")
_HAPPENED = ("at", "instance", "what", "principal")


def list_instances(*, json: bool) -> None:
    """Print all instances."""
    _put_rows(connect().get("/instances"), _LISTED, json=json)


def show(name: str, *, json: bool) -> None:
    """Print all that is known of an instance."""
    instance = connect().get(f"/instances/{segment(name)}")
    if json:
        put_json(instance)
        return
    put_table(("what", "value"), [(key, _text(instance[key])) for key in instance])


def releases(name: str, *, json: bool) -> None:
    """Print an instance's releases."""
    _put_rows(connect().get(f"/instances/{segment(name)}/releases"), _RELEASED, json=json)


def events(name: str, *, json: bool) -> None:
    """Print what happened to one instance or all."""
    path = f"/instances/{segment(name)}/events" if name else "/events"
    _put_rows(connect().get(path), _HAPPENED, json=json)


def logs(name: str, lines: str, *, follow: bool, json: bool) -> None:
    """Print the lines of an instance's log as they come."""
    follows = "true" if follow else "false"
    path = f"/instances/{segment(name)}/logs"
    try:
        for line in connect().lines(path, lines=lines, follow=follows):
            if json:
                put_json_line({"line": line})
            else:
                put(line)
    except KeyboardInterrupt:
        # That is how following ends.
        return


def open_documentation(name: str, *, json: bool) -> None:
    """Open the browser at an instance's documentation."""
    instance = connect().get(f"/instances/{segment(name)}")
    if json:
        put_json({"docs_url": instance["docs_url"]})
        return
    put(instance["docs_url"])
    if not webbrowser.open(instance["docs_url"]):
        say("No browser was found; open the address yourself.")


def _put_rows(rows: list[Row], columns: Sequence[str], *, json: bool) -> None:
    if json:
        put_json(rows)
    else:
        put_table(columns, [[_text(row.get(column)) for column in columns] for row in rows])


def _text(value: object) -> str:
    return "" if value is None else str(value)
