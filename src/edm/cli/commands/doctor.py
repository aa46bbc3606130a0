"""Commands that look after the platform: its health, and its start with the machine."""
# ruff: noqa: PLC0415 - each imports what it needs when it runs

from typing import Annotated

import typer

from edm.cli.app import Json, app
from edm.cli.commands.options import Bind, Domain, HttpPort, IngressPort, Port, Tls
from edm.cli.commands.platform import Home

service = typer.Typer(help="Have the platform start with the machine.", no_args_is_help=True)
app.add_typer(service, name="service")

User = Annotated[bool, typer.Option("--user", help="As a service of this user.")]
System = Annotated[bool, typer.Option("--system", help="As a service of the machine; for root.")]


@app.command(short_help="Examine the machine and the platform.")
def doctor(
    *,
    home: Home = "",
    fix: Annotated[
        bool, typer.Option("--fix", help="Put right what harms nobody. Data is never touched.")
    ] = False,
    json: Json = False,
) -> None:
    """Examine the machine and the platform, up or down; say what to do about what is found."""
    from edm.cli import examining, standing

    examining.doctor(standing.of_home(home), fix=fix, json=json)


@service.command("install")
def install(
    *,
    home: Home = "",
    user: User = False,
    system: System = False,
    uninstall: Annotated[
        bool, typer.Option("--uninstall", help="Remove the service; instances go on.")
    ] = False,
    port: Port = "",
    ingress_port: IngressPort = "",
    http_port: HttpPort = "",
    domain: Domain = "",
    bind: Bind = "",
    tls: Tls = "",
    json: Json = False,
) -> None:
    """Write the service that starts the platform with the machine, and start it.

    By default root makes a service of the machine, and everybody else one of their own.
    """
    from edm.cli import serving, standing

    options = {"port": port, "ingress_port": ingress_port, "http_port": http_port}
    settings = standing.settings(home, **options, domain=domain, bind=bind, tls=tls)
    unit = serving.chosen(settings, user=user, system=system)
    if uninstall:
        serving.uninstall(unit, json=json)
    else:
        serving.install(settings, unit, json=json)


@service.command("status")
def service_status(
    *, home: Home = "", user: User = False, system: System = False, json: Json = False
) -> None:
    """Show whether the service is there, and whether it runs."""
    from edm.cli import serving, standing

    settings = standing.of_home(home)
    serving.status(serving.chosen(settings, user=user, system=system), json=json)
