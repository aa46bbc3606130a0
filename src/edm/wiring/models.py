"""What works without a platform: reading a model, and writing the server made of it."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from edm.adapters.ruff import RuffFormatter
from edm.adapters.sandbox.client import ProcessSandbox
from edm.core.model.report import Report
from edm.core.model.tree import FileTree
from edm.services.understand import draw, understand

P = ParamSpec("P")
T = TypeVar("T")

READING = ("edm.services.understand", "edm.core.importers", "edm.core.checks")
"""What a fork needs to read a file."""

WRITING = (*READING, "edm.core.evolve", "edm.core.generate.prepared")
"""What a fork needs to write a server."""

_DEADLINE = 60.0
"""Seconds that reading or laying out one file may take."""


def check_file(content: bytes, filename: str) -> Report:
    """Return what a model file means.

    Raises:
        EdmError: Reading it took too long or too much memory.
    """
    return asyncio.run(_sandboxed(READING, understand, content, filename))


def generate_tree(content: bytes, filename: str) -> tuple[Report, FileTree | None]:
    """Return what a model file means, and its server's source; None if it is not usable.

    Raises:
        EdmError: Reading it took too long or too much memory, or laying out the source failed.
    """
    return asyncio.run(_formatted(content, filename))


async def _formatted(content: bytes, filename: str) -> tuple[Report, FileTree | None]:
    report, tree = await _sandboxed(WRITING, draw, content, filename)
    if tree is None:
        return report, None
    return report, await RuffFormatter().format(tree, _DEADLINE)


async def _sandboxed(
    preload: tuple[str, ...], function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    sandbox = ProcessSandbox(preload=preload)
    try:
        return await sandbox.run(_DEADLINE, function, *args, **kwargs)
    finally:
        await sandbox.close()
