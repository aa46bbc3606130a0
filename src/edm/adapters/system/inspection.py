"""Looking at a machine and a home without changing either: files, disks, ports and databases."""

import os
import socket
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from edm.adapters.system import processes, soundness
from edm.core.doctor.facts import Disk, Entry

_PRIVATE = ("token", "tokens.json", "operator.key", "secrets.key", "settings.json")
"""Files of a home that hold secrets, or that nobody else has to know."""

_TORN = ("*.part", ".*.deleted")
"""Names of what a write or a removal that was cut short leaves."""

_PLACES = ("", "ingress", "repositories", "instances", "instances/*", "instances/*/*")
"""Where such things can be."""

_PATIENCE = 2.0
"""Seconds to wait for a database that is being written."""


def disk(use: str, path: Path) -> Disk | None:
    """Return how full the file system is on which a path, or what is above it, lies."""
    for place in (path, *path.parents):
        with suppress(OSError):
            found = os.statvfs(place)
            size, free = found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize
            fixed = bool(found.f_flag & os.ST_RDONLY) or not os.access(place, os.W_OK)
            files, spare = found.f_files, found.f_favail
            return Disk(use, str(place), size, free, files, spare, writable=not fixed)
    return None


def entries(home: Path, run: Path) -> tuple[Entry, ...]:
    """Return what of a home and of its sockets is for its user alone."""
    directories = (home, run, home / "ingress", home / "repositories")
    files = (home / name for name in _PRIVATE)
    found = (_entry(path) for path in (*directories, *files))
    return tuple(entry for entry in found if entry is not None)


def _entry(path: Path) -> Entry | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return Entry(str(path), found.st_uid == os.geteuid(), stat.S_IMODE(found.st_mode))


def stale_sockets(run: Path) -> tuple[str, ...]:
    """Return the sockets at which nobody listens.

    A link that leads nowhere is none: so is the door of an instance that sleeps.
    """
    return tuple(str(path) for path in sorted(run.glob("*/*.sock")) if is_stale(path))


def is_stale(path: Path) -> bool:
    """Return whether a path is of a socket at which nobody listens."""
    if path.is_symlink():
        return False
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        with socket.socket(socket.AF_UNIX, kind) as probe:
            probe.setblocking(False)  # noqa: FBT003 - positional only
            try:
                probe.connect(str(path))
            except (ConnectionRefusedError, FileNotFoundError):
                return path.is_socket()
            except OSError:
                # Of another type, busy, or not ours: somebody is there.
                continue
    return False


def torn(home: Path) -> tuple[str, ...]:
    """Return what writes and removals that were cut short have left in a home."""
    places = (place for pattern in _PLACES for place in _directories(home, pattern))
    return tuple(
        sorted(str(path) for place in places for name in _TORN for path in place.glob(name))
    )


def _directories(home: Path, pattern: str) -> Iterator[Path]:
    return (path for path in (home.glob(pattern) if pattern else (home,)) if path.is_dir())


def newest(home: Path) -> datetime | None:
    """Return when something in a home was last written."""
    times = []
    for name in ("control.db", "control.db-wal", "control.log", "platform.json"):
        with suppress(OSError):
            times.append((home / name).stat().st_mtime)
    return datetime.fromtimestamp(max(times), UTC) if times else None


def damage(database: Path, seconds: float) -> str | None:
    """Return what is wrong with a database; empty if nothing is, None if there is none.

    Args:
        database: Its file.
        seconds: How long to look; what is not found by then is not said.
    """
    if not _there(database):
        return None
    return soundness.damage(partial(_read_only, database), seconds)


def names(database: Path) -> frozenset[str] | None:
    """Return the names of the instances a control plane's database knows; None if it cannot say."""
    if not _there(database):
        return None
    try:
        with closing(_read_only(database)) as connection:
            rows = connection.execute("SELECT name FROM instances").fetchall()
            return frozenset(str(name) for (name,) in rows)
    except sqlite3.Error:
        return None


def _there(path: Path) -> bool:
    # Where one may not look, there is nothing one could say.
    with suppress(OSError):
        return path.exists()
    return False


def _read_only(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)


def holder(port: int, ours: Iterable[int]) -> str | None:
    """Return which program listens on a port, unless it is one of ours; None if none does."""
    inodes = frozenset(_listening(port))
    if not inodes:
        return None
    for pid in processes.everybody():
        if inodes & _sockets(pid):
            return None if pid in frozenset(ours) else f"{processes.command(pid)} (process {pid})"
    return "a program of another user"


def _listening(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
                words = line.split()
                if words[3] == "0A" and int(words[1].rpartition(":")[2], 16) == port:
                    yield words[9]


def _sockets(pid: int) -> frozenset[str]:
    found = set()
    with suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                found.add(str(link.readlink()))
    return frozenset(one[8:-1] for one in found if one.startswith("socket:["))
