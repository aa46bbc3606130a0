"""Commands on the platform itself.

Each imports what it needs when it runs, so that none waits for another's modules.
"""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from edm.cli.app import Json, app

Home = Annotated[
    str,
    typer.Option(
        "--home",
        metavar="DIR",
        help="Where the platform keeps all it has; by default EDM_HOME, or ~/.edm.",
        show_default=False,
    ),
]


@app.command()
def up(
    *,
    home: Home = "",
    port: Annotated[
        str,
        typer.Option(
            metavar="N",
            help="Port of the control plane; the next free one if taken. By default 8000.",
            show_default=False,
        ),
    ] = "",
    ingress_port: Annotated[
        str,
        typer.Option(
            metavar="N",
            help="Port of the instances; the next free one if taken. By default 8080.",
            show_default=False,
        ),
    ] = "",
    runtime: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="What runs instances. By default process.", show_default=False
        ),
    ] = "",
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Stay, and log to the terminal.")
    ] = False,
    json: Json = False,
) -> None:
    """Start the platform, and what ran on it."""
    from edm.cli import standing

    settings = standing.settings(home, port, ingress_port, runtime)
    if foreground:
        standing.replace_by_control_plane(settings)
    standing.up(settings, json=json)


@app.command()
def down(*, home: Home = "", json: Json = False) -> None:
    """Stop the platform, and what runs on it. All data stays."""
    from edm.cli import standing

    standing.down(standing.settings(home), json=json)


@app.command()
def status(*, home: Home = "", json: Json = False) -> None:
    """Show whether the platform runs, and where."""
    from edm.cli import standing

    standing.status(standing.settings(home), json=json)
