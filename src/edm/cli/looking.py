"""Commands that look at instances and change nothing."""

import sys
import webbrowser

from edm.cli.refusal import to_problems
from edm.cli.rows import put_fields, put_rows
from edm.cli.talk import put, put_json, put_json_line, put_message, say
from edm.cli.target import connect
from edm.cli.text import clean_head, segment

_LISTED = ("name", "state", "access", "release", "url")
_RELEASED = ("number", "commit", "created")
_SERVED = ("name", "url", "state", "worker")
_WORKING = ("name", "state", "runtime", "instances", "memory")
_HAPPENED = ("at", "instance", "what", "where", "principal")


def list_instances(*, json: bool) -> None:
    """Print all instances."""
    put_rows(connect().get("/instances"), _LISTED, json=json)


def show(name: str, *, json: bool) -> None:
    """Print all that is known of an instance."""
    instance = connect().get(f"/instances/{segment(name)}")
    if json:
        put_json(instance)
        return
    problems = to_problems(instance.pop("problems", ()))
    put_fields(instance)
    reason = str(instance.get("reason", ""))
    if reason != clean_head(reason):
        # The table has room for its first line only.
        put()
        put_message(reason, sys.stdout)
    if problems:
        from edm.cli.remarks import put_remarks  # noqa: PLC0415 - slow to import, rarely needed

        put()
        put_remarks(problems, sys.stdout, f"see them with: edm show {name} --json")


def releases(name: str, *, json: bool) -> None:
    """Print an instance's releases."""
    put_rows(connect().get(f"/instances/{segment(name)}/releases"), _RELEASED, json=json)


def events(name: str, *, json: bool) -> None:
    """Print what happened to one instance or all."""
    path = f"/instances/{segment(name)}/events" if name else "/events"
    put_rows(connect().get(path), _HAPPENED, json=json)


def services(*, json: bool) -> None:
    """Print the catalogue of services."""
    put_rows(connect().get("/services"), _SERVED, json=json)


def workers(*, json: bool) -> None:
    """Print the machines that run instances."""
    put_rows(connect().get("/workers"), _WORKING, json=json)


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
