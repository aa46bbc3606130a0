"""Commands on instances, all through the control plane's REST API.

Each imports what it needs when it runs, so that none waits for another's modules.
"""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from edm.cli import completing
from edm.cli.app import Access, Json, Name, NoWait, app


@app.command()
def deploy(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|NAME",
            help="The file your UML tool exported, - for stdin; or, without one, the name of an"
            " instance whose main branch is to be released.",
            show_default=False,
            autocompletion=completing.files_or_instances,
        ),
    ] = "",
    *,
    name: Annotated[
        str,
        typer.Option(
            "--name",
            metavar="NAME",
            help="The instance's name.",
            show_default=False,
            autocompletion=completing.instances,
        ),
    ] = "",
    access: Access = "",
    no_wait: NoWait = False,
    json: Json = False,
) -> None:
    """Publish a model and run it, or update what runs already.

    With a name alone, the head of the repository's main branch is released: own code goes live.
    """
    from edm.cli import deploying, wishes

    file, name = deploying.subject(source, name)
    wish = wishes.checked_access(access) if access else ""
    deploying.deploy(file, name, wish, wait=not no_wait, json=json)


@app.command("list")
def list_instances(*, json: Json = False) -> None:
    """List the instances."""
    from edm.cli import looking

    looking.list_instances(json=json)


@app.command()
def show(name: Name, *, json: Json = False) -> None:
    """Show an instance: what serves, and where."""
    from edm.cli import looking

    looking.show(name, json=json)


@app.command()
def logs(
    name: Name,
    *,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with new lines as they come.")
    ] = False,
    lines: Annotated[
        str, typer.Option("--lines", "-n", metavar="N", help="How many of the last lines.")
    ] = "100",
    json: Json = False,
) -> None:
    """Print the log of an instance's server."""
    from edm.cli import looking

    if not (lines.isascii() and lines.isdigit()):
        raise typer.BadParameter("Give a number.", param_hint="--lines")
    looking.logs(name, lines, follow=follow, json=json)


@app.command()
def releases(name: Name, *, json: Json = False) -> None:
    """List an instance's releases, newest first."""
    from edm.cli import looking

    looking.releases(name, json=json)


@app.command()
def events(
    name: Annotated[
        str,
        typer.Argument(
            help="Only this instance's.",
            show_default=False,
            autocompletion=completing.instances,
        ),
    ] = "",
    *,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what happens as it does.")
    ] = False,
    json: Json = False,
) -> None:
    """Show what happened, and who did it, oldest first."""
    from edm.cli import looking

    looking.events(name, follow=follow, json=json)


@app.command("open")
def open_documentation(name: Name, *, json: Json = False) -> None:
    """Open an instance's documentation in the browser."""
    from edm.cli import looking

    looking.open_documentation(name, json=json)
