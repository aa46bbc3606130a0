"""Commands about who one is: logging in, tokens, users.

Each imports what it needs when it runs, so that none waits for another's modules.
"""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from edm.cli import completing
from edm.cli.app import Json, app, token_app, user_app

_Url = typer.Argument(
    metavar="URL",
    help="The control plane; by default the one that commands go to anyway.",
    show_default=False,
)
_UserName = typer.Argument(metavar="USER", help="The user's name.")


@app.command(short_help="Keep a token for a control plane, and go there.")
def login(
    url: Annotated[str, _Url] = "",
    *,
    token_stdin: Annotated[
        bool, typer.Option("--token-stdin", help="Read the token from stdin instead of asking.")
    ] = False,
    json: Json = False,
) -> None:
    """Keep a token for a control plane, and have commands go there from now on."""
    from edm.cli import accounts

    accounts.login(url, piped=token_stdin, json=json)


@app.command()
def logout(url: Annotated[str, _Url] = "", *, json: Json = False) -> None:
    """Forget the token for a control plane. The token stays valid: revoke it to end it."""
    from edm.cli import accounts

    accounts.logout(url, json=json)


@token_app.command("create")
def create_token(
    name: Annotated[str, typer.Argument(help="What it is called: where it is used, say.")],
    *,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope",
            metavar="SCOPE",
            help="What it is for: read, write or admin; again for more. By default all that the"
            " token has which makes it.",
            show_default=False,
            autocompletion=completing.scopes,
        ),
    ] = None,
    user: Annotated[
        str,
        typer.Option(
            "--user",
            metavar="USER",
            help="Whose it is to be, which administrators may say. By default your own.",
            show_default=False,
        ),
    ] = "",
    expires: Annotated[
        str,
        typer.Option(
            "--expires",
            metavar="TIME",
            help="How long it is valid: 90d, 12h, or never.",
            show_default=False,
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Make a token and show it, once."""
    from edm.cli import accounts, wishes

    wishes.check_scopes(scope or [])
    lasting = wishes.seconds(expires, "--expires") if expires else None
    accounts.create_token(name, user, scope or [], lasting, json=json)


@token_app.command("list")
def list_tokens(*, json: Json = False) -> None:
    """List the tokens: what each is for, until when, when it was used last."""
    from edm.cli import accounts

    accounts.list_tokens(json=json)


@token_app.command("revoke")
def revoke_token(
    token: Annotated[str, typer.Argument(help="Its number, as `edm token list` shows it.")],
    *,
    json: Json = False,
) -> None:
    """End a token at once."""
    from edm.cli import accounts

    accounts.revoke_token(token, json=json)


@user_app.command("add")
def add_user(
    name: Annotated[str, _UserName],
    *,
    admin: Annotated[
        bool, typer.Option("--admin", help="Have them see and change what everybody has.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a user, and show a first token for them, once."""
    from edm.cli import accounts

    accounts.add_user(name, admin=admin, json=json)


@user_app.command("list")
def list_users(*, json: Json = False) -> None:
    """List the users."""
    from edm.cli import accounts

    accounts.list_users(json=json)


@user_app.command("remove")
def remove_user(name: Annotated[str, _UserName], *, json: Json = False) -> None:
    """Remove a user; their tokens end at once. Their instances are to be deleted before."""
    from edm.cli import accounts

    accounts.remove_user(name, json=json)
