"""Commands on instances, all through the control plane's REST API.

Each imports what it needs when it runs, so that none waits for another's modules.
"""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from edm.cli.app import Json, Name, app

_Access = typer.Option(
    "--access",
    metavar="ACCESS",
    help="Who may call it without its key: public (all), read-public (readers), private (nobody)."
    " At first private, later as it is.",
    show_default=False,
)


@app.command()
def deploy(
    file: Annotated[
        str,
        typer.Argument(
            help="The file your UML tool exported; - for stdin. Without one, the head of the"
            " repository's main branch is released.",
            show_default=False,
        ),
    ] = "",
    *,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="The instance's name.")],
    access: Annotated[str, _Access] = "",
    json: Json = False,
) -> None:
    """Publish a model and run it; or update what runs already."""
    from edm.cli import deploying

    if access not in {"", "public", "read-public", "private"}:
        raise typer.BadParameter("Use public, read-public or private.", param_hint="--access")
    deploying.deploy(file, name, access, json=json)


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
def start(name: Name, *, json: Json = False) -> None:
    """Start a stopped instance."""
    from edm.cli import acting

    acting.act(name, "start", json=json)


@app.command()
def stop(name: Name, *, json: Json = False) -> None:
    """Stop an instance; it answers 503 from then on."""
    from edm.cli import acting

    acting.act(name, "stop", json=json)


@app.command()
def restart(name: Name, *, json: Json = False) -> None:
    """Stop an instance and start it again."""
    from edm.cli import acting

    acting.act(name, "restart", json=json)


@app.command()
def delete(
    name: Name,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Delete an instance for ever.

    With its repository, its releases and its data. Asks first, unless --yes is given.
    """
    from edm.cli import acting

    acting.delete(name, sure=yes, json=json)


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
    name: Annotated[str, typer.Argument(help="Only this instance's.", show_default=False)] = "",
    *,
    json: Json = False,
) -> None:
    """Show what happened, and who did it, oldest first."""
    from edm.cli import looking

    looking.events(name, json=json)


@app.command("open")
def open_documentation(name: Name, *, json: Json = False) -> None:
    """Open an instance's documentation in the browser."""
    from edm.cli import looking

    looking.open_documentation(name, json=json)
