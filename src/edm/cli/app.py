"""The application: what every command shares."""

from typing import Annotated

import typer

# Plain help: Rich's takes longer to import than every other part of most commands.
app = typer.Typer(
    name="edm",
    help="Turn a UML class diagram into a running REST API.",
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
"""The option that every command has."""

Name = Annotated[str, typer.Argument(help="The instance's name.")]
"""The argument of the commands that work on one instance."""


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
