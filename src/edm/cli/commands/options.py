"""Options that several commands on the platform share."""

from typing import Annotated, Any

import typer


def option(metavar: str, help_text: str) -> Any:  # noqa: ANN401 - Typer's own type
    """Return an option with a value, whose default its help tells."""
    return typer.Option(metavar=metavar, help=help_text, show_default=False)


Port = Annotated[
    str, option("N", "Port of the control plane; the next free one if taken. By default 8000.")
]
IngressPort = Annotated[
    str,
    option(
        "N",
        "Port of the instances; the next free one if taken. By default 8080; 443 and no other "
        "with certificates.",
    ),
]
HttpPort = Annotated[
    str, option("N", "Port that sends plain requests to the one with certificates. By default 80.")
]
Domain = Annotated[
    str, option("NAME", "Serve at NAME.<domain>, the control plane at edm.<domain>, by HTTPS.")
]
Bind = Annotated[
    str, option("ADDRESS", "Address to serve at: 0.0.0.0 or :: for all. By default this machine.")
]
Tls = Annotated[
    str, option("HOW", "Certificates of a domain: auto, internal (the proxy's own) or off.")
]
