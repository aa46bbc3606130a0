"""A store that waits neither for the disk nor for the driver's thread."""

import shutil
from asyncio import Future
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from aiosqlite import core

from edm.adapters.sql import SqlStore, connection, open_store

_Call = tuple[Future[object] | None, Callable[[], object]]


class AtOnce:
    """Does right away what the driver would have its thread do, which is told and heard slowly."""

    def put_nowait(self, call: _Call) -> None:
        """Carry out a call."""
        future, function = call
        try:
            result = function()
        except Exception as failure:  # noqa: BLE001 - whatever it is, who waits is told
            if future is not None:
                future.set_exception(failure)
        else:
            if future is not None:
                future.set_result(result)

    def get(self) -> _Call:
        """Have the thread end."""
        return None, lambda: core._STOP_RUNNING_SENTINEL


async def open_quickly(url: str) -> SqlStore:
    """Return a store for tests that are about something else: none survives a power cut."""
    pragmas = tuple(one.replace("FULL", "OFF") for one in connection._PRAGMAS)
    with patch.object(connection, "_PRAGMAS", pragmas), patch.object(core, "SimpleQueue", AtOnce):
        return await open_store(url)


async def open_copy(template: Path, path: Path) -> SqlStore:
    """Return such a store that begins as a copy of a database with all its tables."""
    shutil.copy(template, path)
    with patch.object(connection, "migrate", lambda _: None):
        return await open_quickly(f"sqlite+aiosqlite:///{path}")
