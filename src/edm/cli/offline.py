"""What works without a platform: reading a model, and the server's source made of it.

Put together here and not in ``edm.wiring``, whose database alone takes longer to import than a
model to check. Nothing but time is lost when the two meet again.
"""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from edm.adapters.ruff import RuffFormatter
from edm.adapters.sandbox.client import ProcessSandbox
from edm.cli.files import ModelFile
from edm.core.model.report import Report
from edm.core.model.tree import FileTree
from edm.services.understand import draw, understand

P = ParamSpec("P")
T = TypeVar("T")

_DEADLINE_SECONDS = 60.0
"""How long reading or laying out one file may take."""


def check(model: ModelFile) -> Report:
    """Return what a file means.

    Raises:
        EdmError: Reading it took too long or too much memory.
    """
    return asyncio.run(_sandboxed(understand, model.content, model.name))


def generate(model: ModelFile) -> tuple[Report, FileTree | None]:
    """Return what a file means and its server's source; None if it is not usable.

    Raises:
        EdmError: As above, or laying out the source failed.
    """
    return asyncio.run(_generate(model))


async def _generate(model: ModelFile) -> tuple[Report, FileTree | None]:
    report, tree = await _sandboxed(draw, model.content, model.name)
    if tree is None:
        return report, None
    return report, await RuffFormatter().format(tree, _DEADLINE_SECONDS)


async def _sandboxed(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    sandbox = ProcessSandbox()
    try:
        return await sandbox.run(_DEADLINE_SECONDS, function, *args, **kwargs)
    finally:
        await sandbox.close()
