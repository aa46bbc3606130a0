"""Formats a tree with the settings it brings along, and with nobody else's."""

import asyncio
import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from edm.adapters.system.commands import run, tool
from edm.core.model.tree import FileTree
from edm.ports.errors import Broken

_SETTINGS = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class RuffFormatter:
    """Formats Python files in a directory made for it, and removes that directory."""

    async def format(self, tree: FileTree, deadline: float) -> FileTree:
        """Return the tree with its Python files formatted and their imports sorted."""
        try:
            directory = await asyncio.to_thread(_write, tree)
        except OSError as error:
            raise Broken(
                f"The sources cannot be written for formatting: {error}. Free some space."
            ) from error
        try:
            settings = _settings(tree)
            await _ruff(directory, deadline, "check", "--select", "I", "--fix", *settings)
            await _ruff(directory, deadline, "format", *settings)
            return await asyncio.to_thread(_read, directory, tree)
        finally:
            await asyncio.to_thread(shutil.rmtree, directory, ignore_errors=True)


def _settings(tree: FileTree) -> tuple[str, ...]:
    own = any(file.path == _SETTINGS for file in tree.files)
    return ("--config", _SETTINGS) if own else ("--isolated",)


async def _ruff(directory: Path, deadline: float, command: str, *arguments: str) -> None:
    options = (*arguments, "--no-cache", "--no-respect-gitignore", "--quiet")
    env = {"PATH": os.environ.get("PATH", os.defpath), "HOME": "/nonexistent"}
    argv = (command, *options, "--", ".")
    done = await run(await tool("ruff"), *argv, env=env, deadline=deadline, cwd=directory)
    if done.code != 0:
        words = (done.errors or done.output.decode(errors="replace")).strip()
        raise Broken(f"The generated sources cannot be formatted. Report this fault.\n{words}")


def _write(tree: FileTree) -> Path:
    directory = Path(tempfile.mkdtemp(prefix="edm-format-"))
    try:
        for file in tree.files:
            if _counts(file.path):
                target = directory / file.path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.content)
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    return directory


def _read(directory: Path, tree: FileTree) -> FileTree:
    return FileTree(
        tuple(
            replace(file, content=(directory / file.path).read_bytes())
            if file.path.endswith(".py")
            else file
            for file in tree.files
        )
    )


def _counts(path: str) -> bool:
    """Return whether a file is formatted, or says how to."""
    return path.endswith(".py") or path == _SETTINGS
