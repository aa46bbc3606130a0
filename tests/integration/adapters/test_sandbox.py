# ruff: noqa: ASYNC221 - only this test runs in its loop: it may block it
"""Forks with limits."""

import asyncio
import operator
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from edm.adapters.sandbox.client import AT_ONCE, ProcessSandbox
from edm.ports.errors import Broken, DeadlinePassed

pytestmark = pytest.mark.integration

MEBIBYTE = 1024 * 1024

Until = Callable[[Callable[[], bool]], Awaitable[None]]

OWNER = """
import asyncio, operator, os, time
from edm.adapters.sandbox.client import ProcessSandbox

async def main():
    sandbox = ProcessSandbox()
    await sandbox.run(10, operator.add, 1, 1)
    print(sandbox._server.process.pid, flush=True)
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""


@pytest.fixture
async def sandbox() -> AsyncIterator[ProcessSandbox]:
    made = ProcessSandbox(memory=512 * MEBIBYTE)
    yield made
    await made.close()


def runs(pid: int) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


async def test_who_wants_too_much_memory_is_refused(sandbox: ProcessSandbox) -> None:
    with pytest.raises(Broken, match="needed more than 512 MiB"):
        await sandbox.run(10, bytearray, 600 * MEBIBYTE)
    assert len(await sandbox.run(10, bytes, 100 * MEBIBYTE)) == 100 * MEBIBYTE


async def test_an_endless_loop_is_killed(sandbox: ProcessSandbox, until: Until) -> None:
    with pytest.raises(DeadlinePassed):
        await sandbox.run(0.5, pow, 7, 10**9)
    await until(lambda: _children(_server(sandbox)) == [])


async def test_a_cancelled_call_kills_its_fork(sandbox: ProcessSandbox, until: Until) -> None:
    await sandbox.run(10, operator.add, 1, 1)
    await until(lambda: _children(_server(sandbox)) == [])
    call = asyncio.create_task(sandbox.run(30, time.sleep, 20))
    await until(lambda: _children(_server(sandbox)) != [])
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await until(lambda: _children(_server(sandbox)) == [])


async def test_a_fork_that_dies_is_told(sandbox: ProcessSandbox) -> None:
    with pytest.raises(Broken, match="died"):
        await sandbox.run(10, os.abort)
    with pytest.raises(Broken, match="died"):
        await sandbox.run(10, os._exit, 0)


async def test_only_values_come_back(sandbox: ProcessSandbox) -> None:
    with pytest.raises(Broken, match="returned what it may not"):
        await sandbox.run(10, operator.attrgetter, "system")


async def test_a_fork_knows_no_secrets(
    sandbox: ProcessSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDM_TOKEN", "secret")
    assert await sandbox.run(10, os.getenv, "EDM_TOKEN") is None


async def test_only_so_many_forks_work_at_once(
    sandbox: ProcessSandbox, until: Until, tmp_path: Path
) -> None:
    gates = [_gate(tmp_path, number) for number in range(AT_ONCE)]
    held = [asyncio.create_task(sandbox.run(30, Path.read_bytes, gate)) for gate in gates]
    await until(sandbox._room.locked)
    with pytest.raises(DeadlinePassed, match="Others kept the sandbox busy"):
        await sandbox.run(0.2, operator.add, 1, 1)
    waits = asyncio.create_task(sandbox.run(30, operator.add, 1, 1))
    await asyncio.to_thread(gates[0].write_bytes, b"")
    assert await waits == 2
    for gate in gates[1:]:
        await asyncio.to_thread(gate.write_bytes, b"")
    assert await asyncio.gather(*held) == [b""] * AT_ONCE


def _gate(directory: Path, number: int) -> Path:
    """Return a file whose reader waits for a writer."""
    path = directory / str(number)
    os.mkfifo(path)
    return path


async def test_modules_of_the_current_directory_are_nobodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "struct.py").write_text("open('found', 'w').close()")
    monkeypatch.chdir(tmp_path)
    sandbox = ProcessSandbox()
    try:
        assert await sandbox.run(10, operator.add, 1, 1) == 2
    finally:
        await sandbox.close()
    assert not (tmp_path / "found").exists()


async def test_a_fork_writes_no_files(sandbox: ProcessSandbox, home: Path) -> None:
    with pytest.raises(Broken, match="File too large"):
        await sandbox.run(10, Path.write_text, home / "file", "content")


async def test_a_fork_server_that_died_is_replaced(sandbox: ProcessSandbox, until: Until) -> None:
    await sandbox.run(10, operator.add, 1, 1)
    server = _server(sandbox)
    os.kill(server, signal.SIGKILL)
    await until(lambda: not runs(server))
    assert await sandbox.run(10, operator.add, 1, 2) == 3


async def test_closing_ends_what_still_runs(sandbox: ProcessSandbox, until: Until) -> None:
    await sandbox.run(10, operator.add, 1, 1)
    server = _server(sandbox)
    await until(lambda: _children(server) == [])
    call = asyncio.create_task(sandbox.run(30, time.sleep, 20))
    await until(lambda: _children(server) != [])
    (fork,) = _children(server)
    await sandbox.close()
    with pytest.raises(Broken):
        await call
    await until(lambda: not runs(server) and not runs(fork))


async def test_the_fork_server_ends_with_a_control_plane_that_is_killed(until: Until) -> None:
    argv = [sys.executable, "-c", OWNER]
    killed = subprocess.run(argv, capture_output=True, timeout=30, check=False)
    assert killed.returncode == -signal.SIGKILL
    await until(lambda: not runs(int(killed.stdout)))


def _server(sandbox: ProcessSandbox) -> int:
    assert sandbox._server is not None
    return sandbox._server.process.pid


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
