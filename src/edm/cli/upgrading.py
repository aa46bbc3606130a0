"""Replacing what runs by what is installed, while instances go on serving."""

import asyncio
import os
import time
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from edm.adapters.system.control import Running, running, stop_control
from edm.cli import starting
from edm.cli.client import Client
from edm.cli.failure import Failure
from edm.cli.talk import put, put_json, say
from edm.cli.target import find
from edm.settings import Settings, from_environment

_UNIT = "edm.service"
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
    kept, managed = _settings_of(before), _is_managed(before.pid)
    say(f"Replacing {before.version} by {version('edm')}. Instances go on serving.")
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
        f"`systemctl status {_UNIT}` says why, with --user for a service of your own.",
    )


def _settings_of(found: Running) -> Settings:
    """Return the settings of a control plane, as it was told them, with the ports it has."""
    try:
        told = Path(f"/proc/{found.pid}/environ").read_bytes()
    except OSError as error:
        raise Failure(
            f"The control plane (process {found.pid}) is another user's: {error.strerror}.",
            "Upgrade as the user who runs it.",
        ) from None
    pairs = (os.fsdecode(pair).partition("=") for pair in told.split(b"\0"))
    environment = {name: value for name, _, value in pairs if name}
    ports = {"port": found.port, "ingress_port": found.ingress_port}
    return from_environment(environment, home=found.home, **ports)


def _is_managed(pid: int) -> bool:
    """Return whether systemd started it, and so starts it anew when it ends."""
    try:
        groups = Path(f"/proc/{pid}/cgroup").read_text().split()
    except OSError:
        return False
    return any(group.endswith(f"/{_UNIT}") for group in groups)
