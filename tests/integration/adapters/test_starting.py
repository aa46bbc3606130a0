# ruff: noqa: ASYNC221 - only this test runs in its loop: it may block it
"""Starts of a control plane that is killed at any step, and many at once."""

import asyncio
import resource
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from edm.adapters.process import Places, ProcessRuntime, SystemClock
from tests.integration.adapters.instances import of_artefact, release, spec

pytestmark = pytest.mark.integration

Until = Callable[[Callable[[], bool]], Awaitable[None]]

STARTER = """
import asyncio, os, signal, sys
from pathlib import Path
from edm.adapters.process import Places, ProcessRuntime, SystemClock, forks, record, starting
from edm.ports.runtime import InstanceSpec

home, step = Path(sys.argv[1]), sys.argv[2]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

async def die_later(*_):
    die()

def note_and_die(path, **facts):
    note(path, **facts)
    die()

def switch_and_die(*arguments):
    switch(*arguments)
    die()

note, switch = record.note, ProcessRuntime._switch
if step == "recorded":
    forks.Forks.fork = die_later
if step == "asked":
    class Loop(asyncio.SelectorEventLoop):
        sock_recv = die_later
    asyncio.SelectorEventLoop = Loop
if step == "forked":
    starting._known = die
if step == "ready":
    record.note = note_and_die
if step == "switched":
    ProcessRuntime._switch = switch_and_die
made = ProcessRuntime(Places(home, home / "run"), SystemClock())
spec = InstanceSpec("shop", 8, str(home / "artefact"), "sqlite:///x", (("MODE", ""),))
with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
    if step == "asked":
        forks.Forks._answers = lambda self: asyncio.sleep(0, True)
    runner.run(made.start(spec, 15))
"""

STEPS = ("recorded", "asked", "forked", "ready", "switched")


@pytest.fixture
def artefact(home: Path) -> Path:
    return release(home)


@pytest.mark.parametrize("serving", [False, True])
@pytest.mark.parametrize("step", STEPS)
async def test_a_control_plane_killed_at_any_step_of_a_start_leaves_no_orphan(
    runtime: ProcessRuntime, home: Path, artefact: Path, step: str, until: Until, *, serving: bool
) -> None:
    await runtime.ensure(5)
    if serving:
        await runtime.start(spec(artefact), 15)
    argv = [sys.executable, "-c", STARTER, str(home), step]
    killed = subprocess.run(argv, capture_output=True, timeout=30, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    following = ProcessRuntime(Places(home, home / "run"), SystemClock())
    known = await following.owned()
    expected = [8] if step == "switched" else [7] if serving else []
    assert [one.release for one in known] == expected
    await until(lambda: len(of_artefact(artefact)) == len(expected))
    await following.start(spec(artefact, release=8), 15)
    await until(lambda: len(of_artefact(artefact)) == 1)
    await following.stop("shop", 5)
    assert not following.places.sockets("shop").exists()


async def test_many_starts_at_once(runtime: ProcessRuntime, artefact: Path) -> None:
    names = [f"s{number}" for number in range(20)]
    await asyncio.gather(*(runtime.start(spec(artefact, name=name), 30) for name in names))
    assert [one.handle.name for one in await runtime.owned()] == sorted(names)
    await asyncio.gather(*(runtime.stop(name, 5) for name in names))
    assert of_artefact(artefact) == []


async def test_the_control_plane_may_have_as_many_files_as_the_machine_allows(
    runtime: ProcessRuntime,
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), hard))
    try:
        await runtime.ensure(10)
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
