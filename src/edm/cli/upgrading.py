"""Replacing what runs by what is installed, while instances go on serving."""

import asyncio
import time
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path

from edm.adapters.system import units
from edm.adapters.system.control import Running, running, stop_control
from edm.cli import starting
from edm.cli.client import Client
from edm.cli.failure import Failure
from edm.cli.talk import put, put_json, say
from edm.cli.target import find
from edm.settings import Settings

_SERVICE_SECONDS = 60.0
"""How long systemd may take to start the control plane anew."""

_PAUSE = 0.05


def upgrade(settings: Settings, *, json: bool) -> None:
    """Start the installed control plane in the place of the one that runs, with its settings.

    It takes over what it finds: instances and the proxy go on, the fork server is replaced.
    Requests to sleeping instances are told to come again while there is no control plane.

    Raises:
        Failure: No platform runs here, or the new control plane does not start.
    """
    before = running(settings)
    if before is None:
        raise Failure(f"No platform runs in {settings.home}.", "`edm up` starts what is installed.")
    # Where it is reached does not move, also where it had to take other ports than it wanted.
    kept = replace(settings, port=before.port, ingress_port=before.ingress_port)
    managed = _is_managed(before.pid, _unit(settings))
    say(f"{_told(before.version, version('edm'))}. Instances go on serving.")
    asyncio.run(stop_control(kept, kept.deadlines.stop))
    after = _awaited(kept, before) if managed else _started(kept)
    # The proxy too: it is started anew where the installed one is another.
    Client(find(starting.environment(kept))).post("/ingress")
    if json:
        put_json(asdict(after) | {"before": before.version})
    else:
        put(f"{after.version} runs at {after.url}")


def _started(settings: Settings) -> Running:
    try:
        return starting.start(settings)
    except Failure as failure:
        hint = f"Instances go on serving. {failure.hint} `edm up` tries again."
        raise Failure(str(failure), hint) from None


def _awaited(settings: Settings, before: Running) -> Running:
    deadline = time.monotonic() + _SERVICE_SECONDS
    while time.monotonic() < deadline:
        found = running(settings)
        if found is not None and found.pid != before.pid and starting.answers(found):
            return found
        time.sleep(_PAUSE)
    raise Failure(
        "systemd did not start the control plane anew. Instances go on serving.",
        f"`systemctl status {_unit(settings)}` says why, with --user for a service of your own.",
    )


def _told(before: str, after: str) -> str:
    return f"Starting {after} anew" if after == before else f"Replacing {before} by {after}"


def _unit(settings: Settings) -> str:
    return units.service(settings, system=True).name


def _is_managed(pid: int, unit: str) -> bool:
    """Return whether systemd started it, and so starts it anew when it ends."""
    try:
        groups = Path(f"/proc/{pid}/cgroup").read_text().split()
    except OSError:
        return False
    return any(group.endswith(f"/{unit}") for group in groups)
