"""Commands about the shell's completion.

Each imports what it needs when it runs, so that none waits for another's modules.
"""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from edm.cli import completing
from edm.cli.app import Json, completion_app

_Shell = typer.Argument(
    metavar="SHELL", help="bash, zsh or fish.", autocompletion=completing.shells
)


@completion_app.command("install")
def install(shell: Annotated[str, _Shell], *, json: Json = False) -> None:
    """Have a shell complete commands, instances, releases and files."""
    from edm.cli import shells

    shells.install_completion(shell, json=json)


@completion_app.command("show")
def show(shell: Annotated[str, _Shell], *, json: Json = False) -> None:
    """Print what a shell needs to complete, for another place than the usual one."""
    from edm.cli import shells

    shells.show_completion(shell, json=json)
