"""Files and directories: whole or not at all, and nobody else's."""

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from edm.ports.errors import Broken

_DELETED = ".deleted"

_SYNCS = 8
"""Files that are brought to the disk at the same time."""


def write_whole(path: Path, content: bytes, *, mode: int = 0o666, durable: bool = False) -> None:
    """Replace a file's content so that a reader sees the old or the new, never a part.

    Synchronised to the disk only if it is to be durable: most of what is written here describes
    processes, or is made anew.

    Args:
        path: The file.
        content: What it is to have.
        mode: Who may open it, less what the process's mask takes away.
        durable: Whether it outlives a power cut.
    """
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    # The mode is part of making the file: nobody else can open it in between.
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    if durable:
        _sync(part)
    part.replace(path)
    if durable:
        _sync(path.parent)


def sync_tree(directory: Path) -> None:
    """Have a directory and all in it on the disk, so that a power cut takes nothing of it.

    At the same time, so that the disk writes once for many files: half as long as one by one.
    """
    with ThreadPoolExecutor(_SYNCS) as pool:
        list(pool.map(_sync, (directory, *directory.rglob("*"))))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rename_durably(path: Path, target: Path) -> None:
    """Give a file or a directory its place, so that a power cut does not undo it."""
    path.rename(target)
    _sync(target.parent)


def private_directory(path: Path) -> Path:
    """Make a directory for this user alone, and return it.

    Raises:
        Broken: Something that is not ours is in its place.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise Broken(f"{path} belongs to somebody else. Remove it, or choose another home.")
    path.chmod(0o700)
    return path


@contextmanager
def workplace(path: Path) -> Iterator[Path]:
    """Give an empty directory to work in, for this process alone; it is removed at the end.

    What a process that was killed left there goes first. Who renames it may keep it. All that is
    made meanwhile, by whatever program, is this user's alone.

    Raises:
        Broken: Somebody is at work in it.
    """
    directory = os.open(private_directory(path), os.O_RDONLY | os.O_DIRECTORY)
    mask = os.umask(0o077)
    try:
        _take(directory, path)
        for left in path.iterdir():
            remove_tree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
        try:
            yield path
        finally:
            # Renamed it is somebody's home, and what is called so now is somebody else's.
            if path.is_dir() and path.stat().st_ino == os.fstat(directory).st_ino:
                remove_tree(path)
    finally:
        os.umask(mask)
        os.close(directory)


def _take(directory: int, path: Path) -> None:
    try:
        fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Broken(f"Somebody is at work in {path}. Wait until they are done.") from None


def remove_tree(path: Path) -> None:
    """Remove a directory and all in it, under another name first. Idempotent."""
    doomed = path
    # Left by a removal that was cut short, it has such a name already.
    if not path.name.endswith(_DELETED):
        doomed = path.with_name(f".{path.name}{_DELETED}")
        shutil.rmtree(doomed, ignore_errors=True)
    with suppress(FileNotFoundError):
        path.rename(doomed)
        shutil.rmtree(doomed)


def files_below(directory: Path) -> Iterator[Path]:
    """Yield the plain files below a directory, but for those that go meanwhile.

    Raises:
        OSError: One of its directories cannot be read.
    """
    for parent, _, names in os.walk(directory, onerror=_refuse_unread):
        for path in (Path(parent, name) for name in sorted(names)):
            with suppress(FileNotFoundError):
                if stat.S_ISREG(path.lstat().st_mode):
                    yield path


def _refuse_unread(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def remove_if_empty(path: Path) -> None:
    """Remove a directory that has nothing in it."""
    with suppress(OSError):
        path.rmdir()


def remove_empty_tree(path: Path) -> None:
    """Remove a directory and those in it, as far as nothing is in them."""
    for directory in (*path.glob("*/"), path):
        remove_if_empty(directory)


def tail(path: Path, lines: int, *, block: int = 64 * 1024) -> list[str]:
    """Return the last lines of a text file; none if it is not there."""
    if lines <= 0:
        return []
    try:
        with path.open("rb") as file:
            position, found = file.seek(0, os.SEEK_END), b""
            while position and found.count(b"\n") <= lines:
                step = min(block, position)
                position = file.seek(position - step)
                found = file.read(step) + found
    except FileNotFoundError:
        return []
    return found.decode(errors="replace").splitlines()[-lines:]
