"""The gits that are at work on a repository, whoever has started them."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from edm.adapters.system import processes
from edm.adapters.system.files import remove_tree


def at_work(directory: Path) -> tuple[int, ...]:
    """Return the ids of the processes that work on a repository: in it, or told of it."""
    told = f"GIT_DIR={directory}".encode()
    return tuple(
        pid
        for pid in processes.everybody()
        if pid != os.getpid() and (_in(pid, directory) or told in processes.environment(pid))
    )


def remove(directory: Path) -> None:
    """Remove a repository: out of reach of those who come, then of those who are there."""
    gone = directory.with_name(f".{directory.name}.gone")
    # Where an earlier try has failed.
    remove_tree(gone)
    with suppress(FileNotFoundError):
        directory.rename(gone)
    for pid in at_work(gone):
        # Only git's own server for clients: nobody else is in there without our leave.
        if any(each.startswith(b"GIT_PROJECT_ROOT=") for each in processes.environment(pid)):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
    remove_tree(gone)


def _in(pid: int, directory: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == directory
    except OSError:
        return False
