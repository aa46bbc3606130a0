"""Commands that look at instances and change nothing."""

import sys
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import suppress
from json import loads
from typing import TypeVar

from edm.cli.client import Client
from edm.cli.failure import Failure
from edm.cli.refusal import to_problems
from edm.cli.rows import Row, put_rows, shown
from edm.cli.talk import put, put_json, put_json_line, put_message, say
from edm.cli.target import connect
from edm.cli.text import clean_head, segment

T = TypeVar("T")

_PAGE = 1000
"""Instances that the control plane lists at once."""

_PATIENCE_SECONDS = 20.0
"""How long to try again after a stream broke: the control plane may come back."""

_PAUSE_SECONDS = 0.5
_LISTED = {
    "name": "name",
    "state": "state",
    "access": "access",
    "release": "release",
    "used": "last request",
    "url": "url",
}
_OWNED = {"name": "name", "owner": "owner"}
_RELEASED = {
    "number": "release",
    "commit": "commit",
    "created": "made",
    "by": "by",
    "current": "",
}
_SERVED = ("name", "url", "state", "worker")
_WORKING = ("name", "state", "runtime", "instances", "sleeping", "load", "cpus", "available")
_HAPPENED = {
    "at": "when",
    "principal": "who",
    "instance": "instance",
    "what": "what",
    "where": "where",
}


def list_instances(*, json: bool) -> None:
    """Print all instances."""
    found = list(_instances(connect()))
    # Only administrators see others'.
    shared = len({one.get("owner") for one in found}) > 1
    put_rows(found, _OWNED | _LISTED if shared else _LISTED, json=json)
    if not found and not json:
        say("Nothing is deployed yet. -> `edm deploy FILE --name NAME` begins.")


def _instances(client: Client) -> Iterator[Row]:
    page = client.get("/instances", live="true")
    while page:
        yield from page
        # Shorter ones are the last.
        whole = len(page) >= _PAGE
        page = client.get("/instances", live="true", after=page[-1]["name"]) if whole else ()


def show(name: str, *, json: bool) -> None:
    """Print all that is known of an instance."""
    client = connect()
    instance = client.get(f"/instances/{segment(name)}")
    with suppress(Failure):
        # Few have one; that there is none is told as a refusal.
        instance["mirror"] = client.get(f"/instances/{segment(name)}/mirror")
    if json:
        put_json(instance)
        return
    if instance.get("operation"):
        instance["operation"] = client.get(f"/operations/{segment(instance['operation'])}")
    from edm.cli.showing import put_instance  # noqa: PLC0415 - only people need it

    problems = to_problems(instance.pop("problems", ()))
    put_instance(instance, client.get(f"/instances/{segment(name)}/releases"))
    reason = str(instance.get("reason", ""))
    if reason != clean_head(reason):
        # Above there is room for its first line only.
        put()
        put_message(reason, sys.stdout)
    if problems:
        from edm.cli.remarks import put_remarks  # noqa: PLC0415 - slow to import, rarely needed

        put()
        put_remarks(problems, sys.stdout, f"see them with: edm show {name} --json")


def releases(name: str, *, json: bool) -> None:
    """Print an instance's releases."""
    client = connect()
    found = client.get(f"/instances/{segment(name)}/releases")
    if json:
        put_json(found)
        return
    current = client.get(f"/instances/{segment(name)}")["release"]
    # What was cancelled has never served, nor can it.
    marks = [
        one | {"current": _mark(one, current)} for one in found if one.get("outcome") != "cancelled"
    ]
    put_rows(marks, _RELEASED, json=False)
    if len(found) > 1:
        say(f"-> `edm rollback {name} RELEASE` has an earlier one serve again.")


def _mark(release: Row, current: int | None) -> str:
    if release["number"] == current:
        return "current"
    return "failed" if release.get("outcome") == "failed" else ""


def events(name: str, *, follow: bool, json: bool) -> None:
    """Print what happened to one instance or all, and go on with what happens if followed."""
    path = f"/instances/{segment(name)}/events" if name else "/events"
    client = connect()
    happened = client.get(path)
    if not follow:
        told = {key for event in happened for key in _HAPPENED if event.get(key)}
        columns = {key: head for key, head in _HAPPENED.items() if key in told}
        put_rows(happened, columns, json=json)
        return
    for event in happened:
        _put_event(event, json=json)
    try:
        _follow_events(client, path, happened[-1]["id"] if happened else 0, json=json)
    except KeyboardInterrupt:
        # That is how following ends.
        return


def _follow_events(client: Client, path: str, seen: int, *, json: bool) -> None:
    def further() -> Iterator[Row]:
        nonlocal seen
        for message in client.events(f"{path}/stream", str(seen)):
            event: Row = loads(message.data)
            seen = event["id"]
            yield event

    for event in _going_on(further):
        _put_event(event, json=json)


def _going_on(stream: Callable[[], Iterator[T]]) -> Iterator[T]:
    """Yield what a stream gives, begun anew where it broke off: control planes are replaced.

    Raises:
        Failure: It could not be begun anew for as long as that may take.
    """
    lost = None
    while True:
        try:
            for one in stream():
                lost = None
                yield one
            lost = None
        except Failure:
            lost = lost or time.monotonic()
            if time.monotonic() - lost > _PATIENCE_SECONDS:
                raise
        time.sleep(_PAUSE_SECONDS)


def _put_event(event: Row, *, json: bool) -> None:
    if json:
        put_json_line(event)
    else:
        put("  ".join(filter(None, (clean_head(shown(key, event.get(key))) for key in _HAPPENED))))


def services(*, json: bool) -> None:
    """Print the catalogue of services."""
    put_rows(connect().get("/services"), _SERVED, json=json)


def workers(*, json: bool) -> None:
    """Print the machines that run instances."""
    put_rows(connect().get("/workers"), _WORKING, json=json)


def logs(name: str, lines: str, *, follow: bool, json: bool) -> None:
    """Print the lines of an instance's log as they come."""
    client = connect()
    path = f"/instances/{segment(name)}/logs"
    written = client.lines(path, lines=lines, follow="true" if follow else "false")
    try:
        _put_lines(written, json=json)
        if follow:
            _put_lines(_going_on(lambda: client.lines(path, lines="0", follow="true")), json=json)
    except KeyboardInterrupt:
        # That is how following ends.
        return


def _put_lines(lines: Iterator[str], *, json: bool) -> None:
    for line in lines:
        if json:
            put_json_line({"line": line})
        else:
            put(line)


def export(name: str, notation: str, *, json: bool) -> None:
    """Print an instance's model in a notation."""
    path = f"/instances/{segment(name)}/model"
    text = "\n".join(connect().lines(path, notation=notation))
    if json:
        put_json({"name": name, "as": notation, "text": text})
        return
    for line in text.split("\n"):
        put(line)


def open_documentation(name: str, *, json: bool) -> None:
    """Open the browser at an instance's documentation."""
    instance = connect().get(f"/instances/{segment(name)}")
    if json:
        put_json({"docs_url": instance["docs_url"]})
        return
    put(instance["docs_url"])
    if not webbrowser.open(instance["docs_url"]):
        say("No browser was found; open the address yourself.")
