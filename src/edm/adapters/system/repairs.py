"""What an examination may put right by itself. Each act looks again before it acts."""

import os
import signal
import stat
from pathlib import Path

from edm.adapters.system import processes
from edm.adapters.system.files import remove_tree
from edm.adapters.system.inspection import is_stale
from edm.adapters.system.processes import Process
from edm.core.doctor import Act, Repair


def repair(one: Repair) -> None:
    """Do what a finding says may be done.

    Raises:
        OSError: It cannot be done.
    """
    _ACTS[one.act](one.target)


def _close(target: str) -> None:
    path = Path(target)
    found = path.lstat()
    if found.st_uid == os.geteuid() and not stat.S_ISLNK(found.st_mode):
        path.chmod(stat.S_IMODE(found.st_mode) & ~0o077)


def _remove(target: str) -> None:
    path = Path(target)
    if path.is_dir() and not path.is_symlink():
        remove_tree(path)
    elif not path.is_socket() or is_stale(path):
        path.unlink(missing_ok=True)


def _end(target: str) -> None:
    pid, _, ticks = target.partition(":")
    processes.send(Process(int(pid), int(ticks), processes.boot()), signal.SIGKILL)


_ACTS = {Act.CLOSE: _close, Act.REMOVE: _remove, Act.END: _end}
