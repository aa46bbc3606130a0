"""From a directory of files to an archive."""

import gzip
import hashlib
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from edm.adapters.archive.layout import BLOCK, CHUNK, MANIFEST, padding
from edm.adapters.system.files import files_below, rename_durably
from edm.ports.archive import Piece
from edm.ports.errors import DeadlinePassed

_LEVEL = 3
"""A third of the time of the best compression, for a tenth more bytes."""

_LARGEST_PLAIN = 8**11 - 1
"""Bytes of a file that the old header can say."""


def measure(root: Path) -> tuple[Piece, ...]:
    """Return the files below a directory, with their checksums, by path."""
    return tuple(_piece(path, str(path.relative_to(root))) for path in sorted(files_below(root)))


def write(
    target: Path, root: Path, manifest: bytes, pieces: tuple[Piece, ...], seconds: float
) -> None:
    """Write files into an archive and remove each that is in it; it is there whole or not at all.

    Args:
        target: The archive; nobody but its owner may read it.
        root: The directory of the files, on the same file system; whoever made it removes it,
            and with it what of an archive was cut short.
        manifest: What the archive says of itself.
        pieces: The files, in their order.
        seconds: Time for each file, and a second more for each MiB of it.

    Raises:
        DeadlinePassed: A file took longer.
        OSError: The disk is full, or failed.
    """
    part = root / ".archive"
    with _compressed(part) as stream:
        _header(stream, MANIFEST, len(manifest))
        stream.write(manifest + bytes(padding(len(manifest))))
        for piece in pieces:
            _add(stream, root, piece, seconds)
        stream.write(bytes(2 * BLOCK))
    rename_durably(part, target)


@contextmanager
def _compressed(path: Path) -> Iterator[gzip.GzipFile]:
    """Give a stream into a compressed file that is on the disk afterwards."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as stream:
            yield stream
        file.flush()
        os.fsync(file.fileno())


def _piece(path: Path, name: str) -> Piece:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Piece(name, file.tell(), digest)


def _add(stream: gzip.GzipFile, root: Path, piece: Piece, seconds: float) -> None:
    deadline = monotonic() + seconds + piece.size / CHUNK
    _header(stream, piece.path, piece.size)
    path = root / piece.path
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            stream.write(chunk)
            if monotonic() > deadline:
                raise DeadlinePassed(
                    f"Writing {piece.path} took too long. Look for a busy disk, then try again."
                )
    stream.write(bytes(padding(piece.size)))
    path.unlink()


def _header(stream: gzip.GzipFile, path: str, size: int) -> None:
    info = tarfile.TarInfo(path)
    info.size, info.mode = size, 0o600
    plain = size <= _LARGEST_PLAIN
    stream.write(info.tobuf(tarfile.USTAR_FORMAT if plain else tarfile.GNU_FORMAT))
