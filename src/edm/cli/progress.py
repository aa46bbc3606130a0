"""An operation's steps, shown while they happen."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import typer

from edm.cli.client import Client
from edm.cli.failure import Failure
from edm.cli.refusal import to_problems
from edm.cli.talk import console, say
from edm.cli.text import clean, clean_head

if TYPE_CHECKING:
    from rich.console import RenderableType

Json = dict[str, Any]

_PATIENCE_SECONDS = 20.0
"""How long to look for an operation after its stream broke: the control plane may come back."""

_PAUSE_SECONDS = 0.5
_ENDED = frozenset({"done", "failed", "cancelled"})
_UNDONE = frozenset({"failed", "cancelled"})
_NAME_WIDTH = 12
INTERRUPTED = 130
"""What shells expect of a command that Ctrl-C ended."""


def follow(client: Client, operation: Json) -> Json:
    """Show an operation until it ends, and return what became of it.

    Raises:
        Failure: It failed or was cancelled, or the control plane was lost.
        typer.Exit: The user stopped looking; it goes on.
    """
    try:
        with _display() as show:
            for latest in states(client, operation):
                show(latest)
                operation = latest
    except KeyboardInterrupt:
        _leave(operation)
        raise typer.Exit(INTERRUPTED) from None
    if operation["progress"] != "done":
        _fail(operation)
    return operation


def _leave(operation: Json) -> None:
    name = operation["instance"]
    say(f"{operation['verb']} {name} goes on; `edm show {name}` tells how far it is.")
    say(f"-> `edm cancel {name}` cancels it.")


def states(client: Client, operation: Json) -> Iterator[Json]:
    """Yield what an operation comes to, from what it is now to its end.

    Raises:
        Failure: The control plane was lost.
    """
    yield operation
    last_seen = time.monotonic()
    while operation["progress"] not in _ENDED:
        with suppress(Failure):
            for latest in _streamed(client, operation["id"]):
                last_seen, operation = time.monotonic(), latest
                yield latest
        if operation["progress"] in _ENDED:
            return
        if time.monotonic() - last_seen > _PATIENCE_SECONDS:
            raise _lost(operation)
        time.sleep(_PAUSE_SECONDS)


def _streamed(client: Client, identity: str) -> Iterator[Json]:
    for event in client.events(f"/operations/{identity}/stream"):
        state = json.loads(event.data)
        if isinstance(state, dict) and "progress" in state:
            yield state


def _lost(operation: Json) -> Failure:
    return Failure(
        "The control plane was lost while it worked.",
        f"`edm up` starts it anew and it goes on; then see `edm show {operation['instance']}`.",
    )


def _fail(operation: Json) -> None:
    problems = to_problems(operation.get("problems") or ())
    how = "was cancelled" if operation["progress"] == "cancelled" else "failed"
    ended = [step for step in operation.get("steps", ()) if step["progress"] in _UNDONE]
    at = f" at step {ended[0]['name']}" if ended else ""
    message = f"{operation['verb']} {operation['instance']} {how}{at}."
    hint = "" if problems else f"See `edm logs {operation['instance']}`."
    raise Failure(message, hint, problems)


@contextmanager
def _display() -> Iterator[Callable[[Json], None]]:
    if not sys.stderr.isatty():
        yield _plain()
        return
    from rich.live import Live  # noqa: PLC0415 - slow to import, and only terminals need it

    with Live(console=console(sys.stderr), refresh_per_second=12) as live:
        yield lambda operation: live.update(_drawing(operation))


def _plain() -> Callable[[Json], None]:
    said: set[str] = set()

    def show(operation: Json) -> None:
        for step in operation.get("steps", ()):
            if step["progress"] in _ENDED and step["name"] not in said:
                said.add(step["name"])
                say(_line(step))

    return show


def _line(step: Json) -> str:
    seconds = step.get("seconds")
    took = "" if seconds is None else f"{seconds:6.2f} s"
    # Why it failed is told at the end, as problems.
    detail = "" if step["progress"] in _UNDONE else clean_head(step.get("detail") or "")
    return f"{step['progress']:<7} {step['name']:<{_NAME_WIDTH}} {took}  {detail}".rstrip()


def _drawing(operation: Json) -> "RenderableType":
    from rich.spinner import Spinner  # noqa: PLC0415 - slow to import, and only terminals need it
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    marks: dict[str, RenderableType] = {
        "done": Text("✓", "green"),
        "failed": Text("✗", "bold red"),
        "cancelled": Text("✗", "yellow"),
        "active": Spinner("dots", style="cyan"),
    }
    grid = Table.grid(padding=(0, 2))
    for step in operation.get("steps", ()):
        mark = marks.get(step["progress"], Text("·", "dim"))
        seconds = step.get("seconds")
        took = "" if seconds is None else f"{seconds:.2f} s"
        grid.add_row(
            mark, clean(step["name"]), Text(took, "dim"), clean_head(step.get("detail") or "")
        )
    return grid
