"""Commands that change an instance: its state, its release, how it is served."""

import re
import sys
from typing import Any

import typer

from edm.cli.client import Client
from edm.cli.failure import Failure
from edm.cli.progress import follow
from edm.cli.talk import put, put_json, say
from edm.cli.target import connect
from edm.cli.text import segment
from edm.cli.waiting import begin

Json = dict[str, Any]

_ALREADY = {"start": "running", "stop": "stopped", "sleep": "asleep"}
_OPERATION = re.compile(r"[0-9a-f]{32}")


def act(name: str, action: str, *, wait: bool, json: bool) -> None:
    """Start, stop, restart an instance or put it to sleep, and wait until that is done."""
    client = connect()
    path = f"/instances/{segment(name)}/{action}"
    operation = follow(client, begin(client, name, lambda: client.post(path), wait=wait))
    _report(operation, json=json)


def roll_back(name: str, release: int | None, *, wait: bool, json: bool) -> None:
    """Have an earlier release serve again; the one before the present one unless said which."""
    client = connect()
    wish = {} if release is None else {"release": release}
    path = f"/instances/{segment(name)}/rollback"
    operation = follow(client, begin(client, name, lambda: client.post(path, wish), wait=wait))
    if json:
        put_json(operation)
    else:
        put(f"{name} runs release {operation['release']} again.")


def configure(name: str, changes: Json, *, wait: bool, json: bool) -> None:
    """Change who may call an instance, when it sleeps, and which origins may use it."""
    client = connect()
    path = f"/instances/{segment(name)}"
    asked = begin(client, name, lambda: client.patch(path, changes), wait=wait)
    # Who closes an instance that had no key gets one.
    key = asked.get("api_key")
    try:
        operation = follow(client, asked)
    except typer.Exit:
        if key:
            _put_key(key, json=json)
        raise
    _report(operation | {"api_key": key}, json=json)
    if key and not json:
        put(f"API key:        {key}")
        say("The key is shown this once; keep it.")


def rotate_key(name: str, *, wait: bool, json: bool) -> None:
    """Make a new API key and print it; the old one ends."""
    client = connect()
    path = f"/instances/{segment(name)}/key"
    made = begin(client, name, lambda: client.post(path), wait=wait)
    try:
        operation = follow(client, made["operation"])
    except typer.Exit:
        # It goes on without us, and nothing shows the key again.
        _put_key(made["api_key"], json=json)
        raise
    _put_key(made["api_key"], json=json, operation=operation["id"])
    say(f"The key is shown this once; keep it. The old key of {name} has ended.")


def cancel(what: str, *, json: bool) -> None:
    """Cancel an operation, given by its id or by the instance it works on."""
    client = connect()
    identity = _operation_of(client, what)
    operation = client.post(f"/operations/{segment(identity)}/cancel")
    ended = _to_the_end(client, operation)
    if json:
        put_json(ended)
    else:
        put(f"{ended['verb']} {ended['instance']}: {ended['progress']}")
    if ended["progress"] != "cancelled":
        raise Failure(
            f"It was too late to cancel: the operation is {ended['progress']}.",
            f"See `edm show {ended['instance']}`.",
        )


def delete(name: str, *, sure: bool, wait: bool, json: bool) -> None:
    """Delete an instance, once whoever asks is sure."""
    client = connect()
    path = f"/instances/{segment(name)}"
    client.get(path)
    if not sure:
        _ask(name)
    operation = follow(client, begin(client, name, lambda: client.delete(path), wait=wait))
    _report(operation, json=json)


def _ask(name: str) -> None:
    if not sys.stdin.isatty():
        raise Failure(
            f"Deleting {name} removes its repository, its releases and its data for ever.",
            "Add --yes if that is what you want.",
        )
    question = f"Delete {name} with its repository, its releases and its data, for ever?"
    typer.confirm(question, abort=True, err=True)


def _operation_of(client: Client, what: str) -> str:
    if _OPERATION.fullmatch(what):
        return what
    identity = client.get(f"/instances/{segment(what)}").get("operation")
    if not identity:
        raise Failure(f"Nothing is under way on {what}.", "`edm events` tells what was.")
    return str(identity)


def _to_the_end(client: Client, operation: Json) -> Json:
    """Return what became of an operation, however it ended."""
    try:
        return follow(client, operation)
    except Failure:
        ended: Json = client.get(f"/operations/{segment(operation['id'])}")
        return ended


def _put_key(key: str, *, json: bool, operation: str = "") -> None:
    if json:
        put_json({"api_key": key, "operation": operation})
    else:
        put(key)


def _report(operation: Json, *, json: bool) -> None:
    if json:
        put_json(operation)
    else:
        put(_outcome(operation))


def _outcome(operation: Json) -> str:
    verb, name = operation["verb"], operation["instance"]
    # Without a step there was nothing to do.
    if not operation["steps"] and verb in _ALREADY:
        return f"{name} was {_ALREADY[verb]} already."
    return f"{verb} {name}: {operation['progress']}"
