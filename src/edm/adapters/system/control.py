"""One control plane per home: which process it is, where it is, and how it ends.

The home's lock is held for as long as a control plane runs, and has the process that holds it.
Where it is reached is announced beside it, once it can be.
"""

import asyncio
import fcntl
import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO

from edm.adapters.system import processes
from edm.adapters.system.files import write_whole
from edm.adapters.system.processes import Process
from edm.ports.errors import Broken, DeadlinePassed
from edm.settings import Settings, chosen

_LOOKS = 25
_PAUSE = 0.02
"""Seconds between two looks at whether a control plane has ended: it is not our child."""


@dataclass(frozen=True, slots=True)
class Running:
    """Where and as which process a control plane runs: the home's ``platform.json``.

    ``local_url`` is where this machine reaches it, whatever names and certificates there are.
    ``pid`` is 0 in what an earlier control plane left, while the next one is not ready yet.
    """

    url: str
    home: str
    runtime: str
    pid: int
    port: int
    ingress_port: int
    version: str
    local_url: str = ""


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Be the only control plane of a home while inside. The lock ends with the process.

    Raises:
        Broken: Another one has it.
    """
    with _lock_file(settings).open("a") as lock:
        if not _lock(lock.fileno()):
            raise Broken(
                f"A control plane runs on {settings.home} already. `edm status` shows it; "
                "`edm down` stops it."
            )
        _withdraw(settings)
        _sign(lock)
        yield


def locked(settings: Settings) -> bool:
    """Return whether a control plane runs on a home."""
    try:
        with _lock_file(settings).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def announce(settings: Settings, running: Running) -> None:
    """Write where the control plane is, for the command line to find it."""
    write_whole(settings.platform_file, (json.dumps(asdict(running), indent=2) + "\n").encode())


def keep(settings: Settings) -> None:
    """Have the home know what it is started with, for the next start and for who asks.

    Raises:
        OSError: It cannot be written.
    """
    text = json.dumps(chosen(settings), indent=2) + "\n"
    write_whole(settings.settings_file, text.encode(), mode=0o600, durable=True)


def last(settings: Settings) -> Running | None:
    """Return what the last control plane of a home announced; it may have ended since."""
    try:
        return Running(**json.loads(settings.platform_file.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def running(settings: Settings) -> Running | None:
    """Return where the control plane of a home is; None if none runs, or is not ready yet."""
    found, holder = last(settings), _holder(settings)
    if found is None or holder is None or holder.pid != found.pid:
        return None
    return found


async def stop_control(settings: Settings, deadline: float) -> bool:
    """Stop the control plane of a home, also one that only starts; return whether one ran.

    Raises:
        DeadlinePassed: It did not end in time.
    """
    told: Process | None = None
    try:
        async with asyncio.timeout(deadline):
            while locked(settings):
                if told is None and (told := _holder(settings)) is not None:
                    processes.send(told, signal.SIGTERM)
                await asyncio.sleep(_PAUSE)
    except TimeoutError:
        who = f"process {told.pid}" if told else "its process is not known"
        raise DeadlinePassed(
            f"The control plane ({who}) did not end within {deadline:g} s. "
            f"Look at {settings.log_file}, or end it with kill."
        ) from None
    return told is not None


def _lock_file(settings: Settings) -> Path:
    return settings.home / "control.lock"


def _lock(descriptor: int) -> bool:
    """Take the lock; who only looks whether it is taken holds it for a moment too."""
    for _ in range(_LOOKS):
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(_PAUSE)
    return False


def _sign(lock: IO[str]) -> None:
    """Say in the lock who holds it."""
    lock.truncate(0)
    lock.write(json.dumps(asdict(processes.this())))
    lock.flush()


def _holder(settings: Settings) -> Process | None:
    """Return who holds a home's lock; None if nobody does, or has not said so yet.

    What an earlier holder has left there is told by its start time from who has its id now.
    """
    if not locked(settings):
        return None
    try:
        holder = Process(**json.loads(_lock_file(settings).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    return holder if processes.alive(holder) else None


def _withdraw(settings: Settings) -> None:
    """Take back that an earlier control plane runs; which ports it had stays known."""
    if (before := last(settings)) is not None:
        announce(settings, replace(before, pid=0))
