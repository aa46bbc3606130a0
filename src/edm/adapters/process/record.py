"""The record of one process of an instance: a file of notes, each a line, that only grows.

The control plane makes it before it asks for the process, and locks it; the lock travels with the
request and is held by the process from its first moment on. So a record without a process id is
of a start under way while it is locked, and of one that was cut short when it is not. The process
itself writes its id as the first thing it does, and its good end as the last.
"""

import errno
import fcntl
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from edm.adapters.system import processes
from edm.adapters.system.processes import Process

_SUFFIX = ".proc"


@dataclass(frozen=True, slots=True)
class Life:
    """What is noted of a process.

    Attributes:
        path: The record.
        release: Number of the release it runs.
        digest: Fingerprint of what it was started with.
        since: When it was asked for, ISO 8601.
        boot: Which boot of the machine it belongs to.
        memory: Bytes it may use.
        processes: How many processes it may be.
        log: File to which its output goes; empty if an older version did not note it.
        pid: Process id; 0 while it is being forked.
        ticks: Start time as the kernel counts it.
        serving: Whether requests have been sent to it.
        asked: When it was asked to end, on the monotonic clock; None if it was not.
        over: What it used too much of; then it was killed.
        code: Its exit code, negative for a signal; None while unknown.
    """

    path: Path
    release: int
    digest: str
    since: str
    boot: str
    memory: int
    processes: int
    log: str = ""
    pid: int = 0
    ticks: int = 0
    serving: bool = False
    asked: float | None = None
    over: str = ""
    code: int | None = None

    @property
    def id(self) -> str:
        """What tells it from the other processes of its instance."""
        return self.path.stem

    @property
    def name(self) -> str:
        """The instance's name."""
        return self.path.parent.name

    @property
    def process(self) -> Process:
        """The process itself."""
        return Process(self.pid, self.ticks, self.boot)

    @property
    def socket(self) -> Path:
        """The socket it listens on."""
        return self.path.with_suffix(".sock")

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.pid != 0 and processes.alive(self.process)


_KNOWN = frozenset(field.name for field in fields(Life)) - {"path"}


def begin(directory: Path, **facts: Any) -> tuple[Path, int]:  # noqa: ANN401 - what JSON can say
    """Make and lock the record of a process to come; return it and the locked descriptor.

    Raises:
        OSError: It cannot be written.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
    path = directory / f"{secrets.token_hex(3)}{_SUFFIX}"
    descriptor = os.open(path, flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        write(descriptor, **facts)
    except BaseException:
        os.close(descriptor)
        path.unlink(missing_ok=True)
        raise
    return path, descriptor


def write(descriptor: int, **facts: Any) -> None:  # noqa: ANN401 - what JSON can say
    """Add a note to an open record.

    Raises:
        OSError: It cannot be written, or not all of it.
    """
    # A line of its own also behind one that a full disk has cut.
    line = b"\n" + json.dumps(facts).encode() + b"\n"
    if os.write(descriptor, line) < len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def note(path: Path, **facts: Any) -> None:  # noqa: ANN401 - what JSON can say
    """Add a note to a record that may be gone by now."""
    with suppress(FileNotFoundError):
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        try:
            write(descriptor, **facts)
        finally:
            os.close(descriptor)


def read(path: Path) -> Life | None:
    """Return what is noted; None if there is no record, or none that says anything."""
    try:
        return _parsed(path, path.read_bytes())
    except OSError:
        return None


def _parsed(path: Path, content: bytes) -> Life | None:
    facts: dict[str, Any] = {}
    for line in content.splitlines():
        # One that a full disk has cut, or that is still on its way, does not hide the others.
        with suppress(ValueError, TypeError):
            facts |= json.loads(line)
    try:
        return Life(path, **{key: value for key, value in facts.items() if key in _KNOWN})
    except TypeError:
        return None


def withdraw(path: Path) -> Life | None:
    """Remove a record, and return what was noted in it until then.

    A process checks that its record is still there after it has written its id: so either it sees
    that nobody waits for it, or its id is returned here.
    """
    try:
        content = path.open("rb")
    except FileNotFoundError:
        forget(path)
        return None
    with content:
        forget(path)
        return _parsed(path, content.read())


def paths(directory: Path) -> tuple[Path, ...]:
    """Return the records of an instance's processes, in whatever state."""
    return tuple(sorted(directory.glob(f"*{_SUFFIX}")))


def every(run: Path) -> tuple[Path, ...]:
    """Return the records of all instances' processes."""
    return tuple(sorted(run.glob(f"[!.]*/*{_SUFFIX}")))


def locked(path: Path) -> bool:
    """Return whether a process, or a request for one, holds a record."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def forget(path: Path) -> None:
    """Remove a record and what lies beside it for its process. Idempotent."""
    for suffix in (".sock", ".ready", _SUFFIX):
        path.with_suffix(suffix).unlink(missing_ok=True)
