"""Commands that change an instance and wait until that is done.

Each imports what it needs when it runs, so that none waits for another's modules.
"""
# ruff: noqa: PLC0415

from typing import Annotated, Any

import typer

from edm.cli import completing
from edm.cli.app import Access, Json, Name, NoWait, app, key_app

_SleepAfter = typer.Option(
    "--sleep-after",
    metavar="TIME",
    help="How long without a request until it sleeps: seconds, or 15m, 2h, 1d; or never.",
    show_default=False,
)
_Origins = typer.Option(
    "--origin",
    metavar="URL",
    help="A web page's origin that may call a private instance, as https://shop.example.org;"
    " again for more. They take the place of those before; none for none.",
    show_default=False,
)


@app.command()
def start(name: Name, *, no_wait: NoWait = False, json: Json = False) -> None:
    """Start a stopped or sleeping instance."""
    from edm.cli import acting

    acting.act(name, "start", wait=not no_wait, json=json)


@app.command()
def stop(name: Name, *, no_wait: NoWait = False, json: Json = False) -> None:
    """Stop an instance; it answers 503 from then on."""
    from edm.cli import acting

    acting.act(name, "stop", wait=not no_wait, json=json)


@app.command(short_help="Start an instance anew, beside what runs.")
def restart(name: Name, *, no_wait: NoWait = False, json: Json = False) -> None:
    """Start an instance anew, beside what runs; no request is refused meanwhile."""
    from edm.cli import acting

    acting.act(name, "restart", wait=not no_wait, json=json)


@app.command()
def sleep(name: Name, *, no_wait: NoWait = False, json: Json = False) -> None:
    """Put an instance to sleep; the next request wakes it."""
    from edm.cli import acting

    acting.act(name, "sleep", wait=not no_wait, json=json)


@app.command()
def rollback(
    name: Name,
    release: Annotated[
        str,
        typer.Argument(
            help="Number of the release; by default the one before what runs.",
            show_default=False,
            autocompletion=completing.releases,
        ),
    ] = "",
    *,
    no_wait: NoWait = False,
    json: Json = False,
) -> None:
    """Have an earlier release serve again. The data stays as it is."""
    from edm.cli import acting

    if release and not (release.isascii() and release.isdigit() and int(release) > 0):
        raise typer.BadParameter("Give a release's number, as `edm releases` lists them.")
    acting.roll_back(name, int(release) if release else None, wait=not no_wait, json=json)


@app.command("set", short_help="Change who may call an instance, and when it sleeps.")
def configure(
    name: Name,
    *,
    access: Access = "",
    sleep_after: Annotated[str, _SleepAfter] = "",
    origin: Annotated[list[str] | None, _Origins] = None,
    no_wait: NoWait = False,
    json: Json = False,
) -> None:
    """Change how an instance is served: to whom, when it sleeps, to which web pages.

    What is left out stays as it is.
    """
    from edm.cli import acting, wishes

    acting.configure(
        name,
        _changes(wishes.changes(access, sleep_after, origin or ())),
        wait=not no_wait,
        json=json,
    )


@key_app.command("rotate")
def rotate_key(name: Name, *, no_wait: NoWait = False, json: Json = False) -> None:
    """Make a new API key for an instance and show it, once; the old one ends."""
    from edm.cli import acting

    acting.rotate_key(name, wait=not no_wait, json=json)


@app.command(short_help="Cancel what is under way on an instance.")
def cancel(
    what: Annotated[
        str,
        typer.Argument(
            metavar="NAME|OPERATION",
            help="The instance whose operation is under way, or the operation's id.",
            autocompletion=completing.instances,
        ),
    ],
    *,
    json: Json = False,
) -> None:
    """Cancel what is under way on an instance; what served before goes on serving."""
    from edm.cli import acting

    acting.cancel(what, json=json)


@app.command()
def delete(
    name: Name,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    no_wait: NoWait = False,
    json: Json = False,
) -> None:
    """Delete an instance for ever.

    With its repository, its releases and its data. Asks first, unless --yes is given.
    """
    from edm.cli import acting

    acting.delete(name, sure=yes, wait=not no_wait, json=json)


def _changes(wished: dict[str, Any]) -> dict[str, Any]:
    if not wished:
        raise typer.BadParameter("Say what to change: --access, --sleep-after or --origin.")
    return wished
