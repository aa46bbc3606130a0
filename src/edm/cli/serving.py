"""The service that starts the platform with the machine: written, started, shown, removed."""

import asyncio
import getpass
import os
import shlex

from edm.adapters.system import control, units
from edm.adapters.system.commands import Finished, run
from edm.adapters.system.units import Service
from edm.cli import choosing
from edm.cli.failure import Failure
from edm.cli.talk import put, put_json, say
from edm.settings import Settings

_SECONDS = 120.0
"""What the manager may take to start or stop it."""


def chosen(settings: Settings, *, user: bool, system: bool) -> Service:
    """Return the unit that is meant: the machine's for root unless said otherwise.

    Raises:
        Failure: Both were asked for, or the machine's by an ordinary user.
    """
    if user and system:
        raise Failure("--user and --system exclude each other.", "Leave one of them out.")
    root = os.geteuid() == 0
    if system and not root:
        raise Failure("Only root makes a service of the machine.", "Run it as root, or use --user.")
    return units.service(settings, system=system or (root and not user))


def install(settings: Settings, unit: Service, *, json: bool) -> None:
    """Write a unit and start it; without a running manager say what is to be run."""
    with choosing.kept(settings):
        _write(settings, unit, json=json)


def _write(settings: Settings, unit: Service, *, json: bool) -> None:
    units.write(unit, units.text(settings, system=unit.system))
    steps = (("daemon-reload",), ("enable", "--now", "--", unit.name))
    say(f"Wrote {unit.path}.")
    started = units.managed() and _take_over(settings, unit, steps)
    if json:
        put_json({"unit": str(unit.path), "system": unit.system, "started": started})
    elif started:
        put(f"{unit.name} runs, and will with the machine.")
    else:
        put("No service manager answers here. Where one does, run:")
        for step in steps:
            put(f"  {shlex.join((*unit.manager, *step))}")
    if not unit.system:
        who = shlex.quote(getpass.getuser())
        say(f"-> For it to run while you are not logged in: loginctl enable-linger {who}")


def uninstall(unit: Service, *, json: bool) -> None:
    """Stop the service and remove its unit. The proxy and the instances go on."""
    there = unit.path.is_file()
    if there and units.managed():
        _manage(unit, ("disable", "--now", "--", unit.name))
    unit.path.unlink(missing_ok=True)
    if there and units.managed():
        _manage(unit, ("daemon-reload",))
    if json:
        put_json({"unit": str(unit.path), "removed": there})
    else:
        put(f"Removed {unit.path}." if there else "No service was installed.")
    say("-> Instances that run go on; `edm down` stops them.")


def status(unit: Service, *, json: bool) -> None:
    """Print whether a unit is there and runs."""
    there, state = unit.path.is_file(), "unknown"
    if there and units.managed():
        done = _manage(unit, ("is-active", "--", unit.name))
        state = done.output.decode(errors="replace").strip() or state
    if json:
        put_json({"unit": str(unit.path), "installed": there, "state": state})
    else:
        put(f"{unit.path}: {state}" if there else "No service is installed.")


def _take_over(settings: Settings, unit: Service, steps: tuple[tuple[str, ...], ...]) -> bool:
    """Have the manager start the control plane in the place of one that runs already."""
    if _manage(unit, steps[0]).code != 0:
        return False
    asyncio.run(control.stop_control(settings, settings.deadlines.stop))
    done = _manage(unit, steps[1])
    if done.code != 0:
        raise Failure(
            f"{unit.name} did not start: {done.errors.strip()}",
            f"Its log is {settings.log_file}; `edm service install --uninstall` removes it.",
        )
    return True


def _manage(unit: Service, step: tuple[str, ...]) -> Finished:
    return asyncio.run(run(*unit.manager, *step, env=units.environment(), deadline=_SECONDS))
