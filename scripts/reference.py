#!/usr/bin/env python3
"""Write docs/reference from the code, so that it says what is there and nothing else."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

import edm
from edm.cli.main import app
from edm.core.problems import Kind
from edm.settings import SETTINGS

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"

INTRODUCTION = """\
Data goes to stdout, talk to stderr. Exit codes: 0 done, 1 refused or failed (the message says why
and what to do next), 2 wrong usage, 130 interrupted (an operation under way goes on). With
`--json`, what was refused or failed is also an object on stdout:
`{"error": {"message": "", "hint": "", "problems": []}}`.
"""

CHOICES = """\
Environment variables, read when a command starts. An option of `edm up` goes before its variable.

What `edm up` or `edm service install` was told, by options or by variables, is kept in
`settings.json` in the home and holds at the next start unless that one is told otherwise; to have
a default back, say it (`edm up --domain localhost`). `edm status`, `doctor`, `upgrade` and `down`
go by what is kept. A platform that runs takes up nothing else: `edm down` first. A backup has no
settings: they are the machine's.
"""

STAGES = {
    "F": "Files",
    "M": "Models",
    "R": "Repositories and publishing",
    "I": "Instances",
    "A": "Access",
    "P": "The platform",
    "D": "What `edm doctor` finds",
}


def main() -> None:
    """Write every page of the reference that is made from the code."""
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, "utf-8")


def pages() -> dict[str, str]:
    """Return the pages by file name."""
    return {"commands.md": commands(), "settings.md": settings(), "problems.md": problems()}


def commands() -> str:
    """Return the page of all commands with their arguments and options."""
    group: Any = typer.main.get_command(app)
    parts = ["# Commands\n", INTRODUCTION]
    for name, command in named(group):
        parts.append(f"## edm {name}\n\n{_paragraphs(command.help)}\n")
        parts.append(table(("argument or option", "meaning"), parameters(command)))
    return "\n".join(parts)


def named(group: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - Typer's own type
    """Yield the commands that users type, those of a group with the group's name before."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from ((f"{name} {inner}", one) for inner, one in named(command))
        elif not command.hidden:
            yield name, command


def parameters(command: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - Typer's own type
    """Yield what a command takes."""
    for parameter in command.params:
        is_option = parameter.param_type_name == "option"
        label = ", ".join(parameter.opts) if is_option else parameter.name.upper()
        value = f" {parameter.metavar}" if is_option and parameter.metavar else ""
        needed = " Required." if parameter.required else ""
        yield f"`{label}{value}`", f"{parameter.help}{needed}"


def settings() -> str:
    """Return the page of all settings."""
    rows = ((f"`{row.variable}`", row.default, row.meaning) for row in SETTINGS)
    head = f"# Settings\n\n{CHOICES}"
    return f"{head}\n{table(('variable', 'default', 'meaning'), rows)}"


def problems() -> str:
    """Return the page of all kinds of problems."""
    parts = [
        "# Problems\n",
        "An error prevents going on, a warning says what was guessed, an info explains.\n",
    ]
    for letter, title in STAGES.items():
        rows = [
            (kind.code, kind.level.value, kind.summary, kind.hint)
            for kind in kinds()
            if kind.code.startswith(letter)
        ]
        if rows:
            parts.append(f"## {letter}: {title}\n")
            parts.append(table(("code", "level", "what is wrong", "what to do next"), rows))
    return "\n".join(parts)


def kinds() -> tuple[Kind, ...]:
    """Return every kind of problem: the constants of all modules named ``kinds``."""
    found = [
        value
        for module in pkgutil.walk_packages(edm.__path__, "edm.")
        if module.name.endswith(".kinds")
        for value in vars(importlib.import_module(module.name)).values()
        if isinstance(value, Kind)
    ]
    return tuple(sorted(found, key=lambda kind: kind.code))


def table(heading: tuple[str, ...], rows: Any) -> str:  # noqa: ANN401 - an iterable of tuples of text
    """Return a table in Markdown."""
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


if __name__ == "__main__":
    main()
