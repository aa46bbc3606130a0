"""Programs that leave others behind."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from edm.adapters.system import processes
from edm.adapters.system.commands import begin, end_gently, run
from edm.ports.errors import DeadlinePassed

pytestmark = pytest.mark.integration

LEAVES = """
import subprocess, sys
away = sys.argv[1] == "away"
quiet = {} if sys.argv[2] == "holds" else {"stdout": -3, "stderr": -3}
sleep = [sys.executable, "-c", "import time; time.sleep(30)"]
child = subprocess.Popen(sleep, stdin=-3, start_new_session=away, **quiet)
with open(sys.argv[3], "w") as file:
    file.write(str(child.pid))
if away:
    child.wait()
"""
ENV = {"PATH": os.defpath}


def _argv(where: str, what: str, note: Path) -> tuple[str, ...]:
    return (sys.executable, "-I", "-c", LEAVES, where, what, str(note))


async def test_what_a_program_leaves_of_its_group_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    done = await run(*_argv("here", "lets go", note), env=ENV, deadline=30)
    assert done.code == 0
    await _gone(int(note.read_text()))


async def test_who_holds_the_output_holds_nobody_up(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    with pytest.raises(DeadlinePassed):
        await asyncio.wait_for(run(*_argv("away", "holds", note), env=ENV, deadline=1), 15)
    os.kill(int(note.read_text()), 9)


async def test_ending_gently_leaves_nobody_of_the_group(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    process = await begin(*_argv("here", "holds", note), env=ENV)
    await asyncio.wait_for(end_gently(process), 15)
    await _gone(int(note.read_text()))


async def _gone(pid: int) -> None:
    """Return when a process has ended."""
    process = processes.Process(pid, processes.ticks(pid) or 0, processes.boot())
    await asyncio.wait_for(processes.ended(process), 10)
