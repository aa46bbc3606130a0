"""From an archive, which anybody may have written, to files.

Headers are read one by one and must be those of plain files: links, devices, directories and all
extensions of the format are refused before anything is made of them.
"""

import gzip
import hashlib
import os
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from edm.adapters.archive.layout import BLOCK, CHUNK, LARGEST_MANIFEST, MANIFEST, padding
from edm.ports.archive import Piece
from edm.ports.errors import Broken

_LARGEST_END = 20 * BLOCK
"""Bytes of nothing that may stand behind the last file."""


class Damaged(Exception):  # noqa: N818 - it says what the archive is
    """An archive is not what it should be; says what was found, for ``opened`` to say where."""


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive being read, from its beginning to its end."""

    _stream: BinaryIO | gzip.GzipFile = field(repr=False)

    def manifest(self) -> bytes:
        """Return what the archive says of itself; read first.

        Raises:
            Damaged: It is no archive of ours.
        """
        size = self._header(MANIFEST)
        if size > LARGEST_MANIFEST:
            raise Damaged("its manifest is too large")
        content = b"".join(self._content(size))
        self._skip(padding(size))
        return content

    def extract(self, pieces: Iterable[Piece], directory: Path) -> None:
        """Write exactly these files, in this order, into a directory that has none of them.

        Raises:
            Damaged: The archive has others, or one of them is not what its checksum says.
            OSError: They cannot be written.
        """
        for piece in pieces:
            if self._header(piece.path) != piece.size:
                raise Damaged(f"{piece.path} has another size than its manifest says")
            self._write(piece, _place(directory, piece.path))
            self._skip(padding(piece.size))
        self._end()

    def _write(self, piece: Piece, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = hashlib.sha256()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            for chunk in self._content(piece.size):
                found.update(chunk)
                file.write(chunk)
        if found.hexdigest() != piece.digest:
            raise Damaged(f"{piece.path} is damaged: its checksum is another one")

    def _header(self, path: str) -> int:
        """Return the size of the next file, which must be this one."""
        try:
            info = tarfile.TarInfo.frombuf(self._exactly(BLOCK), "utf-8", "strict")
        except (tarfile.HeaderError, ValueError) as error:
            raise Damaged(f"there is no file where {path} should be ({error})") from None
        if info.type != tarfile.REGTYPE or info.name != path or info.size < 0:
            raise Damaged(f"there is {info.name!r} where {path} should be")
        return info.size

    def _content(self, size: int) -> Iterator[bytes]:
        while size > 0:
            chunk = self._exactly(min(size, CHUNK))
            size -= len(chunk)
            yield chunk

    def _skip(self, size: int) -> None:
        self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        content = self._stream.read(size)
        if len(content) != size:
            raise Damaged("it ends too early")
        return content

    def _end(self) -> None:
        """Read to the end, where the checksum of the whole stands."""
        rest = self._stream.read(_LARGEST_END + 1)
        if len(rest) > _LARGEST_END or any(rest):
            raise Damaged("there is more in it than its manifest says")


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Give an archive while inside.

    Raises:
        Broken: While inside it turned out not to be what it should be.
    """
    try:
        with path.open("rb") as file, gzip.GzipFile("", "rb", fileobj=file) as stream:
            yield Archive(stream)
    except (Damaged, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise Broken(f"{path} is damaged or no backup: {error}. Nothing was changed.") from error


def _place(directory: Path, path: str) -> Path:
    """Return where a file goes; the last line of defence, the manifest was looked through."""
    parts = PurePosixPath(path).parts
    if not parts or path != "/".join(parts) or any(part in ("..", "/") for part in parts):
        raise Damaged(f"{path!r} is no path within a home")
    return directory.joinpath(*parts)
