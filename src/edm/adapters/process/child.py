"""What a fork does to be an instance, as ``python -m PACKAGE`` would have been."""

import atexit
import importlib
import logging
import os
import resource
import runpy
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from edm.adapters.process import record
from edm.adapters.system import processes


@dataclass(frozen=True, slots=True)
class Request:
    """What an instance is to be. It travels as JSON.

    Attributes:
        record: Path of its record.
        package: The package to run, found in ``source``.
        source: Directory of its modules.
        directory: Its working directory.
        environment: All of its environment.
        log: File to which its output is appended.
        greeting: The first line of this start in it.
        memory: Bytes it may use.
        files: Files it may have open.
        processes: How many processes it may be.
    """

    record: str
    package: str
    source: str
    directory: str
    environment: dict[str, str]
    log: str
    greeting: str
    memory: int
    files: int
    processes: int

    def fields(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {name: getattr(self, name) for name in self.__slots__}


def become(request: Request, lock: int) -> None:
    """Leave the fork server behind and be what was asked for.

    Raises:
        OSError: The log or a directory cannot be used.
    """
    os.setsid()
    # First of all: whoever looks for this process from now on finds it.
    record.write(lock, pid=os.getpid(), ticks=processes.ticks(os.getpid()))
    if os.fstat(lock).st_nlink == 0:
        raise FileNotFoundError(f"{request.record} is gone: nobody waits for this start")
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    _redirect(request)
    os.chdir(request.directory)
    _limit(request)
    # What `ps` and `top` show beside the command that forks share.
    Path("/proc/self/comm").write_text(f"edm:{Path(request.record).parent.name}"[:15], "ascii")
    os.environ.clear()
    os.environ.update(request.environment)


def run(request: Request, lock: int) -> None:
    """Run the package to its end; note the end if it was a good one. Raises what it raises."""
    sys.path.insert(0, request.source)
    sys.argv[:] = [request.package]
    sys.dont_write_bytecode = True
    _make_way(Path(request.source))
    ended_well = Event()
    # Who asks first is called last.
    atexit.register(_leave, ended_well)
    try:
        runpy.run_module(request.package, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if ended.code not in (None, 0):
            raise
    record.write(lock, code=0)
    ended_well.set()


def _leave(ended_well: Event) -> None:
    """After a good end, go at once: Python would take apart, and so copy, all that forks share."""
    if ended_well.is_set():
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(0)


def _redirect(request: Request) -> None:
    """Read from nowhere, write to the log."""
    nowhere = os.open(os.devnull, os.O_RDONLY)
    log = os.open(request.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for source, target in ((nowhere, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.close(nowhere)
    os.close(log)
    sys.stdout.write(f"{request.greeting}\n")
    sys.stdout.flush()


def _limit(request: Request) -> None:
    """Bound what the kernel bounds per process; the fork server looks after the rest.

    The bound on memory is a wide one: it keeps a leap between two looks from taking the machine.
    """
    _bound(resource.RLIMIT_NOFILE, request.files)
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_DATA, 2 * request.memory + 512 * 1024 * 1024)


def _bound(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (lowest, lowest))


def _make_way(source: Path) -> None:
    """Let the instance's own modules be found, whatever the fork server has of their names."""
    own = {path.stem for path in source.iterdir()} | {"edm"}
    for name in [one for one in sys.modules if one.partition(".")[0] in own]:
        del sys.modules[name]
    importlib.invalidate_caches()
