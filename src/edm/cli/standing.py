"""Starting, stopping and showing the platform of a home."""

import asyncio
import os
import select
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict

import typer

from edm.adapters.system.control import Running, running
from edm.cli import choosing, starting
from edm.cli.client import Client
from edm.cli.failure import Failure
from edm.cli.nearby import or_elsewhere
from edm.cli.remarks import counted
from edm.cli.talk import put, put_json, put_table, say
from edm.cli.target import find
from edm.settings import Settings, from_environment
from edm.settings import of_home as settings_of

_END_SECONDS = 10.0
"""How long the control plane may take to end once it has let go of everything."""


def settings(home: str = "", **options: str) -> Settings:
    """Return the settings of the next start: what the command says, else the environment.

    What neither says is as at the last start, or by default.
    """
    given = {"home": home} | options
    return from_environment(os.environ, **{name: text for name, text in given.items() if text})


def of_home(home: str = "") -> Settings:
    """Return the settings the platform of a home was started with."""
    return settings_of(os.environ, home=home or None)


def replace_by_control_plane(settings: Settings) -> None:
    """Become the control plane, so that signals reach it as they reach any program."""
    if _running(settings) is None:
        # Who finds another one in its place ends, and has changed nothing of it.
        choosing.note(settings)
    sys.stdout.flush()
    command = (*starting.COMMAND, starting.FOREGROUND)
    os.execve(sys.executable, command, starting.environment(settings))  # noqa: S606 - ours


def up(settings: Settings, *, json: bool) -> None:
    """Start the platform unless it runs, and print where it is."""
    found = _running(settings)
    if found is None:
        with choosing.kept(settings):
            found = starting.start(settings)
        _say_moved("control plane", settings.port, found.port)
        _say_moved("instances", settings.ingress_port, found.ingress_port)
    else:
        _refuse_other_domain(settings, found)
        choosing.refuse_changes(settings, found)
        say("The platform runs already.")
        # All of it: who asks for a platform wants its instances to be reached.
        Client(find(starting.environment(settings))).post("/ingress")
    if json:
        put_json(asdict(found))
        return
    put(f"Control plane:  {found.url}")
    put(f"Instances:      {_instances(settings, found)}")
    put(f"Home:           {found.home}")


def down(settings: Settings, *, json: bool) -> None:
    """Stop the control plane, the proxy and all instances of a home."""
    found = _running(settings)
    with _awaited_end(found):
        # Also without a control plane: the proxy and instances may have outlived one.
        stopped = _stop(settings) if settings.home.is_dir() else 0
    if json:
        ran = found is not None
        put_json({"home": str(settings.home), "control_plane": ran, "instances": stopped})
    else:
        ran_here = found or stopped
        ended = f"Stopped, with {counted(stopped, 'instance')}." if stopped else "Stopped."
        put(ended if ran_here else "No platform ran.")


def status(settings: Settings, *, json: bool) -> None:
    """Print where the platform is and what it serves.

    Raises:
        typer.Exit: None runs.
    """
    if "EDM_URL" not in os.environ and _running(settings) is None:
        say(f"No platform runs in {settings.home}.")
        hint = or_elsewhere("Start one with `edm up`.")
        say(f"-> {hint}")
        if json:
            put_json({"home": str(settings.home), "state": "down"})
        raise typer.Exit(1)
    found = Client(find(os.environ | {"EDM_HOME": str(settings.home)})).get("/status")
    if json:
        put_json(found | {"state": "up"})
    else:
        put_table(("what", "value"), [(name, found[name]) for name in found])


def _refuse_other_domain(settings: Settings, found: Running) -> None:
    if settings.secure and f"//edm.{settings.domain}" not in found.url:
        raise Failure(
            f"The platform runs already, and not at {settings.domain}.",
            "`edm down` first, then start it so.",
        )


def _instances(settings: Settings, found: Running) -> str:
    if not settings.secure:
        return f"http://NAME.{settings.domain}:{found.ingress_port}/"
    # Said by the control plane, which may run with other settings than these.
    return found.url.replace("//edm.", "//NAME.", 1) + "/"


def _running(settings: Settings) -> Running | None:
    try:
        return running(settings)
    except OSError:
        # Whatever is there is no home of ours, so nothing of ours runs on it.
        return None


def _stop(settings: Settings) -> int:
    from edm.wiring.platform import stop_platform  # noqa: PLC0415 - slow to import, and used here only

    return asyncio.run(stop_platform(settings))


@contextmanager
def _awaited_end(found: Running | None) -> Iterator[None]:
    """Wait at the end until the process is gone: its lock goes a moment earlier."""
    with ExitStack() as stack:
        process = -1
        if found is not None:
            with suppress(ProcessLookupError):
                process = os.pidfd_open(found.pid)
                stack.callback(os.close, process)
        yield
        if process != -1:
            select.select([process], [], [], _END_SECONDS)


def _say_moved(what: str, wanted: int, got: int) -> None:
    if got != wanted:
        say(f"Port {wanted} is taken: the {what} will be at port {got}.")
