"""Commands on model files, without a platform: ``check`` and ``generate``.

Each imports what it needs when it runs, so that none waits for another's modules.
"""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from edm.cli import completing
from edm.cli.app import Json, Name, app

ModelArgument = Annotated[
    str, typer.Argument(help="The file your UML tool exported; - for stdin.", show_default=False)
]


@app.command()
def check(file: ModelArgument, *, json: Json = False) -> None:
    """Show what is understood of a model, and what is not.

    Exits with 1 if the file cannot be used as it is.
    """
    from edm.cli import modelling

    modelling.check(file, json=json)


@app.command()
def generate(
    file: ModelArgument,
    *,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="DIR", help="Where to write it.")
    ],
    force: Annotated[
        bool,
        typer.Option("--force", help="Write into a directory that has files; keep the others."),
    ] = False,
    json: Json = False,
) -> None:
    """Write the server's source, without a platform."""
    from edm.cli import modelling

    modelling.generate(file, output, force=force, json=json)


@app.command(short_help="Print the model of what serves as a diagram's text.")
def export(
    name: Name,
    *,
    notation: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="FORMAT",
            help="plantuml, which can be edited and deployed again, or mermaid, to be shown.",
            autocompletion=completing.notations,
        ),
    ] = "plantuml",
    json: Json = False,
) -> None:
    """Print the model of the release that serves, as the text of a diagram."""
    from edm.cli import looking

    if notation not in completing.NOTATIONS:
        raise typer.BadParameter("Use plantuml or mermaid.", param_hint="--as")
    looking.export(name, notation, json=json)
