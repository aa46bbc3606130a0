"""Commands that change an instance's state."""

import sys
from typing import Any

import typer

from edm.cli.failure import Failure
from edm.cli.progress import follow
from edm.cli.talk import put, put_json
from edm.cli.target import connect
from edm.cli.text import segment

_ALREADY = {"start": "running", "stop": "stopped"}


def act(name: str, action: str, *, json: bool) -> None:
    """Start, stop or restart an instance, and wait until that is done."""
    client = connect()
    operation = follow(client, client.post(f"/instances/{segment(name)}/{action}"))
    _report(operation, json=json)


def delete(name: str, *, sure: bool, json: bool) -> None:
    """Delete an instance, once whoever asks is sure."""
    client = connect()
    client.get(f"/instances/{segment(name)}")
    if not sure:
        _ask(name)
    operation = follow(client, client.delete(f"/instances/{segment(name)}"))
    _report(operation, json=json)


def _ask(name: str) -> None:
    if not sys.stdin.isatty():
        raise Failure(
            f"Deleting {name} removes its repository, its releases and its data for ever.",
            "Add --yes if that is what you want.",
        )
    question = f"Delete {name} with its repository, its releases and its data, for ever?"
    typer.confirm(question, abort=True, err=True)


def _report(operation: dict[str, Any], *, json: bool) -> None:
    if json:
        put_json(operation)
    else:
        put(_outcome(operation))


def _outcome(operation: dict[str, Any]) -> str:
    verb, name = operation["verb"], operation["instance"]
    # Without a step there was nothing to do.
    if not operation["steps"] and verb in _ALREADY:
        return f"{name} was {_ALREADY[verb]} already."
    return f"{verb} {name}: {operation['progress']}"
