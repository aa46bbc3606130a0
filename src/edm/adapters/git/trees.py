"""File trees as git sees them: objects in, objects out."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edm.core.model.tree import File

_MODE = b"100644"
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a commit.

    Attributes:
        mode: As git writes it: ``100644``, ``100755``, ``120000`` (link), ``160000`` (submodule).
        object: Its blob.
        path: Where it is.
        size: Bytes, as far as asked for.
    """

    mode: str
    object: str
    path: str
    size: int = 0

    @property
    def regular(self) -> bool:
        """Whether it is a file with content of its own."""
        return self.mode in ("100644", "100755")


def entries(listing: bytes) -> tuple[Entry, ...]:
    """Read what ``git ls-tree -z`` writes, with or without ``-l``.

    Paths that are no UTF-8 are left out.
    """
    return tuple(_entry(line) for line in listing.split(b"\0") if line and _is_utf8(line))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _entry(line: bytes) -> Entry:
    about, _, path = line.decode().partition("\t")
    mode, _, name, *sizes = about.split()
    return Entry(mode, name, path, sum(int(size) for size in sizes if size.isdigit()))


def blob(content: bytes) -> str:
    """Return the object id git gives to a file's content."""
    head = b"blob %d\0" % len(content)
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest()


def kept(files: Iterable[File], there: Mapping[str, str]) -> dict[str, str]:
    """Return path to object for a tree: seeded files that are there stay as they are.

    Args:
        files: The tree to commit.
        there: Path to object of what is committed now.

    Raises:
        ValueError: A path is not safe: a fault of ours, generators make safe ones.
    """
    return {
        _checked(file.path): there[file.path]
        if file.seeded and file.path in there
        else blob(file.content)
        for file in files
    }


def safe(path: str) -> bool:
    """Return whether a path stays where it is put."""
    parts = path.lower().split("/")
    return not _UNSAFE.search(path) and not any(part in ("", ".", "..", ".git") for part in parts)


def _checked(path: str) -> str:
    if not safe(path):
        raise ValueError(f"no path of a repository: {path!r}")
    return path


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit to make.

    Attributes:
        ref: The branch it goes to.
        parent: What the branch points to now; None if there is no such branch yet.
        there: Path to object of the parent; what it has is not sent again.
        objects: Path to object of the whole new tree.
        message: What the history shows.
        when: Seconds since 1970.
    """

    ref: str
    parent: str | None
    there: Mapping[str, str]
    objects: Mapping[str, str]
    message: str
    when: int


def stream(commit: Commit, files: Iterable[File]) -> bytes:
    """Return what ``git fast-import`` reads to make a commit of these files."""
    known = set(commit.there.values())
    contents = {file.path: file.content for file in files}
    text = commit.message.encode()
    parts = [
        b"feature done\n",
        b"commit %s\nmark :1\n" % commit.ref.encode(),
        b"committer EDM <edm@localhost> %d +0000\n" % commit.when,
        b"data %d\n%s\n" % (len(text), text),
        b"from %s\n" % commit.parent.encode() if commit.parent else b"",
        b"deleteall\n",
        *(_modify(path, name, contents[path], known) for path, name in commit.objects.items()),
        b"get-mark :1\ndone\n",
    ]
    return b"".join(parts)


def _modify(path: str, name: str, content: bytes, known: set[str]) -> bytes:
    target = _quoted(path)
    if name in known:
        return b"M %s %s %s\n" % (_MODE, name.encode(), target)
    return b"M %s inline %s\ndata %d\n%s\n" % (_MODE, target, len(content), content)


def _quoted(path: str) -> bytes:
    """Return a path as fast-import reads it; paths have no control characters."""
    return b'"%s"' % path.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"')
