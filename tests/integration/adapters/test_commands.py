"""Programs that leave others behind."""

import asyncio
import os
import resource
import sys
from pathlib import Path

import pytest

from edm.adapters.system import processes
from edm.adapters.system.commands import begin, end_gently, run
from edm.ports.errors import DeadlinePassed, TooLarge

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


async def test_who_says_too_much_is_stopped() -> None:
    argv = (sys.executable, "-I", "-c", "while True: print('x' * 65536)")
    with pytest.raises(TooLarge, match="more than 1000000 bytes"):
        await run(*argv, env=ENV, deadline=30, most=10**6)


async def test_what_nobody_wants_to_know_is_not_held() -> None:
    script = "import sys; [(sys.stdout.write(s), sys.stderr.write(s)) for s in ['xy' * 10**6] * 60]"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = await run(sys.executable, "-I", "-c", script, env=ENV, deadline=60, most=None)
    assert done.code == 0
    assert done.output == b""
    assert set(done.errors) == {"x", "y"}
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 50 * 1024, "120 MB of each were written"


async def test_who_does_not_listen_is_waited_for() -> None:
    done = await run(sys.executable, "-I", "-c", "", env=ENV, deadline=30, stdin=b"x" * 10**7)
    assert done.code == 0
