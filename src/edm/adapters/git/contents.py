"""The contents of commits, out of git and into files."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from edm.adapters.git.trees import Entry


def parse_batch(output: bytes) -> Iterator[bytes]:
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


def write_files(directory: Path, files: Sequence[Entry], output: bytes) -> None:
    """Write files into a new directory; if that fails, nothing is left.

    Args:
        directory: Must not exist.
        files: In the order of their contents.
        output: What ``git cat-file --batch`` wrote about them.
    """
    directory.mkdir(mode=0o755, parents=True)
    try:
        for entry, content in zip(files, parse_batch(output), strict=True):
            target = directory / entry.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            target.chmod(int(entry.mode, 8) & 0o777)
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
