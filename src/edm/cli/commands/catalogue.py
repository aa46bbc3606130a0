"""Commands about what is served, and where.

Each imports what it needs when it runs, so that none waits for another's modules.
"""
# ruff: noqa: PLC0415

from edm.cli.app import Json, app


@app.command(short_help="List what is served, for other programs.")
def services(*, json: Json = False) -> None:
    """List what is served: the catalogue for other programs to find services in."""
    from edm.cli import looking

    looking.services(json=json)


@app.command()
def workers(*, json: Json = False) -> None:
    """List the machines that run instances."""
    from edm.cli import looking

    looking.workers(json=json)
