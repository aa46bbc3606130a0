"""Copies of SQLite databases, taken while others read and write them."""

import asyncio
import os
import shutil
import sqlite3
from concurrent.futures import Executor
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Event

from edm.adapters.system import soundness
from edm.adapters.system.files import rename_durably
from edm.ports.errors import Broken, DeadlinePassed

KEPT = 5
"""Backups of an instance; with a further one the oldest goes."""

_PAGES = 2048
"""Pages copied between two looks whether to go on."""

_SPARE = 16 * 1024 * 1024
"""Bytes that stay free beside a backup: those who write meanwhile need some too."""

_PATIENCE = 1.0
"""Seconds to wait for a lock: nobody holds one that keeps from reading for longer."""


class Stopped(Exception):  # noqa: N818 - it says what happened
    """The copy was not wanted any more; nothing is left of it."""


def copy(database: Path, target: Path, stop: Event) -> None:
    """Copy a database as it is at one moment; the copy is there whole or not at all.

    Args:
        database: The file; others may have it open.
        target: The copy, in a directory that is there, in the place of what is there.
        stop: Ends the copying when set.

    Raises:
        Broken: There is not enough space, or the file is no sound database.
        Stopped: It was told to stop.
    """
    if stop.is_set():
        raise Stopped
    part = target.with_name(f".{target.name}.part")
    try:
        _refuse_full(database, target.parent)
        _copy(database, part, stop)
        rename_durably(part, target)
    except (sqlite3.Error, OSError) as error:
        raise Broken(
            f"{database} cannot be backed up: {error}. Put that right, then try again. If it is "
            "damaged, docs/howto/change-a-model.md says how to restore a backup."
        ) from error
    finally:
        part.unlink(missing_ok=True)


async def copy_within(
    database: Path, target: Path, deadline: float, threads: Executor | None = None
) -> None:
    """Copy as ``copy`` does, in so many seconds or not at all.

    Args:
        database: The file.
        target: The copy.
        deadline: Seconds it may take, a wait for one of the threads included.
        threads: Which to copy in; None for those of the event loop.

    Raises:
        Broken: As ``copy`` does.
        DeadlinePassed: It took too long; nothing is left of it.
    """
    stop = Event()
    copying = asyncio.get_running_loop().run_in_executor(threads, copy, database, target, stop)
    try:
        await asyncio.wait({copying}, timeout=deadline)
    finally:
        # A thread cannot be left: it ends as soon as it looks.
        stop.set()
        await asyncio.wait({copying})
        failure = copying.exception()
    if isinstance(failure, Stopped):
        raise DeadlinePassed(
            f"The copy of {database} took longer than {deadline:g} s. Try again when the machine "
            "has less to do."
        ) from None
    if failure is not None:
        raise failure


def thin_out(directory: Path) -> None:
    """Remove the oldest backups, and what those that were cut short have left."""
    for path in directory.glob(".*.part"):
        path.unlink(missing_ok=True)
    for path in sorted(directory.glob("*.sqlite3"))[:-KEPT]:
        path.unlink(missing_ok=True)


def damage(database: Path, seconds: float) -> str:
    """Return what SQLite finds wrong with a file; empty if nothing in so many seconds."""
    return soundness.damage(partial(_open, database), seconds)


def _refuse_full(database: Path, directory: Path) -> None:
    log = database.with_name(database.name + "-wal")
    needed = sum(path.stat().st_size for path in (database, log) if path.exists()) + _SPARE
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise Broken(
            f"A backup in {directory} needs {_mebibytes(needed)} MiB, {_mebibytes(free)} are free. "
            "Free some space, then try again."
        )


def _mebibytes(count: int) -> int:
    return -(-count // (1024 * 1024))


def _copy(database: Path, part: Path, stop: Event) -> None:
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    def look(status: int, remaining: int, total: int) -> None:
        del status, remaining, total
        if stop.is_set():
            raise Stopped

    with closing(_open(database)) as source, closing(sqlite3.connect(part)) as target:
        # All of the copy is of this moment: else each write meanwhile would begin it anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        # Without a journal of its own: what is cut short is thrown away.
        target.execute("PRAGMA journal_mode=OFF")
        source.backup(target, pages=_PAGES, progress=look, sleep=0)
    with part.open("rb") as file:
        os.fsync(file.fileno())


def _open(database: Path) -> sqlite3.Connection:
    # Never made: a database that is not there must not become an empty one.
    uri = f"{database.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_PATIENCE)
