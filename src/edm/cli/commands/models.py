"""Commands on model files, without a platform: ``check`` and ``generate``."""

from typing import Annotated

import typer

from edm.cli.app import Json, app

ModelArgument = Annotated[
    str, typer.Argument(help="The file your UML tool exported; - for stdin.")
]


@app.command()
def check(file: ModelArgument, *, json: Json = False) -> None:
    """Show what is understood of a model, and what is not.

    Exits with 1 if the file cannot be used as it is.
    """
    from edm.cli import offline, understood  # noqa: PLC0415 - slow to import
    from edm.cli.files import read_model  # noqa: PLC0415 - as above
    from edm.cli.talk import put_json  # noqa: PLC0415 - as above

    model_file = read_model(file)
    report = offline.understand(model_file)
    if json:
        put_json(offline.as_json(report))
    else:
        understood.put_report(report, model_file.name)
    if report.model is None:
        raise typer.Exit(1)


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
