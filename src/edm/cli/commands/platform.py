"""Commands on the platform itself.

Each imports what it needs when it runs, so that none waits for another's modules.
"""
# ruff: noqa: PLC0415

from typing import Annotated, Any

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


def _option(metavar: str, help_text: str) -> Any:  # noqa: ANN401 - Typer's own type
    return typer.Option(metavar=metavar, help=help_text, show_default=False)


@app.command()
def up(
    *,
    home: Home = "",
    port: Annotated[
        str,
        _option("N", "Port of the control plane; the next free one if taken. By default 8000."),
    ] = "",
    ingress_port: Annotated[
        str,
        _option(
            "N",
            "Port of the instances; the next free one if taken. By default 8080; 443 and no other "
            "with certificates.",
        ),
    ] = "",
    http_port: Annotated[
        str,
        _option("N", "Port that sends plain requests to the one with certificates. By default 80."),
    ] = "",
    domain: Annotated[
        str,
        _option("NAME", "Serve at NAME.<domain>, the control plane at edm.<domain>, by HTTPS."),
    ] = "",
    bind: Annotated[
        str,
        _option("ADDRESS", "Address to serve at: 0.0.0.0 or :: for all. By default this machine."),
    ] = "",
    tls: Annotated[
        str,
        _option("HOW", "Certificates of a domain: auto, internal (the proxy's own) or off."),
    ] = "",
    runtime: Annotated[str, _option("NAME", "What runs instances. By default process.")] = "",
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

    standing.down(standing.settings(home), json=json)


@app.command()
def status(*, home: Home = "", json: Json = False) -> None:
    """Show whether the platform runs, and where."""
    from edm.cli import standing

    standing.status(standing.settings(home), json=json)
