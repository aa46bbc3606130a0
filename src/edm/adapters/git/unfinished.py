"""What a push that was cut short left in a repository."""

import shutil
import time
from pathlib import Path

_STALE = 2 * 3600.0
"""Seconds after which nobody pushes any more: longer than the longest exchange."""


def remove_unfinished(directory: Path) -> None:
    """Remove objects that were received for a push which never ended.

    git does so itself unless it was killed; another push may be under way.
    """
    for left in (directory / "objects").glob("tmp_objdir-incoming-*"):
        try:
            stale = time.time() - left.stat().st_mtime > _STALE
        except FileNotFoundError:
            continue
        if stale:
            shutil.rmtree(left, ignore_errors=True)
