"""What running instances use, looked at by the fork server from time to time."""

import os
import signal
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress

from edm.adapters.process import record
from edm.adapters.process.record import Life
from edm.adapters.system import processes
from edm.ports.runtime import Limits

_PAGE = os.sysconf("SC_PAGESIZE")
_MEBIBYTE = 1024 * 1024


def enforce(lives: Iterable[Life]) -> None:
    """End those that use more than they may, with all they have started, and note why."""
    everybody = sessions()
    for life in lives:
        over = excess(life, everybody.get(life.pid, ()))
        if over and life.alive:
            with suppress(ProcessLookupError):
                os.killpg(life.pid, signal.SIGKILL)
            # Killed first: on a full disk nothing can be noted. Who asks how it ended is answered
            # after this.
            with suppress(OSError):
                record.note(life.path, over=over)


def excess(most: Life | Limits, members: Iterable[tuple[int, int]]) -> str:
    """Return what a process and those it started use too much of; empty if of nothing.

    Args:
        most: What it may use.
        members: Process ids and resident bytes, its own included.
    """
    members = tuple(members)
    if len(members) > most.processes:
        return f"It started more than {most.processes} processes."
    # What forks share is counted by each of them here; it is weighed only where that is too much.
    if sum(resident for _, resident in members) <= most.memory:
        return ""
    weight = sum(processes.memory(pid) or 0 for pid, _ in members)
    if weight <= most.memory:
        return ""
    return f"It used more than {most.memory // _MEBIBYTE} MiB of memory."


def sessions() -> dict[int, list[tuple[int, int]]]:
    """Return the processes of the machine and their resident bytes, by session."""
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for entry in os.listdir("/proc"):  # noqa: PTH208 - thousands of names, several times a second
        if entry.isdigit():
            with suppress(OSError, IndexError):
                fields = _stat(f"/proc/{entry}/stat").rpartition(b")")[2].split()
                found[int(fields[3])].append((int(entry), int(fields[21]) * _PAGE))
    return found


def _stat(path: str) -> bytes:
    """Return the line the kernel has on a process, without the cost of a file object."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 1024)
    finally:
        os.close(descriptor)
