"""The machine, and this process on it."""

import os
from dataclasses import dataclass
from pathlib import Path

_KIBIBYTE = 1024


@dataclass(frozen=True, slots=True)
class Machine:
    """How busy a machine is.

    Attributes:
        load: Processes that wanted a processor, on average of the last minute.
        cpus: Processors there are for us.
        memory: Bytes there are.
        available: Bytes that could be used without swapping.
    """

    load: float
    cpus: int
    memory: int
    available: int


def look() -> Machine:
    """Return how busy this machine is now."""
    lines = (line.split() for line in Path("/proc/meminfo").read_text("ascii").splitlines())
    sizes = {words[0]: int(words[1]) * _KIBIBYTE for words in lines}
    return Machine(
        load=round(os.getloadavg()[0], 2),
        cpus=len(os.sched_getaffinity(0)),
        memory=sizes["MemTotal:"],
        available=sizes["MemAvailable:"],
    )


def resident() -> int:
    """Return the bytes of memory this process has."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
