"""Asking for an operation where another one may be under way: there is one at a time."""

import time
from collections.abc import Callable
from typing import Any

import typer

from edm.cli.client import Client
from edm.cli.failure import Failure
from edm.cli.progress import INTERRUPTED, states
from edm.cli.talk import say
from edm.cli.text import segment

Json = dict[str, Any]

_BUSY = "I004"
"""Code of the refusal because of another operation."""

_PAUSE_SECONDS = 0.2


def begin(client: Client, name: str, ask: Callable[[], Json], *, wait: bool) -> Json:
    """Ask for something, after what is under way on the instance; return the answer.

    Args:
        client: Whom to ask.
        name: The instance.
        ask: Asks once.
        wait: Whether to wait for another operation; else that is a failure as any other.

    Raises:
        Failure: It was refused for another reason.
        typer.Exit: The user stopped waiting; nothing was asked for.
    """
    while True:
        try:
            return ask()
        except Failure as refused:
            if not wait or all(problem.code != _BUSY for problem in refused.problems):
                raise
        try:
            _await_other(client, name)
        except KeyboardInterrupt:
            say("What is under way goes on; nothing else was asked for.")
            raise typer.Exit(INTERRUPTED) from None


def _await_other(client: Client, name: str) -> None:
    identity = client.get(f"/instances/{segment(name)}").get("operation")
    if not identity:
        # It ended meanwhile, or another one is about to begin.
        time.sleep(_PAUSE_SECONDS)
        return
    operation = client.get(f"/operations/{segment(identity)}")
    say(f"{operation['verb']} {name} is under way: waiting for it. Ctrl-C ends the waiting.")
    for _ in states(client, operation):
        pass
