"""The platform as a whole: one control plane per home, where it is, and how it ends."""

import asyncio
import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from edm.ports.errors import Broken, DeadlinePassed, EdmError
from edm.ports.ingress import Ingress
from edm.ports.runtime import Runtime
from edm.settings import Settings

VERSION = version("edm")
_LOOKS = 25
_PAUSE = 0.02
"""Seconds between two looks at whether a control plane has ended: it is not our child."""


@dataclass(frozen=True, slots=True)
class Running:
    """Where and as which process a control plane runs: the home's ``platform.json``."""

    url: str
    home: str
    runtime: str
    pid: int
    port: int
    ingress_port: int
    version: str


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Be the only control plane of a home while inside. The lock ends with the process.

    Raises:
        Broken: Another one has it.
    """
    with (settings.home / "control.lock").open("a") as lock:
        if not _lock(lock.fileno()):
            raise Broken(
                f"A control plane runs on {settings.home} already. `edm status` shows it; "
                "`edm down` stops it."
            )
        yield


def _lock(descriptor: int) -> bool:
    """Take the lock; who only looks whether it is taken holds it for a moment too."""
    for _ in range(_LOOKS):
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(_PAUSE)
    return False


def locked(settings: Settings) -> bool:
    """Return whether a control plane runs on a home."""
    try:
        with (settings.home / "control.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def announce(settings: Settings, running: Running) -> None:
    """Write where the control plane is, for the command line to find it."""
    part = settings.platform_file.with_suffix(".part")
    part.write_text(json.dumps(asdict(running), indent=2) + "\n", "utf-8")
    part.replace(settings.platform_file)


def last(settings: Settings) -> Running | None:
    """Return what the last control plane of a home announced; it may have ended since."""
    try:
        return Running(**json.loads(settings.platform_file.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def running(settings: Settings) -> Running | None:
    """Return where the control plane of a home is; None if none runs, or is not ready yet."""
    return last(settings) if locked(settings) else None


async def stop_control(settings: Settings, deadline: float) -> bool:
    """Stop the control plane of a home; return whether one ran.

    Raises:
        DeadlinePassed: It did not end in time.
    """
    found = running(settings)
    if found is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(found.pid, signal.SIGTERM)
    try:
        async with asyncio.timeout(deadline):
            while locked(settings):  # noqa: ASYNC110 - it is not our child to be waited for
                await asyncio.sleep(_PAUSE)
    except TimeoutError:
        raise DeadlinePassed(
            f"The control plane (process {found.pid}) did not end within {deadline:g} s. "
            f"Look at {settings.home}/control.log, or end it with kill."
        ) from None
    return True


async def stop_rest(runtime: Runtime, ingress: Ingress, settings: Settings) -> int:
    """Stop the proxy and all instances; return how many ran. What should run is remembered.

    Raises:
        EdmError: Some did not stop; the others did.
    """
    await ingress.stop(settings.deadlines.stop)
    owned = await runtime.owned()
    stops = (runtime.stop(one.handle.name, settings.deadlines.stop) for one in owned)
    results = await asyncio.gather(*stops, return_exceptions=True)
    failures = [str(result) for result in results if isinstance(result, BaseException)]
    if failures:
        raise EdmError("Not everything stopped: " + "; ".join(failures))
    if not locked(settings):
        _remove_empty(settings.run)
    return len(owned)


def _remove_empty(run: Path) -> None:
    """Remove the directories of sockets; what is in use has files, and stays."""
    for directory in (*run.glob("*/"), run):
        with suppress(OSError):
            directory.rmdir()
