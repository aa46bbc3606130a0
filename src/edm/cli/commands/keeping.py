"""Commands that keep what the platform has: its backup, and its return.

Each imports what it needs when it runs, so that none waits for another's modules.
"""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from edm.cli.app import Json, app
from edm.cli.commands.platform import Home


@app.command()
def backup(
    file: Annotated[str, typer.Argument(help="The backup to write, such as edm.tar.gz.")],
    *,
    home: Home = "",
    json: Json = False,
) -> None:
    """Copy everything of a platform into one file.

    While all of it is used, or while it is down. Data, repositories, users, tokens and keys are
    in it; what can be made again is not.
    """
    from edm.cli import keeping, standing

    keeping.backup(standing.of_home(home), file, json=json)


@app.command()
def restore(
    file: Annotated[str, typer.Argument(help="A backup that `edm backup` wrote.")],
    *,
    home: Home = "",
    instead: Annotated[
        bool,
        typer.Option("--replace", help="Put a home that is there aside, under another name."),
    ] = False,
    json: Json = False,
) -> None:
    """Make a home of a backup.

    The whole backup is checked before anything gets the home's name; then `edm up` serves it.
    """
    from edm.cli import keeping, standing

    keeping.restore(standing.of_home(home), file, instead=instead, json=json)
