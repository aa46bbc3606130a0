"""A generated tree, written into a directory: all of it or nothing, and never through links."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from edm.cli.failure import Failure
from edm.core.model.tree import File, FileTree

_MANAGED_FOLDER = "generated"
"""Folders of this name belong to the generator: what it no longer writes there is removed."""


def write(tree: FileTree, directory: Path, *, force: bool) -> None:
    """Write a tree into a directory that is new or empty, or anywhere if ``force``.

    With ``force``, files that the tree does not have stay, except in the generator's own folder;
    files that are the owner's since they were first written stay as they are.

    Raises:
        Failure: The directory is not empty, is a link or a file, or cannot be written.
    """
    refuse_unfit(directory, force=force)
    try:
        with _stage(directory) as stage:
            _fill(stage, tree)
            if directory.exists() and any(directory.iterdir()):
                _merge(stage, directory, tree)
            else:
                stage.chmod(0o777 & ~_umask())
                stage.rename(directory)
    except OSError as error:
        raise Failure(
            f"{directory} cannot be written: {error.strerror or error}. Nothing was changed.",
            "Check its permissions and the space left, or name another directory.",
        ) from error


def refuse_unfit(directory: Path, *, force: bool) -> None:
    """Raise a ``Failure`` unless a tree may be written there."""
    if directory.is_symlink():
        raise Failure(f"{directory} is a link.", "Name the directory itself.")
    if directory.exists() and not directory.is_dir():
        raise Failure(f"{directory} is a file.", "Name a directory.")
    if not force and directory.is_dir() and any(directory.iterdir()):
        raise Failure(
            f"{directory} is not empty.",
            "Name a new one; or --force replaces what the generator manages and keeps the rest.",
        )


@contextmanager
def _stage(directory: Path) -> Iterator[Path]:
    # Beside the target, because only within a file system can it be moved in one step.
    parent = directory.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=f".{directory.name[:50]}-", dir=parent))
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _fill(stage: Path, tree: FileTree) -> None:
    for file in tree.files:
        path = stage / _inside(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)


def _inside(file: File) -> PurePosixPath:
    path = PurePosixPath(file.path)
    # The generator promises safe paths; writing outside would be too bad to rely on it.
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise Failure(f"The generator made an unsafe path: {file.path}", "Please report this.")
    return path


def _merge(stage: Path, directory: Path, tree: FileTree) -> None:
    changed = [file for file in tree.files if not (file.seeded and _at(directory, file).exists())]
    targets = [_at(directory, file) for file in changed]
    stale = [path for path in _managed(directory, tree) if path not in set(targets)]
    for path in targets:
        _refuse_links(path, directory)
    backup = Path(tempfile.mkdtemp(dir=stage))
    with _undone_on_failure(directory, backup) as moved:
        for path in [*stale, *(target for target in targets if target.exists())]:
            _move(path, backup / path.relative_to(directory))
            moved.append(path)
        for file, target in zip(changed, targets, strict=True):
            _move(stage / _inside(file), target)
            moved.append(target)


def _at(directory: Path, file: File) -> Path:
    return directory / _inside(file)


def _managed(directory: Path, tree: FileTree) -> list[Path]:
    """Return the files that are now in the folders that belong to the generator."""
    folders = {
        directory / parent
        for file in tree.files
        for parent in _inside(file).parents
        if parent.name == _MANAGED_FOLDER and not file.seeded
    }
    return [
        path
        for folder in sorted(folders)
        for path in sorted(folder.rglob("*.py"))
        if path.is_file() or path.is_symlink()
    ]


def _refuse_links(path: Path, directory: Path) -> None:
    for part in (path, *path.parents):
        if part == directory:
            return
        if part.is_symlink() or (part.exists() and part.is_dir() == (part == path)):
            raise Failure(
                f"{part} is a link, or a file where a directory belongs.",
                "Move it away, or name another directory. Nothing was changed.",
            )


@contextmanager
def _undone_on_failure(directory: Path, backup: Path) -> Iterator[list[Path]]:
    moved: list[Path] = []
    try:
        yield moved
    except BaseException:
        # A path that was moved away and then written anew is there twice.
        for path in dict.fromkeys(moved):
            path.unlink(missing_ok=True)
            old = backup / path.relative_to(directory)
            if old.is_file():
                old.replace(path)
        raise


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
