"""Processes of a home that no record knows of: each that was started for it carries its mark."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import CLOCK_BOOTTIME, clock_gettime

from edm.adapters.system import processes
from edm.adapters.system.detached import MARK
from edm.core.doctor.facts import Leftover

_YOUNG = 10.0
"""Seconds in which one that was just started has written its record."""


def strays(home: Path, run: Path) -> tuple[Leftover, ...]:
    """Return the processes started for a home that neither lead nor belong to a recorded one."""
    known = frozenset(recorded(home, run))
    return tuple(
        Leftover(f"{pid}:{ticks}", processes.command(pid))
        for pid, ticks in _marked(home)
        if pid not in known and _session(pid) not in known and _age(ticks) > _YOUNG
    )


def recorded(home: Path, run: Path) -> Iterator[int]:
    """Yield the ids of all processes that records know and that run."""
    for path in (*home.glob("*.json"), *home.glob("*/process.json"), *run.glob("*/*.proc")):
        with suppress(OSError):
            for line in (path.read_text("utf-8", "replace")).splitlines():
                yield from _ids(line)


def _ids(line: str) -> Iterator[int]:
    try:
        found = json.loads(line)
    except ValueError:
        return
    if not isinstance(found, dict):
        return
    pid, ticks = found.get("pid"), found.get("ticks")
    if isinstance(pid, int) and pid and processes.ticks(pid) == ticks:
        yield pid


def _marked(home: Path) -> Iterator[tuple[int, int]]:
    mark = f"{MARK}={home}/".encode()
    for pid in processes.everybody():
        environment = processes.environment(pid)
        ticks = processes.ticks(pid)
        if ticks is not None and any(one.startswith(mark) for one in environment):
            yield pid, ticks


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return pid


def _age(ticks: int) -> float:
    return clock_gettime(CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
