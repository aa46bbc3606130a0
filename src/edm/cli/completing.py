"""What the shell offers at the cursor, beside commands, options and files.

Imported with every command: what asks the control plane is imported when somebody presses Tab.
"""
# ruff: noqa: PLC0415

from collections.abc import Callable, Iterable
from typing import Any

import typer

NOTATIONS = ("plantuml", "mermaid")
"""How a model can be written."""

_PATIENCE_SECONDS = 2.0
"""Who pressed Tab waits no longer for a control plane."""


def instances(incomplete: str) -> list[str]:
    """Return the names of instances that begin like this."""
    return _beginning(incomplete, lambda get: (one["name"] for one in get("/instances")))


def releases(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the numbers of the releases of the instance that stands before."""
    from edm.cli.text import segment

    path = f"/instances/{segment(str(ctx.params.get('name') or ''))}/releases"
    return _beginning(incomplete, lambda get: (str(one["number"]) for one in get(path)))


def files_or_instances(incomplete: str) -> list[str]:
    """Return names of instances; none where a file begins so, because then shells offer files."""
    from pathlib import Path

    parent = Path(incomplete + "x").parent
    try:
        beginning = Path(incomplete).name if not incomplete.endswith("/") else ""
        if any(path.name.startswith(beginning) for path in parent.iterdir()):
            return []
    except OSError:
        return []
    return instances(incomplete)


def accesses(incomplete: str) -> list[str]:
    """Return the kinds of access."""
    from edm.cli.wishes import ACCESSES

    return [one for one in ACCESSES if one.startswith(incomplete)]


def scopes(incomplete: str) -> list[str]:
    """Return what a token may be for."""
    return [one for one in ("read", "write", "admin") if one.startswith(incomplete)]


def notations(incomplete: str) -> list[str]:
    """Return how a model can be written."""
    return [one for one in NOTATIONS if one.startswith(incomplete)]


def shells(incomplete: str) -> list[str]:
    """Return the shells that completion is there for."""
    return [one for one in ("bash", "zsh", "fish") if one.startswith(incomplete)]


def _beginning(incomplete: str, ask: Callable[[Callable[[str], Any]], Iterable[str]]) -> list[str]:
    from edm.cli.target import connect
    from edm.ports.errors import EdmError

    try:
        client = connect().within(_PATIENCE_SECONDS)
        return [word for word in ask(client.get) if word.startswith(incomplete)]
    except (EdmError, OSError, KeyError, TypeError):
        # Nobody reads a message while typing a command.
        return []
