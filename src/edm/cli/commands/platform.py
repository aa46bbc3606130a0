"""Commands on the platform itself.

Each imports what it needs when it runs, so that none waits for another's modules.
"""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from edm.cli.app import Json, app
from edm.cli.commands.options import Bind, Domain, HttpPort, IngressPort, Port, Tls, option

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
    port: Port = "",
    ingress_port: IngressPort = "",
    http_port: HttpPort = "",
    domain: Domain = "",
    bind: Bind = "",
    tls: Tls = "",
    runtime: Annotated[str, option("NAME", "What runs instances. By default process.")] = "",
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Stay, and log to the terminal.")
    ] = False,
    json: Json = False,
) -> None:
    """Start the platform, and what ran on it."""
    from edm.cli import standing

    settings = standing.settings(
        home,
        port=port,
        ingress_port=ingress_port,
        http_port=http_port,
        domain=domain,
        bind=bind,
        tls=tls,
        runtime=runtime,
    )
    if foreground:
        standing.replace_by_control_plane(settings)
    standing.up(settings, json=json)


@app.command()
def down(*, home: Home = "", json: Json = False) -> None:
    """Stop the platform, and what runs on it. All data stays."""
    from edm.cli import standing

    standing.down(standing.of_home(home), json=json)


@app.command()
def status(*, home: Home = "", json: Json = False) -> None:
    """Show whether the platform runs, and where."""
    from edm.cli import standing

    standing.status(standing.of_home(home), json=json)
