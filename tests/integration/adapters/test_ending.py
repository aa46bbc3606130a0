# ruff: noqa: ASYNC220 - only this test runs in its loop: it may block it
"""How processes end: asked, killed, replaced, or by themselves."""

import asyncio
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from edm.adapters.memory import MemoryIngress
from edm.adapters.process import (
    Places,
    ProcessRuntime,
    SystemClock,
    figures,
    record,
)
from edm.adapters.system import processes
from edm.adapters.system.processes import Process
from edm.ports.errors import DeadlinePassed
from edm.ports.operator_key import operator_key
from edm.services.platform import stop_rest
from edm.settings import Deadlines, Settings
from tests.integration.adapters.instances import lone_record, pid, runs, spec

pytestmark = pytest.mark.integration

Until = Callable[[Callable[[], bool]], Awaitable[None]]


@pytest.mark.parametrize("mode", ["", "stubborn"])
async def test_what_was_replaced_has_ended(
    runtime: ProcessRuntime, artefact: Path, mode: str
) -> None:
    old = await runtime.start(spec(artefact, mode), 15)
    new = await runtime.start(spec(artefact, mode, release=8), 15)
    await runtime.replaced("shop", 0.1 if mode else 5)
    assert not runs(pid(old.id))
    assert runs(pid(new.id))
    assert lone_record(runtime).exists()
    await runtime.replaced("shop", 0.1)
    observed = await runtime.inspect("shop")
    assert observed is not None
    assert (observed.handle, observed.ready) == (new, True)


async def test_a_crash_is_seen(runtime: ProcessRuntime, artefact: Path, until: Until) -> None:
    handle = await runtime.start(spec(artefact), 15)
    os.kill(pid(handle.id), signal.SIGKILL)
    await until(lambda: not runs(pid(handle.id)))
    assert await runtime.inspect("shop") is None
    assert (await runtime.start(spec(artefact), 15)) != handle


async def test_who_removes_its_socket_is_ended_and_counts_as_crashed(
    runtime: ProcessRuntime, artefact: Path, until: Until
) -> None:
    ends = runtime.ends()
    waiting = asyncio.ensure_future(anext(ends))
    first = await runtime.start(spec(artefact), 15)
    lone_record(runtime).with_suffix(".sock").unlink()
    second = await runtime.start(spec(artefact), 15)
    await until(lambda: not runs(pid(first.id)))
    assert runs(pid(second.id))
    ended = await asyncio.wait_for(waiting, 5)
    assert (ended.name, ended.quiet) == ("shop", False)
    assert "removed its own socket" in ended.reason
    await ends.aclose()  # type: ignore[attr-defined]


async def test_who_goes_to_sleep_has_not_crashed(
    runtime: ProcessRuntime, artefact: Path, until: Until
) -> None:
    sleepy = replace(spec(artefact), environment=(("MODE", ""), ("SLEEP_AFTER_SECONDS", "0.001")))
    ends = runtime.ends()
    waiting = asyncio.ensure_future(anext(ends))
    first = await runtime.start(sleepy, 15)
    lone_record(runtime).with_suffix(".sock").unlink()
    await runtime.start(sleepy, 15)
    await until(lambda: not runs(pid(first.id)))
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_who_does_not_hear_is_killed(runtime: ProcessRuntime, artefact: Path) -> None:
    handle = await runtime.start(spec(artefact, "stubborn"), 15)
    begun = time.monotonic()
    await runtime.stop("shop", 0.3)
    assert 0.3 <= time.monotonic() - begun < 3
    assert not runs(pid(handle.id))


@pytest.mark.parametrize("crash", [False, True])
async def test_what_a_server_has_started_ends_with_it(
    runtime: ProcessRuntime, artefact: Path, until: Until, *, crash: bool
) -> None:
    handle = await runtime.start(spec(artefact, "parent"), 15)
    lines = [line async for line in runtime.logs("shop", 1, follow=False)]
    child = int(lines[0].removeprefix("child "))
    assert runs(child)
    if crash:
        os.kill(pid(handle.id), signal.SIGKILL)
        await until(lambda: not runs(pid(handle.id)))
    await runtime.stop("shop", 5)
    await until(lambda: not runs(child))


async def test_who_does_not_even_end_when_killed_is_named(
    runtime: ProcessRuntime, artefact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = await runtime.start(spec(artefact), 15)
    monkeypatch.setattr(processes, "KILL_DEADLINE", 0.1)
    monkeypatch.setattr(processes, "send", lambda *_: None)
    monkeypatch.setattr(processes, "kill", lambda *_: None)
    with pytest.raises(DeadlinePassed, match=f"Process {pid(handle.id)} was killed"):
        await runtime.stop("shop", 0.1)
    monkeypatch.undo()
    assert runs(pid(handle.id))
    await runtime.stop("shop", 0.1)
    assert not runs(pid(handle.id))


async def test_that_it_was_asked_to_end_is_noted_before_it_can(
    runtime: ProcessRuntime, artefact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = await runtime.start(spec(artefact), 15)
    path, noted, send = lone_record(runtime), [], processes.send

    def tell(process: Process, number: signal.Signals) -> None:
        life = record.read(path)
        noted.append(life is not None and life.asked is not None)
        send(process, number)

    monkeypatch.setattr(processes, "send", tell)
    await runtime.stop("shop", 5)
    assert noted == [True]
    assert not runs(pid(handle.id))


async def test_what_cannot_be_noted_ends_all_the_same(
    runtime: ProcessRuntime, artefact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = await runtime.start(spec(artefact), 15)

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(record, "note", fail)
    await runtime.stop("shop", 5)
    assert not runs(pid(handle.id))


async def test_an_instance_is_shown_a_key_of_its_own(
    home: Path, runtime: ProcessRuntime, artefact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = []

    async def hear(_: Path, key: str) -> figures.Figures:
        shown.append(key)
        return figures.Figures()

    monkeypatch.setattr(figures, "ask", hear)
    asking = ProcessRuntime(Places(home, home / "run"), SystemClock(), "secret")
    for name in ("shop", "other"):
        await runtime.start(replace(spec(artefact), name=name), 15)
        await asking.inspect(name)
    assert shown == [operator_key("secret", "shop"), operator_key("secret", "other")]
    assert len({"secret", *shown}) == 3


async def test_what_has_lost_its_door_is_stopped_with_the_platform(
    runtime: ProcessRuntime, artefact: Path, home: Path
) -> None:
    handle = await runtime.start(spec(artefact, "stubborn"), 15)
    runtime.places.socket("shop").unlink()
    settings = Settings(home=home, run=home / "run", deadlines=Deadlines(stop=0.1))
    await stop_rest(runtime, MemoryIngress(), settings)
    assert not runs(pid(handle.id))
    assert await runtime.names() == ()


async def test_a_process_whose_first_thread_has_ended_has_not(until: Until) -> None:
    program = (
        "import ctypes, threading, time\n"
        "threading.Thread(target=time.sleep, args=(60,)).start()\n"
        "ctypes.CDLL(None).pthread_exit(None)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program])
    try:
        begun = processes.ticks(child.pid)
        assert begun is not None
        await until(lambda: processes.ticks(child.pid) is None)
        ending = asyncio.create_task(processes.ended(Process(child.pid, begun, processes.boot())))
        done, _ = await asyncio.wait({ending}, timeout=0.1)
        assert not done
        child.kill()
        await asyncio.wait_for(ending, 5)
    finally:
        child.kill()
        child.wait()
