"""The contents of commits, out of git and into files: never more than a release may have."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from pathlib import Path

from edm.adapters.git.plumbing import Git
from edm.adapters.git.trees import Entry, entries, safe
from edm.adapters.system.files import remove_tree
from edm.core.model.tree import File
from edm.ports.errors import TooLarge

FILES = 20_000
"""Files and directories a commit may have: a push of a few hundred bytes can have millions."""

WHOLE = 256 * 2**20
"""Bytes all files of a commit may have: zeros are pushed as next to nothing."""

LARGEST = 32 * 2**20
"""Bytes one file may have: as many are held in memory."""

_LISTING = 8 * 2**20
"""Bytes of a list of files, which have paths of any length."""

_AT_ONCE = 8 * 2**20
_FEW = 1000
"""Bytes and number of files that are asked for and written together."""


async def listed(git: Git, *arguments: str, whole: int = WHOLE) -> tuple[Entry, ...]:
    """Return the files that ``git ls-tree`` lists, by path, which can be written anywhere.

    Args:
        git: The repository.
        *arguments: What is listed.
        whole: Bytes they may have in all.

    Raises:
        TooLarge: There are too many, or they are too large.
    """
    try:
        listing = (await git("ls-tree", "-t", "-l", "-z", *arguments, most=_LISTING)).output
    except TooLarge:
        raise _too_many() from None
    return await asyncio.to_thread(_admitted, listing, whole)


async def content(git: Git, revision: str) -> bytes | None:
    """Return what a revision such as ``COMMIT:PATH`` has; None if it is no file.

    Raises:
        TooLarge: It is too much.
    """
    head = await git.text("cat-file", "--batch-check", stdin=f"{revision}\n".encode())
    *_, kind, size = ["", *head.rsplit(" ", 2)[-2:]]
    if kind != "blob" or not size.isdigit():
        return None
    _check(revision.partition(":")[2], int(size))
    done = await git("cat-file", "--batch", stdin=f"{revision}\n".encode())
    return next(_parsed(done.output), None)


async def contents(git: Git, files: Sequence[Entry]) -> tuple[File, ...]:
    """Return files with what they have."""
    wanted = "".join(f"{entry.object}\n" for entry in files).encode()
    done = await git("cat-file", "--batch", stdin=wanted, most=2 * WHOLE)
    pairs = zip(files, _parsed(done.output), strict=True)
    return tuple(File(entry.path, content) for entry, content in pairs)


async def write(git: Git, files: Sequence[Entry], directory: Path) -> None:
    """Write files into a directory that does not exist; if that fails, nothing is left.

    Part by part, so that no more than one file or a few are in memory, and a deadline is heeded.

    Raises:
        OSError: The disk does not take them.
    """
    await asyncio.to_thread(directory.mkdir, mode=0o755, parents=True)
    try:
        for part in _parts(files):
            found = await contents(git, part)
            await _ended(asyncio.to_thread(_write, directory, part, found))
    except BaseException:
        await asyncio.to_thread(remove_tree, directory)
        raise


async def _ended(work: Coroutine[None, None, None]) -> None:
    """Wait for a thread to its end, also if cancelled: what it writes is removed next."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,))
        raise


def _admitted(listing: bytes, whole: int) -> tuple[Entry, ...]:
    if listing.count(b"\0") > FILES:
        raise _too_many()
    files = tuple(one for one in entries(listing) if one.regular and safe(one.path))
    for entry in files:
        _check(entry.path, entry.size)
    if sum(entry.size for entry in files) > whole:
        raise TooLarge(f"The files of this commit have more than {whole >> 20} MiB in all.")
    return files


def _check(path: str, size: int) -> None:
    if size > LARGEST:
        raise TooLarge(
            f"{path[:200]} has {size >> 20} MiB, more than the {LARGEST >> 20} MiB of one file."
        )


def _too_many() -> TooLarge:
    return TooLarge(f"This commit has more than {FILES} files and directories.")


def _parts(files: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """Yield files that are asked for together: a large one alone."""
    first, size = 0, 0
    for number, entry in enumerate(files):
        if number - first == _FEW or (size and size + entry.size > _AT_ONCE):
            yield files[first:number]
            first, size = number, 0
        size += entry.size
    yield files[first:]


def _parsed(output: bytes) -> Iterator[bytes]:
    """Read what ``git cat-file --batch`` writes; missing objects and directories give nothing."""
    position = 0
    while (end := output.find(b"\n", position)) >= 0:
        head, position = output[position:end].split(b" "), end + 1
        if head[-1] == b"missing" or not head[-1].isdigit():
            continue
        size = int(head[-1])
        if head[-2] == b"blob":
            yield output[position : position + size]
        position += size + 1


def _write(directory: Path, part: Sequence[Entry], files: Sequence[File]) -> None:
    for entry, file in zip(part, files, strict=True):
        target = directory / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
        target.chmod(int(entry.mode, 8) & 0o777)
