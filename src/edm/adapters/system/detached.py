"""Processes that outlive whoever started them, found again by a record in a file.

A record is written before the process is started and completed after. A start that was cut
short between the two leaves a record without a process id; then the process is looked for by
the mark in its environment. The start time recorded tells a process from a later one that got
the same id.
"""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

from edm.adapters.system.files import write_whole
from edm.ports.errors import Broken

MARK = "EDM_MARK"
"""Environment variable that says which record a process belongs to."""

_PROC = Path("/proc")
_started: dict[int, subprocess.Popen[bytes]] = {}
"""Our own children, kept to be reaped."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered of a started process.

    Attributes:
        pid: Process id; 0 while it is being started.
        ticks: Start time as the kernel counts it.
        boot: Which boot of the machine it belongs to.
        since: When it was started, ISO 8601.
        label: What runs: a release's number, say.
        digest: Fingerprint of what it was started with.
    """

    pid: int
    ticks: int
    boot: str
    since: str
    label: str
    digest: str


@dataclass(frozen=True, slots=True)
class Command:
    """What to start.

    Attributes:
        argv: Program and arguments.
        env: All of its environment.
        cwd: Its working directory.
        log: File to which its output is appended.
    """

    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    log: Path


class Start(Enum):
    """How the start of a process went."""

    READY = auto()
    ENDED = auto()
    LATE = auto()


def start(command: Command, record: Path, *, since: str, label: str, digest: str) -> Record:
    """Start a process in a session of its own and write its record.

    Raises:
        Broken: It cannot be started.
    """
    record.parent.mkdir(parents=True, exist_ok=True)
    boot = _boot()
    _write(record, Record(0, 0, boot, since, label, digest))
    process = _spawn(command, str(record))
    _started[process.pid] = process
    complete = Record(process.pid, _ticks(process.pid) or 0, boot, since, label, digest)
    _write(record, complete)
    return complete


def _spawn(command: Command, mark: str) -> subprocess.Popen[bytes]:
    try:
        with command.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - an argument list of our own making
                command.argv,
                env={**command.env, MARK: mark},
                cwd=command.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        raise Broken(f"{command.argv[0]} cannot be started: {error}.") from error


def find(record: Path) -> Record | None:
    """Return the record of a process that is alive; None if there is none."""
    known = _read(record)
    if known is None:
        return None
    if known.pid == 0:
        known = _adopt(record, known)
    return known if known is not None and alive(known) else None


def alive(record: Record) -> bool:
    """Return whether the process that was recorded still runs."""
    if (child := _started.get(record.pid)) is not None and child.poll() is not None:
        del _started[record.pid]
        return False
    return record.boot == _boot() and record.ticks == _ticks(record.pid)


async def ended(record: Record) -> None:
    """Wait for the end of a process, however it comes."""
    try:
        descriptor = os.pidfd_open(record.pid)
    except ProcessLookupError:
        return
    try:
        if alive(record):
            await _readable(descriptor)
    finally:
        os.close(descriptor)
    alive(record)


async def watch(record: Record, answering: Coroutine[Any, Any, None], deadline: float) -> Start:
    """Wait until a started process answers, ends, or takes longer than ``deadline`` seconds.

    Args:
        record: The process.
        answering: Returns when the process answers; it is cancelled when that no longer matters.
        deadline: Seconds.
    """
    answer = asyncio.create_task(answering)
    end = asyncio.create_task(ended(record))
    try:
        await asyncio.wait({answer, end}, timeout=deadline, return_when=asyncio.FIRST_COMPLETED)
    finally:
        answer.cancel()
        end.cancel()
        await asyncio.gather(answer, end, return_exceptions=True)
    if not end.cancelled():
        return Start.ENDED
    return Start.LATE if answer.cancelled() else Start.READY


async def stop(record_file: Path, deadline: float) -> None:
    """End a process: ask, wait ``deadline`` seconds, then kill. Its record goes. Idempotent."""
    record = find(record_file)
    if record is not None:
        _signal(record, signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(deadline):
                await ended(record)
        _signal(record, signal.SIGKILL)
        await ended(record)
    drop(record_file)


def drop(record: Path) -> None:
    """Remove a record. Idempotent."""
    record.unlink(missing_ok=True)


def memory(record: Record) -> int | None:
    """Return the proportional set size in bytes; None if the kernel does not tell."""
    try:
        text = (_PROC / str(record.pid) / "smaps_rollup").read_text()
    except OSError:
        return None
    pss = (line.split()[1] for line in text.splitlines() if line.startswith("Pss:"))
    return next((int(kibibytes) * 1024 for kibibytes in pss), None)


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)


def _signal(record: Record, number: signal.Signals) -> None:
    """Send a signal to this very process: the descriptor rules out one that took its id."""
    try:
        descriptor = os.pidfd_open(record.pid)
    except ProcessLookupError:
        return
    try:
        if alive(record):
            signal.pidfd_send_signal(descriptor, number)
    except ProcessLookupError:
        pass
    finally:
        os.close(descriptor)


def _adopt(path: Path, record: Record) -> Record | None:
    """Find a process whose start was cut short, by its mark."""
    mark = f"{MARK}={path}".encode()
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and mark in _environment(entry):
            pid = int(entry.name)
            found = Record(
                pid, _ticks(pid) or 0, record.boot, record.since, record.label, record.digest
            )
            _write(path, found)
            return found
    return None


def _environment(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _ticks(pid: int) -> int | None:
    """Return a process's start time; None if there is none or it is a zombie."""
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # The program's name comes first and may contain anything but the last parenthesis.
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


def _boot() -> str:
    return (_PROC / "sys/kernel/random/boot_id").read_text().strip()


def _read(path: Path) -> Record | None:
    try:
        return Record(**json.loads(path.read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _write(path: Path, record: Record) -> None:
    write_whole(path, json.dumps(asdict(record)).encode())
