"""Processes told apart for sure: an id is used again, an id with its start time is not."""

import asyncio
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from edm.ports.errors import DeadlinePassed

KILL_DEADLINE = 5.0
"""Seconds a killed process has to end: it takes longer only while the kernel is stuck."""

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """One process of this machine, of all times.

    Attributes:
        pid: Process id.
        ticks: Start time as the kernel counts it.
        boot: Which boot of the machine it belongs to.
    """

    pid: int
    ticks: int
    boot: str


def allow_files() -> None:
    """Let this process have as many files open as the machine allows: each instance takes some."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def this() -> Process:
    """Return the process that runs this."""
    return Process(os.getpid(), ticks(os.getpid()) or 0, boot())


def alive(process: Process) -> bool:
    """Return whether a process still runs."""
    return process.boot == boot() and process.ticks == ticks(process.pid)


async def ended(process: Process) -> None:
    """Wait for the end of a process, however it comes."""
    try:
        descriptor = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return
    try:
        # Also of one that looks dead: its other threads may still have its files and ports.
        if process.boot == boot() and process.ticks == _started(process.pid):
            await _readable(descriptor)
    finally:
        os.close(descriptor)


async def killed(process: Process) -> None:
    """Wait for the end of a process that was killed.

    Raises:
        DeadlinePassed: It does not end.
    """
    try:
        async with asyncio.timeout(KILL_DEADLINE):
            await ended(process)
    except TimeoutError:
        raise DeadlinePassed(
            f"Process {process.pid} was killed and does not end: the kernel waits for something, "
            "most likely a disk. Look at the machine, then try again."
        ) from None


def send(process: Process, number: signal.Signals) -> None:
    """Send a signal to this very process: the descriptor rules out one that took its id."""
    try:
        descriptor = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return
    try:
        if alive(process):
            signal.pidfd_send_signal(descriptor, number)
    except ProcessLookupError:
        pass
    finally:
        os.close(descriptor)


def kill(process: Process) -> None:
    """Kill a process that leads a group, and all that is in the group."""
    # While it lives nobody else can have its id, and a killed leader's group keeps the id.
    if alive(process):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def kill_group(leader: Process) -> None:
    """Kill what a process that led a group, and has ended, started and left in it.

    The kernel gives nobody the id of a group that has members; whoever has the id now shows
    that there are none.
    """
    if leader.boot == boot() and ticks(leader.pid) is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader.pid, signal.SIGKILL)


def ticks(pid: int) -> int | None:
    """Return a process's start time; None if there is none or it is a zombie."""
    fields = _fields(pid)
    return None if not fields or fields[0] in "ZX" else int(fields[19])


def _started(pid: int) -> int | None:
    """Return a process's start time, also a zombie's; None if there is none."""
    fields = _fields(pid)
    return int(fields[19]) if fields else None


def _fields(pid: int) -> list[str]:
    """Return what the kernel says of a process, from its state on; nothing if there is none."""
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return []
    # The program's name comes first and may contain anything but the last parenthesis.
    return text.rpartition(")")[2].split()


@cache
def boot() -> str:
    """Return which boot of the machine this is."""
    return (_PROC / "sys/kernel/random/boot_id").read_text().strip()


def memory(pid: int) -> int | None:
    """Return the proportional set size in bytes; None if the kernel does not tell."""
    try:
        text = (_PROC / str(pid) / "smaps_rollup").read_text()
    except OSError:
        return None
    pss = (line.split()[1] for line in text.splitlines() if line.startswith("Pss:"))
    return next((int(kibibytes) * 1024 for kibibytes in pss), None)


def everybody() -> Iterator[int]:
    """Yield the ids of all processes there are."""
    return (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())


def command(pid: int) -> str:
    """Return the program a process runs and its arguments; empty if it cannot be told."""
    try:
        words = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    return words.replace(b"\0", b" ").decode(errors="replace").strip()


def environment(pid: int) -> list[bytes]:
    """Return what a process was started with, as ``NAME=value``; nothing if it cannot be told."""
    try:
        return (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)
