"""The application: what every command shares."""

from typing import Annotated

import typer

from edm.cli import completing

# Plain help: Rich's takes longer to import than every other part of most commands.
app = typer.Typer(
    name="edm",
    help="Turn a UML class diagram into a running REST API.",
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _group(name: str, about: str) -> typer.Typer:
    group = typer.Typer(
        name=name,
        help=about,
        rich_markup_mode=None,
        no_args_is_help=True,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.add_typer(group)
    return group


Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
"""The option that every command has."""

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="The instance's name.", autocompletion=completing.instances
    ),
]
"""The argument of the commands that work on one instance."""

Access = Annotated[
    str,
    typer.Option(
        "--access",
        metavar="ACCESS",
        help="Who may call it without its key: public (all), read-public (readers), private"
        " (nobody). At first private, later as it is.",
        show_default=False,
        autocompletion=completing.accesses,
    ),
]
"""The option that says who may call an instance."""

NoWait = Annotated[
    bool,
    typer.Option("--no-wait", help="Do not wait for another operation under way: be refused."),
]
"""The option of the commands that begin an operation."""

key_app = _group("key", "An instance's API key.")
mirror_app = _group("mirror", "The forge that an instance's repository is pushed to.")
token_app = _group("token", "Tokens to use the control plane with.")
user_app = _group("user", "Who may use the control plane.")
completion_app = _group("completion", "What the shell offers when Tab is pressed.")


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - slow to import

        typer.echo(f"edm {version('edm')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass
