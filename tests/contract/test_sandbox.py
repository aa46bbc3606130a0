"""What every implementation of ``Sandbox`` does."""

import asyncio
import operator
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edm.adapters.memory import MemorySandbox
from edm.adapters.sandbox.client import ProcessSandbox
from edm.core.model.tree import File, FileTree
from edm.core.problems import Kind, Level
from edm.ports.errors import Broken, DeadlinePassed
from edm.ports.sandbox import Sandbox

pytestmark = pytest.mark.contract


@pytest.fixture(params=["memory", "process"])
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    made: Sandbox = MemorySandbox() if request.param == "memory" else ProcessSandbox()
    yield made
    await made.close()


async def test_values_of_the_core_go_there_and_back(sandbox: Sandbox) -> None:
    tree = FileTree((File("a", b"x" * 1_000_000, seeded=True),))
    assert await sandbox.run(10, operator.getitem, (tree, 1), 0) == tree


async def test_functions_of_the_core_are_called(sandbox: Sandbox) -> None:
    kind = Kind("F001", Level.ERROR, "summary", "hint")
    problem = await sandbox.run(10, Kind.at, kind, "where", message="message")
    assert problem == kind.at("where", "message")


async def test_what_raises_is_broken_and_says_what(sandbox: Sandbox) -> None:
    with pytest.raises(Broken, match=r"(?s)truediv failed.*ZeroDivisionError"):
        await sandbox.run(10, operator.truediv, 1, 0)


async def test_what_takes_too_long_is_late(sandbox: Sandbox) -> None:
    with pytest.raises(DeadlinePassed, match=r"sleep took longer than 0\.2 s"):
        await sandbox.run(0.2, time.sleep, 3)


async def test_the_loop_goes_on_and_work_runs_side_by_side(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    meeting = tmp_path / "meeting"
    os.mkfifo(meeting)
    # Each of the two waits in the file system until the other is there.
    reads = sandbox.run(20, Path.read_bytes, meeting)
    writes = sandbox.run(20, Path.write_bytes, meeting, b"met")
    assert tuple(await asyncio.gather(reads, writes)) == (b"met", 3)


async def test_closing_twice(sandbox: Sandbox) -> None:
    await sandbox.run(10, operator.add, 1, 1)
    await sandbox.close()
    await sandbox.close()
