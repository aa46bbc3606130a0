"""Who is who among the processes of a platform."""

import json
import os
import signal
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path

from tests.e2e.platforms import SECONDS, Home

_CREDENTIALS = struct.Struct("3i")


def listener(path: Path, kind: socket.SocketKind = socket.SOCK_STREAM) -> int | None:
    """Return the process that listens on a unix socket; None if none does."""
    with socket.socket(socket.AF_UNIX, kind) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return None
        found = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return int(_CREDENTIALS.unpack(found)[0])


def instance_process(home: Home, name: str) -> int | None:
    """Return the process that serves an instance; None while none does."""
    return listener(home.run / name / "s.sock")


def control_plane(home: Home) -> int:
    """Return the process of the control plane."""
    return int(json.loads((home.path / "platform.json").read_bytes())["pid"])


def fork_server(home: Home) -> int | None:
    """Return the process that instances are forked from; None while there is none."""
    return listener(home.run / ".control" / "fork.sock", socket.SOCK_SEQPACKET)


def proxy(home: Home) -> int:
    """Return the process of the proxy; 0 while there is none."""
    try:
        return int(json.loads((home.path / "ingress" / "process.json").read_bytes())["pid"])
    except OSError:
        return 0


def alive(pid: int) -> bool:
    """Return whether a process runs; one that only waits to be asked how it ended does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return False


def kill(pid: int) -> None:
    """Kill a process, and return when it is gone."""
    os.kill(pid, signal.SIGKILL)
    until(lambda: not alive(pid), f"{pid} does not die")


def until(condition: Callable[[], object], otherwise: str) -> None:
    """Return when a condition holds; fail with words if it takes too long."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.01)
