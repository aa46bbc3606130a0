"""Commands about an instance's repository.

Each imports what it needs when it runs, so that none waits for another's modules.
"""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from edm.cli.app import Json, Name, app, mirror_app


@app.command()
def clone(
    name: Name,
    directory: Annotated[
        str,
        typer.Argument(
            metavar="DIR", help="Where; by default a directory of that name.", show_default=False
        ),
    ] = "",
    *,
    json: Json = False,
) -> None:
    """Clone an instance's repository with git.

    The clone can fetch and push as long as this user has a token; it keeps none itself.
    """
    from edm.cli import cloning

    cloning.clone(name, directory, json=json)


@app.command("git-credential", hidden=True)
def git_credential(
    operation: Annotated[str, typer.Argument(help="get, store or erase, as git says.")],
    *,
    home: Annotated[str, typer.Option(help="The home whose token is meant.")] = "",
) -> None:
    """Tell git the token of the control plane that it asks about."""
    from edm.cli import cloning

    cloning.answer(operation, home)


@mirror_app.command("set")
def set_mirror(
    name: Name,
    url: Annotated[str, typer.Argument(metavar="URL", help="The repository there, by https.")],
    *,
    username: Annotated[
        str,
        typer.Option("--username", metavar="USER", help="The user there, where one is asked for."),
    ] = "git",
    secret_stdin: Annotated[
        bool, typer.Option("--secret-stdin", help="Read the secret from stdin instead of asking.")
    ] = False,
    json: Json = False,
) -> None:
    """Push an instance's repository to a forge as well, from now on.

    Asks for a token of that forge, which is kept encrypted.
    """
    from edm.cli import mirroring

    mirroring.set_mirror(name, url, username, piped=secret_stdin, json=json)


@mirror_app.command("show")
def show_mirror(name: Name, *, json: Json = False) -> None:
    """Show where a repository is pushed to, and how that went."""
    from edm.cli import mirroring

    mirroring.show_mirror(name, json=json)


@mirror_app.command("remove")
def remove_mirror(name: Name, *, json: Json = False) -> None:
    """Push there no more, and forget the secret."""
    from edm.cli import mirroring

    mirroring.remove_mirror(name, json=json)


@mirror_app.command("renew-key")
def renew_key(*, json: Json = False) -> None:
    """Encrypt the credentials of all mirrors with a new key, for administrators.

    The forges' tokens stay as they are; the old key is destroyed.
    """
    from edm.cli import mirroring

    mirroring.renew_key(json=json)
