"""Processes that outlive whoever started them, found again by a record in a file.

A record is written before the process is started and completed after. A start that was cut
short between the two leaves a record without a process id; then the process is looked for by
the mark in its environment; each start has a mark of its own, for what a process forks shows its
mark too. The start time recorded tells a process from a later one that got the same id.
"""

import asyncio
import json
import os
import secrets
import signal
import subprocess
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from enum import Enum, auto
from pathlib import Path
from typing import Any

from edm.adapters.system import processes
from edm.adapters.system.files import write_whole
from edm.adapters.system.processes import Process
from edm.ports.errors import Unable

MARK = "EDM_MARK"
"""Environment variable that says which record a process belongs to, and which start."""

_children: set[int] = set()
"""Our own children, to be reaped."""


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
        mark: What this very start has in its environment.
    """

    pid: int
    ticks: int
    boot: str
    since: str
    label: str
    digest: str
    mark: str = ""

    @property
    def process(self) -> Process:
        """The process itself."""
        return Process(self.pid, self.ticks, self.boot)


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
        Unable: It cannot be started.
    """
    record.parent.mkdir(parents=True, exist_ok=True)
    mark = f"{record}#{secrets.token_hex(8)}"
    begun = Record(0, 0, processes.boot(), since, label, digest, mark)
    _write(record, begun)
    pid = _spawn(command, mark)
    _children.add(pid)
    complete = replace(begun, pid=pid, ticks=processes.ticks(pid) or 0)
    _write(record, complete)
    return complete


def _spawn(command: Command, mark: str) -> int:
    try:
        with command.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - an argument list of our own making
                command.argv,
                env={**command.env, MARK: mark},
                cwd=command.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        raise Unable(f"{command.argv[0]} cannot be started: {error}.") from error
    # It outlives us, and is reaped by its id: nobody is to warn that it still runs.
    process.returncode = 0
    return process.pid


def _reap(pid: int) -> None:
    """Let go of a child that has ended."""
    if pid in _children:
        with suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG) == (0, 0):
                return
        _children.discard(pid)


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
    _reap(record.pid)
    return processes.alive(record.process)


async def ended(record: Record) -> None:
    """Wait for the end of a process, however it comes."""
    await processes.ended(record.process)
    _reap(record.pid)


async def watch(record: Record, answering: Coroutine[Any, Any, None], deadline: float) -> Start:
    """Wait until a started process answers, ends, or takes longer than ``deadline`` seconds.

    Args:
        record: The process.
        answering: Returns when the process answers; it is cancelled when that no longer matters.
            What it raises is raised here.
        deadline: Seconds.
    """
    return await race(ended(record), answering, deadline)


async def race(
    ending: Coroutine[Any, Any, None], answering: Coroutine[Any, Any, None], deadline: float
) -> Start:
    """Wait as ``watch`` does, for a process whose end is waited for by ``ending``."""
    answer = asyncio.create_task(answering)
    end = asyncio.create_task(ending)
    try:
        await asyncio.wait({answer, end}, timeout=deadline, return_when=asyncio.FIRST_COMPLETED)
    finally:
        answer.cancel()
        end.cancel()
        await asyncio.gather(answer, end, return_exceptions=True)
    if not end.cancelled():
        return Start.ENDED
    if answer.cancelled():
        return Start.LATE
    # What it raised is the caller's to hear.
    answer.result()
    return Start.READY


async def stop(record_file: Path, deadline: float) -> None:
    """End a process and what it has started: ask, wait ``deadline`` seconds, then kill.

    Its record goes. Idempotent.

    Raises:
        DeadlinePassed: It did not end although it was killed; its record stays.
    """
    record = find(record_file)
    if record is not None:
        processes.send(record.process, signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(deadline):
                await ended(record)
        processes.send(record.process, signal.SIGKILL)
        await processes.killed(record.process)
        _reap(record.pid)
    if (known := _read(record_file)) is not None and known.pid != 0:
        processes.kill_group(known.process)
    drop(record_file)


def drop(record: Path) -> None:
    """Remove a record. Idempotent."""
    record.unlink(missing_ok=True)


def _adopt(path: Path, record: Record) -> Record | None:
    """Find a process whose start was cut short, by its mark."""
    mark = f"{MARK}={record.mark or path}".encode()
    for pid in processes.everybody():
        if mark in processes.environment(pid):
            ticks = processes.ticks(pid) or 0
            found = replace(record, pid=pid, ticks=ticks)
            _write(path, found)
            return found
    return None


def _read(path: Path) -> Record | None:
    try:
        return Record(**json.loads(path.read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _write(path: Path, record: Record) -> None:
    write_whole(path, json.dumps(asdict(record)).encode())
